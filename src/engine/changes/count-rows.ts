import { noOutcomes } from '../../core/result.ts'
import type { PhaseReader, RunReader } from '../../store/run-store.ts'
import type { RowCounts } from '../../store/types.ts'
import { haveOneStep } from './intake-note.ts'

/** Counts the rows of a phase that changes the directory. A row of several steps has one outcome; see `PhaseReader.countRows`. */
export const countRowsOf = async (
  phase: Pick<PhaseReader, 'countResults' | 'countRows' | 'ledger' | 'loadNote'>,
): Promise<RowCounts> => {
  if (!(await haveOneStep(phase))) return phase.countRows()
  const { waiting, pending, sent } = await phase.ledger().count()
  return { ...(await phase.countResults()), pending: waiting + pending + sent }
}

/** Counts the rows of these phases of a run, which change the directory. */
export const countRows = async (run: Pick<RunReader, 'phase'>, phases: readonly string[]): Promise<RowCounts> => {
  const total = { ...noOutcomes, pending: 0 }
  for (const phase of phases)
    for (const [name, many] of Object.entries(await countRowsOf(run.phase(phase))))
      total[name as keyof RowCounts] += many
  return total
}
