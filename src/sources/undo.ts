import type { Undone } from '../core/operation.ts'
import type { Source } from '../core/parts.ts'

/**
 * Reads the changes that undo those of an earlier run, last change first. Its rows go to the sink `graph`.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_UNDECIDED` while changes of the run are pending or unknown, `OPTION_INVALID` for a run of
 *   another tenant
 */
export const undo = ({ run }: { readonly run: string }): Source<Undone> => ({
  kind: 'undo',
  usesGraph: true,
  describe: async () => ({ run }),
  async *read(ctx) {
    for await (const rows of ctx.undoing(run)) yield { rows }
  },
})
