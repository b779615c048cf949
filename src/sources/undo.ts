import { given } from '../core/given.ts'
import type { Undone } from '../core/operation.ts'
import type { Source } from '../core/parts.ts'

/** Options of `undo`. */
export interface UndoOptions {
  /** Id of the run. */
  readonly run: string
  /** The phase to undo, of a run with several that change the directory. The last one is undone first. */
  readonly phase?: string
}

/**
 * Reads the changes that undo those of an earlier run, last change first. Its rows go to the sink `graph`.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_UNDECIDED` while changes of the run are pending or unknown, `OPTION_INVALID` for a run of
 *   another tenant, or one that changed the directory in several phases when none is named
 */
export const undo = ({ run, phase }: UndoOptions): Source<Undone> => ({
  kind: 'undo',
  usesGraph: true,
  describe: async () => ({ run, ...given({ phase }) }),
  async *read(ctx) {
    for await (const rows of ctx.undoing(run, phase)) yield { rows }
  },
})
