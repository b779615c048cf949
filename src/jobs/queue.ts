import { createHash } from 'node:crypto'
import type { PgBoss } from 'pg-boss'
import type { Ticket } from './tickets.ts'

/** The tickets of jobs that can start. What it loses or repeats is made up for by the jobs themselves. */
export interface TicketQueue {
  /** A ticket that was sent before is not sent again. */
  send(tickets: readonly Ticket[]): Promise<void>
  /**
   * Takes tickets, so many at a time, the most urgent first.
   *
   * @param to the kind of this worker, in a fleet
   * @param take resolves when the job needs no ticket any more. If it throws, another one is made later.
   */
  work(slots: number, take: (ticket: Ticket, lost: AbortSignal) => Promise<void>, to?: string): Promise<void>
  /** Takes no more tickets. Those that are taken stay so. */
  rest(): Promise<void>
  close(): Promise<void>
}

const name = 'entrapipe-jobs'

/** Each kind of workers has a queue, so that a ticket waits for nobody who cannot take it. */
const queueOf = (to: string | undefined): string => (to === undefined ? name : `${name}-${to}`)

/** pg-boss ends what takes longer than a day, so a slice of a job ends before. */
const longestSeconds = 86_400 - 60
/** A worker that gives no sign for so long is dead. */
const heartbeatSeconds = 15
const refreshSeconds = 1
/** Another process that sends a ticket wakes nobody here: with LISTEN, each worker took one ticket in 30 s (measured). */
const pollSeconds = 1

/** The same ticket has the same id, so that it is in the queue once, also if two processes send it. */
const idOf = ({ job, revision, share }: Ticket): string => {
  const which = share ? ` ${share.run} ${share.at}` : ''
  const hex = createHash('sha256').update(`${job} ${revision}${which}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The queue of a pg-boss that is started. @param end closes what is below it */
export const ticketQueue = async (boss: PgBoss, end: () => Promise<void>): Promise<TicketQueue> => {
  const made = new Map<string, Promise<void>>()
  const make = async (queue: string): Promise<void> => {
    const making =
      made.get(queue) ??
      boss.createQueue(queue, {
        expireInSeconds: longestSeconds,
        heartbeatSeconds,
        // A ticket whose worker has died is taken by another one, however often: the job counts its crashes itself.
        retryLimit: 1_000_000,
        retentionSeconds: 365 * 86_400,
      })
    made.set(queue, making)
    try {
      await making
    } catch (error) {
      made.delete(queue)
      throw error
    }
  }
  let working: { readonly queue: string; readonly worker: string } | undefined
  return {
    async send(tickets) {
      for (const [to, some] of Map.groupBy(tickets, ticket => ticket.to)) {
        const queue = queueOf(to)
        await make(queue)
        await boss.insert(
          queue,
          some.map(ticket => ({ id: idOf(ticket), data: ticket, priority: ticket.priority })),
        )
        if (working?.queue === queue) boss.notifyWorker(working.worker)
      }
    },
    async work(slots, take, to) {
      const queue = queueOf(to)
      await make(queue)
      const worker = await boss.work<Ticket>(
        queue,
        {
          batchSize: 1,
          localConcurrency: slots,
          pollingIntervalSeconds: pollSeconds,
          heartbeatRefreshSeconds: refreshSeconds,
          includeMetadata: true,
        },
        async ([ticket]) => take({ ...ticket!.data, again: ticket!.retryCount > 0 }, ticket!.signal),
      )
      working = { queue, worker }
    },
    async rest() {
      if (working) await boss.offWork(working.queue, { wait: false })
      working = undefined
    },
    async close() {
      await boss.stop({ graceful: false })
      await end()
    },
  }
}

/** Removes all tickets, where nobody else uses the queue. */
export const emptyQueue = async (boss: PgBoss): Promise<void> => {
  if (await boss.getQueue(name)) await boss.deleteAllJobs(name)
}
