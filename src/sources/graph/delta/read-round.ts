import type { Context } from '../../../core/context.ts'
import { EntrapipeError } from '../../../core/errors.ts'
import type { Changed } from '../drift.ts'
import { idOf } from '../id-of.ts'
import type { DeltaRun } from './delta-run.ts'
import { isExpired } from './expired.ts'
import type { OpenDelta } from './open-delta.ts'

/**
 * Reads all changes since the links of the last run into what the run keeps, unless an earlier process has. The same object may come several times.
 *
 * @param what changes, in words
 * @throws EntrapipeError `PARTIAL_CHANGED` if rows of them were written and they are gone; `GRAPH_REFUSED` if a link expires meanwhile
 */
export const readRound = async (
  ctx: Context,
  run: DeltaRun,
  { memory, saved, changes }: OpenDelta,
  what: string,
): Promise<void> => {
  if (!saved || !changes) throw expiredMeanwhile(what)
  if (run.next) return
  const { first, sinceMs, counted } = changes
  if (ctx.distinct && ctx.distinct() > 0)
    throw new EntrapipeError('PARTIAL_CHANGED', 'The changes that the run had read are missing from its folder.', {
      fix: 'Start over with --fresh.',
    })
  run.clear()
  let entries = 0
  const next: string[] = []
  for (const [stream, link] of saved.links.entries()) {
    const path = link.split('?')[0]!
    const add = (values: readonly Changed[]): void => {
      run.addEntries(stream, values, entry => idOf(entry, path))
      entries += values.length
      ctx.doing({ what: `reading what changed of ${what}`, done: entries })
    }
    const { values, next: rest, delta } = first[stream]!
    add(values)
    let end = delta
    try {
      if (rest !== undefined)
        for await (const page of ctx.graph.pages<Changed>(rest, {
          signal: ctx.signal,
          restart: link,
          distinct: () => entries,
        })) {
          add(page.values)
          end = page.delta ?? end
        }
    } catch (error) {
      if (!isExpired(error)) throw error
      // The first page may still be there, so that the next run would not learn it.
      await memory.expire(saved.generation)
      throw expiredMeanwhile(what, error as EntrapipeError)
    }
    if (end === undefined) throw noNext(what, path)
    next.push(end)
  }
  run.end({ links: next, sinceMs, counted })
}

const expiredMeanwhile = (what: string, cause?: EntrapipeError): EntrapipeError =>
  new EntrapipeError('GRAPH_REFUSED', `The link to the changes of ${what} expired while they were read.`, {
    ...(cause && { cause, facts: cause.facts }),
    fix: 'Run the command again: it then reads everything, and what is gone.',
  })

const noNext = (what: string, path: string): EntrapipeError =>
  new EntrapipeError('GRAPH_REFUSED', `Graph ended the changes of ${what} without a link to the next ones.`, {
    facts: { path },
    fix: 'Run the command again. Nothing was saved, so it reports the same changes.',
  })
