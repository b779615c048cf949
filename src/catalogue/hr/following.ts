import type { Context } from '../../core/context.ts'
import type { ChangeFollower } from '../../core/parts.ts'
import type { Key } from '../../core/row.ts'
import { dayAt } from '../../hr/days.ts'
import { decisionFinder } from '../../hr/decision-rows.ts'
import { isNoted, notedFeed } from '../../hr/memory.ts'
import { memoryOf } from '../../hr/open-memory.ts'
import { runTablesOf } from '../../hr/reconcile.ts'
import { personMemory } from '../../hr/remember-people.ts'
import { groupOfStep } from '../../hr/steps-of.ts'

const placeOf = (key: Key, step = 0): string => `${key}/${step}`

const noFollower: ChangeFollower = { sending: () => undefined, settling: () => undefined }

/**
 * Remembers what a feed gives to people while its changes are sent, so that the next feed knows it, also if the run is superseded or
 * discarded.
 */
export const following =
  (timeZone: string) =>
  (ctx: Context): ChangeFollower => {
    const tables = runTablesOf(ctx)
    if (!isNoted(tables)) return noFollower
    const { name, ordinal } = notedFeed(tables)
    const memory = memoryOf(ctx, { name })
    const people = personMemory(tables, memory, { ordinal, today: dayAt(ctx.clock.now(), timeZone) })
    const find = decisionFinder(tables)
    /** What this process has sent. */
    const sent = new Set<string>()
    return {
      sending: changes =>
        memory.write(() => {
          for (const change of changes) {
            sent.add(placeOf(change.key, change.step))
            if (change.operation !== 'add-member') continue
            const { decision } = find(String(change.key))!
            people.begin(decision, groupOfStep(decision, change.step)!)
          }
        }),
      settling: results =>
        memory.write(() => {
          for (const [key, some] of Map.groupBy(results, result => String(result.key))) {
            const { decision, person } = find(key)!
            people.follow(
              decision,
              person,
              some.map(({ step, operation, outcome, id }) => ({
                ...{ key, operation, outcome, id },
                group: operation.endsWith('-member') ? groupOfStep(decision, step) : undefined,
                isRefused: sent.delete(placeOf(key, step)) && outcome === 'failed',
              })),
            )
          }
        }),
    }
  }
