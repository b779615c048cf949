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
 * Reads the changes that undo those of an earlier run, last change first. Its rows go to the sink `graph`. Rows that cannot be undone have
 * results that say why (`NOT_UNDOABLE`, `UNKNOWN_OUTCOME`).
 *
 * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_UNDECIDED` while changes of the run are pending or unknown, `OPTION_INVALID` for a run of
 *   another tenant, or one that changed the directory in several phases when none is named
 */
export const undo = ({ run, phase }: UndoOptions): Source<Undone> => ({
  kind: 'undo',
  usesGraph: true,
  describe: async () => ({ run, ...given({ phase }) }),
  async *read(ctx) {
    const lasting = new Map<string, number>()
    for await (const rows of ctx.undoing(run, phase)) {
      for (const { key, value } of rows) {
        for (const why of lastingIn(value)) lasting.set(why, (lasting.get(why) ?? 0) + 1)
        if (value.settled) ctx.settled({ key, ...value.settled })
      }
      yield { rows: rows.filter(({ value }) => !value.settled) }
    }
    for (const [why, rows] of lasting)
      ctx.origin({ note: `Not undone in ${rows === 1 ? '1 row' : `${rows} rows`}: ${why}` })
  },
})

/** What a row leaves permanently, each once. */
const lastingIn = ({ settled, lasting = [] }: Undone): ReadonlySet<string> =>
  new Set(settled?.outcome === 'skipped' ? [settled.message!] : lasting)
