import type { Context } from '../../core/context.ts'
import type { ChangeFollower } from '../../core/parts.ts'
import type { Key } from '../../core/row.ts'
import { dayAt } from '../../hr/days.ts'
import { lastFeed, notedFeed } from '../../hr/memory.ts'
import { memoryOf } from '../../hr/open-memory.ts'
import { runTablesOf } from '../../hr/reconcile.ts'
import { personMemory } from '../../hr/remember-people.ts'

const placeOf = (key: Key, step = 0): string => `${key}/${step}`

/** What changes to the accounts of a feed are remembered by. */
interface Following {
  /** Name of the feed. */
  readonly feed: string
  /** @default UTC */
  readonly timeZone?: string
}

/**
 * Remembers what changes do to the accounts of a feed while they are sent, so that the next feed knows it, however the run ends. Runs that
 * retry or undo the changes of a feed are followed, too.
 */
export const following =
  ({ feed, timeZone = 'UTC' }: Following) =>
  (ctx: Context): ChangeFollower => {
    // A mapping file that was changed since may have another name.
    const noted = notedFeed(runTablesOf(ctx))
    const memory = memoryOf(ctx, { name: noted?.name ?? feed })
    const ordinal = noted?.ordinal ?? lastFeed(memory)?.ordinal ?? 1
    const people = personMemory(memory, { ordinal, today: dayAt(ctx.clock.now(), timeZone) })
    /** What this process has sent. */
    const sent = new Set<string>()
    return {
      sending: changes =>
        memory.write(() => {
          for (const { key, step, row } of changes) {
            sent.add(placeOf(key, step))
            people.begin(row)
          }
        }),
      settling: results =>
        memory.write(() => {
          for (const { key, step, row, outcome, id } of results) {
            const isRefused = sent.delete(placeOf(key, step)) && outcome === 'failed'
            if (row) people.follow(String(key), row, { outcome, id, isRefused })
          }
        }),
    }
  }
