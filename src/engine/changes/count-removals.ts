import type { Operation, Removal, Values } from '../../core/operation.ts'
import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import { valueOf } from './looks.ts'

/** Rows read from the ledger at once. */
const pageRows = 5_000

/** What would be taken away from the objects of one kind, or from a list of one group. */
export interface Removals {
  /** `remove` is about the members or owners of the group `of`. */
  readonly what: Removal
  readonly changes: Operation['changes']
  readonly of: string | undefined
  /** Path of the objects of which these are a part. */
  readonly path: string
  count: number
}

/** Counts the effect of a change. Returns whether it takes something away. */
export type Effect = (operation: Operation, value: Values, before: Values) => boolean

interface Counter {
  readonly add: Effect
  readonly removals: () => Removals[]
}

/** Counts what changes take away, by the objects of which that is a part. */
export const removalCounter = (): Counter => {
  const found = new Map<string, Removals>()
  return {
    add(operation, value, before) {
      const what = operation.removal?.(value, before)
      if (what === undefined) return false
      const { changes } = operation
      const path = operation.removesFrom?.(value) ?? `/${changes}s`
      const of = operation.removesFrom && operation.locks(value)[0]
      const same = found.get(`${what} ${path}`)
      if (same) same.count++
      else found.set(`${what} ${path}`, { what, changes, of, path, count: 1 })
      return true
    },
    removals: () => [...found.values()],
  }
}

/** Whether a row that waits is a change of its own: one that is the same as an earlier row has no effect. */
const isWaiting = ({ state, waits }: Entry): boolean => state === 'waiting' && waits !== 'same'

/** Whether an earlier process has sent the row, and no reply says that it had no effect. */
const isSpent = ({ state, outcome }: Entry): boolean => state === 'sent' || outcome === 'done' || outcome === 'unknown'

/**
 * Counts rows that a survey does not look at. A change that waits is counted as if it had its effect, since nothing was read for it
 * yet. One that was sent earlier in the run counts, too: a run does not pass a limit by being resumed.
 */
export const countOthers = async (
  which: 'waiting' | 'spent',
  ledger: LedgerReader,
  operationOf: (kind: string) => Operation,
  effect: Effect,
): Promise<boolean> => {
  const isCounted = which === 'waiting' ? isWaiting : isSpent
  let any = false
  for (let after = 0; ;) {
    const page = await ledger.entries({ after, limit: pageRows })
    for (const entry of page)
      if (isCounted(entry)) any = effect(operationOf(entry.row.kind), valueOf(entry), entry.before ?? {}) || any
    if (page.length < pageRows) return any
    after = page.at(-1)!.ordinal
  }
}
