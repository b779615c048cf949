import type { Json } from '../core/json.ts'
import type { NewJob } from './insert-job.ts'
import { wrongState } from './job-errors.ts'
import type { Job } from './job.ts'

/** A job whose run sends changes, and has ended. */
export type Parent = Job & { readonly run: string }

/** @param wanted as a participle. @throws EntrapipeError `JOB_STATE` unless a job can be about the changes of this one */
export const asParent = (job: Job, wanted: string): Parent => {
  const { run, writes, dryRun, endedAt } = job
  if (run !== undefined && writes && !dryRun && endedAt !== undefined) return { ...job, run }
  throw wrongState(
    job,
    wanted,
    endedAt === undefined ? 'Wait until it has ended.' : 'Only a job that has sent changes can be.',
  )
}

/** A job that sends rows of another one again, or decides them again. */
export const retryOf = (
  { id, run, pipeline, params, tenant }: Parent,
  outcomes: readonly ('failed' | 'unknown')[],
): NewJob => ({
  ...{ pipeline, params, tenant, writes: true, parent: id, paths: {}, options: {} },
  work: { kind: 'retry', run, outcomes },
})

/** A job that undoes another one. */
export const undoOf = ({ id, run, tenant }: Parent, options: { readonly [name: string]: Json }): NewJob => ({
  ...{ pipeline: 'runs undo', params: { run }, tenant, writes: true, parent: id, paths: {}, options },
  work: { kind: 'undo', run },
})
