import type { TicketQueue } from '../queue.ts'
import type { Ticket } from '../tickets.ts'
import type { Member } from './member.ts'

/**
 * Returns a function that asks the other workers of the same kind to read shards of a run, each once: so each keeps room for other jobs.
 *
 * @param id of this worker
 */
export const askOthers =
  (id: string, { kind, live }: Member, queue: Pick<TicketQueue, 'send'>) =>
  async ({ again: _, ...ticket }: Ticket, run: string, shards: number): Promise<void> => {
    if (kind === undefined) return
    const others = (await live()).filter(other => other.id !== id && other.kind === kind).length
    // Jobs that wait come first.
    const priority = ticket.priority - 1
    const shares = Array.from({ length: Math.min(others, shards - 1) }, (_, at) => ({ run, at }))
    await queue.send(shares.map(share => ({ ...ticket, to: kind, priority, share })))
  }
