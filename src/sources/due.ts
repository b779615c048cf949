import type { DueRow } from '../core/due-row.ts'
import type { Source } from '../core/parts.ts'

/** Options of `due`. */
export interface DueOptions {
  /** Id of the run whose rows wait. */
  readonly run: string
  /** The time for which they wait, milliseconds since 1970. */
  readonly dueMs: number
}

/**
 * Reads the rows of another run that wait for a time (`waiting`), in the order of its input. Each row is skipped where what it relies on has
 * changed since. Its rows go to the sink `graph`.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`; `OPTION_INVALID` for a run of another tenant
 */
export const due = ({ run, dueMs }: DueOptions): Source<DueRow> => ({
  kind: 'due',
  usesGraph: true,
  describe: async () => ({ run, dueMs }),
  async *read(ctx) {
    for await (const rows of ctx.due(run, dueMs)) yield { rows }
  },
})
