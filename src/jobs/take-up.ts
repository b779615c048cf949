import { isCode } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import { afterCrash } from './after-run.ts'
import type { JobState } from './job.ts'
import type { StoredJob } from './job-lines.ts'
import type { JobStore } from './job-store.ts'
import { settledIn } from './settled.ts'
import type { Ticket } from './tickets.ts'

interface TakingUp {
  /** Of this worker. */
  readonly id: string
  readonly jobs: JobStore
  readonly runs: Pick<Store, 'get' | 'read'>
  readonly changed: (job: string) => void
  readonly say: (line: string) => void
}

const who = 'entrapipe'
const begun: ReadonlySet<JobState> = new Set(['running', 'cancelling'])

/** How a worker takes up what others, or itself, have left. */
export const takingUp = ({ id, jobs, runs, changed, say }: TakingUp) => {
  /** Takes up a job whose worker has died, or could not store what became of it. */
  const takeUp = async ({ job, holder }: StoredJob): Promise<void> => {
    const why = holder === id ? 'its end could not be stored' : 'its worker died'
    const settled = await settledIn(runs, job.run)
    try {
      await jobs.change(
        job.id,
        now => now.job.revision === job.revision,
        now => ({ ...afterCrash(now, settled, why), holder: null }),
        { who, action: 'recover' },
      )
      if (holder !== undefined) say(`Job ${job.id}: ${why}.`)
    } catch (error) {
      // Another worker did so meanwhile, or the job was deleted.
      if (!isCode(error, 'JOB_STATE') && !isCode(error, 'JOB_UNKNOWN')) throw error
    }
    changed(job.id)
  }

  /** A job; undefined if it was deleted. */
  const found = async (job: string): Promise<StoredJob | undefined> => {
    try {
      return await jobs.stored(job)
    } catch (error) {
      if (isCode(error, 'JOB_UNKNOWN')) return undefined
      throw error
    }
  }

  /**
   * A ticket that is taken a second time belonged to a worker that gives no sign of life. What that one started is taken up, but not
   * what another worker has started since.
   */
  const takeUpStarted = async ({ job, revision }: Ticket): Promise<void> => {
    const stored = await found(job)
    if (!stored || !begun.has(stored.job.state) || stored.holder === id) return
    const since = stored.job.state === 'running' ? 1 : 2
    if (stored.job.revision === revision + since) await takeUp(stored)
  }

  return { found, takeUp, takeUpStarted }
}
