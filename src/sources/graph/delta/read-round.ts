import type { Context } from '../../../core/context.ts'
import { EntrapipeError } from '../../../core/errors.ts'
import type { Changed } from '../drift.ts'
import { idOf } from '../id-of.ts'
import type { DeltaRun } from './delta-run.ts'
import { isExpired } from './expired.ts'

/** Changes that are read. */
interface Round {
  /** In words: `users` */
  readonly what: string
  /** Counts the objects that there are. */
  readonly count: () => Promise<number | undefined>
  /** Called if a link expires meanwhile, so that the next run reads everything. */
  readonly expired: () => Promise<void>
}

/**
 * Reads all changes since some links into what the run keeps, unless an earlier process has. The same object may come several times.
 *
 * @throws EntrapipeError `PARTIAL_CHANGED` if rows of them were written and they are gone; `GRAPH_REFUSED` if a link expires meanwhile
 */
export const readRound = async (
  ctx: Context,
  run: DeltaRun,
  links: readonly string[],
  { what, count, expired }: Round,
): Promise<void> => {
  if (run.next) return
  if (ctx.distinct && ctx.distinct() > 0)
    throw new EntrapipeError('PARTIAL_CHANGED', 'The changes that the run had read are missing from its folder.', {
      fix: 'Start over with --fresh.',
    })
  run.clear()
  const counted = await count()
  // What changes while they are read may be among them or not, so the next run says that its changes begin here.
  const sinceMs = timeOf(ctx)
  let entries = 0
  const next: string[] = []
  for (const [stream, link] of links.entries()) {
    const path = link.split('?')[0]!
    let end: string | undefined
    try {
      for await (const page of ctx.graph.pages<Changed>(link, { signal: ctx.signal, distinct: () => entries })) {
        run.addEntries(stream, page.values, entry => idOf(entry, path))
        entries += page.values.length
        end = page.delta ?? end
        ctx.doing({ what: `reading what changed of ${what}`, done: entries })
      }
    } catch (error) {
      if (!isExpired(error)) throw error
      await expired()
      throw expiredMeanwhile(error as EntrapipeError, what)
    }
    if (end === undefined) throw noNext(what, path)
    next.push(end)
  }
  run.end({ links: next, sinceMs, counted })
}

const expiredMeanwhile = (cause: EntrapipeError, what: string): EntrapipeError =>
  new EntrapipeError('GRAPH_REFUSED', `The link to the changes of ${what} expired while they were read.`, {
    cause,
    facts: cause.facts,
    fix: 'Run the command again: it then reads everything, and what is gone.',
  })

const noNext = (what: string, path: string): EntrapipeError =>
  new EntrapipeError('GRAPH_REFUSED', `Graph ended the changes of ${what} without a link to the next ones.`, {
    facts: { path },
    fix: 'Run the command again. Nothing was saved, so it reports the same changes.',
  })

/** The service's time, in milliseconds since 1970. */
export const timeOf = (ctx: Context): number => ctx.graph.serviceTime?.() ?? ctx.clock.now()
