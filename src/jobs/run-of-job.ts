import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { isUnfinished } from '../store/prune.ts'
import type { Store } from '../store/store.ts'
import { phasesOf } from '../store/types.ts'
import type { Job } from './job.ts'

/** Checks that the run of a job that has ended can be resumed. @throws EntrapipeError `RUN_NOT_RESUMABLE`, `RUN_UNKNOWN` */
export const expectResumable = async ({ id, run, dryRun }: Job, runs: Pick<Store, 'get'>): Promise<void> => {
  if (dryRun || run === undefined) return
  const info = await runs.get(run)
  if (isUnfinished(info) || info.status === 'running') return
  throw new EntrapipeError('RUN_NOT_RESUMABLE', `Job ${id} cannot be resumed: its run is ${info.status}.`, {
    facts: given({ job: id, run }),
    fix: 'Submit it again, or retry its failed rows.',
  })
}

/** Whether rows of a run were sent, and it is not known what became of them. */
export const isUndecided = async (run: string, runs: Pick<Store, 'get' | 'read'>): Promise<boolean> => {
  try {
    const info = await runs.get(run)
    return await runs.read(run, async reader => {
      const { unknown } = await reader.countResults()
      if (unknown > 0) return true
      for (const name of phasesOf(info)) if ((await reader.phase(name).ledger().count()).sent > 0) return true
      return false
    })
  } catch (error) {
    if (isCode(error, 'RUN_UNKNOWN')) return false
    throw error
  }
}
