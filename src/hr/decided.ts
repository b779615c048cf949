import type { Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { runTablesOf } from './reconcile.ts'
import type { Decision, DecisionClass } from './decision.ts'
import { decisionsOf } from './decision-rows.ts'

/** Rows on a page. */
const pageRows = 1_000

/** What is read of the decisions. */
interface Decided<T> {
  /** Says what the rows are, for the manifest. */
  readonly kind: string
  /** @default all */
  readonly classes?: readonly DecisionClass[]
  /** The values that a decision becomes; none drops it. Several get the keys `k/0`, `k/1`. */
  readonly as: (decision: Decision) => readonly T[]
}

/**
 * Reads the decisions that an earlier phase of the run has made, in the order of their keys, which are those of the people. A phase that is interrupted starts over.
 */
export const decided = <T = Decision>({ kind, classes, as }: Decided<T>): Source<T> => ({
  kind,
  describe: async (): Promise<Json> => ({ ...(classes && { classes: [...classes] }) }),
  async *read(ctx) {
    let rows: { key: string; value: T }[] = []
    for (const { decision } of decisionsOf(runTablesOf(ctx), classes)) {
      const values = as(decision)
      values.forEach((value, at) =>
        rows.push({ key: values.length === 1 ? decision.key : `${decision.key}/${at}`, value }),
      )
      if (rows.length < pageRows) continue
      yield { rows, unfinished: true }
      rows = []
    }
    yield { rows }
  },
})
