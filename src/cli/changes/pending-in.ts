import type { RunReader } from '../../store/run-store.ts'
import { phasesOf, type RunInfo } from '../../store/types.ts'

/** The number of changes of a run that have no result. */
export const pendingIn = async (run: Pick<RunReader, 'phase'>, info: RunInfo): Promise<number> => {
  let sum = 0
  for (const phase of phasesOf(info)) {
    const { waiting, pending, sent } = await run.phase(phase).ledger().count()
    sum += waiting + pending + sent
  }
  return sum
}
