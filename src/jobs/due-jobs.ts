import type { Clock } from '../core/clock.ts'
import { isCode } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import type { JobStore } from './job-store.ts'

/** The built-in schedule of what runs leave for a later time, such as removals of licences. */
export interface DueJobs {
  /** Adds a job for each run with rows that are due now. A job that fails is followed by another one a day later. */
  tick(): Promise<void>
}

interface Dependencies {
  readonly runs: Pick<Store, 'list'>
  readonly jobs: Pick<JobStore, 'create'>
  /** Names of the tenants whose runs are looked at. */
  readonly tenants: readonly string[]
  readonly clock: Clock
}

const everyMs = 60_000

/** The pipeline of the jobs, as the command is called. */
const pipeline = 'runs due'
const person = { id: 'entrapipe', name: 'entrapipe', isApp: true }

/** See `DueJobs`. */
export const dueJobs = ({ runs, jobs, tenants, clock }: Dependencies): DueJobs => {
  let lookAt = clock.now()
  return {
    async tick() {
      const now = clock.now()
      if (now < lookAt) return
      lookAt = now + everyMs
      for (const { id, tenant, dueAt } of await runs.list({ dueBy: now })) {
        if (!tenant || !tenants.includes(tenant.name)) continue
        try {
          await jobs.create(
            {
              ...{ pipeline, tenant: tenant.name, params: { run: id }, paths: {}, options: {}, writes: true },
              work: { kind: 'due', run: id },
            },
            person,
            // A key holds for a day, for all processes.
            { path: pipeline, name: `${id}/${dueAt}`, body: {} },
          )
        } catch (error) {
          // The job of the key was deleted.
          if (!isCode(error, 'JOB_UNKNOWN')) throw error
        }
      }
    },
  }
}
