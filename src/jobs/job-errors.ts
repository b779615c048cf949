import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Job, JobState } from './job.ts'

/** The error `JOB_UNKNOWN`. */
export const unknownJob = (id: string): EntrapipeError =>
  new EntrapipeError('JOB_UNKNOWN', `Job ${id} was not found.`, { facts: { job: id } })

/** The error `JOB_STATE`. @param wanted what cannot be done, as a participle: `cancelled` */
export const wrongState = ({ id, state }: Pick<Job, 'id' | 'state'>, wanted: string, fix?: string): EntrapipeError =>
  new EntrapipeError('JOB_STATE', `Job ${id} cannot be ${wanted}: it is ${inWords(state)}.`, {
    facts: { job: id, state },
    ...given({ fix }),
  })

const inWords = (state: JobState): string => (state === 'awaiting-approval' ? 'awaiting approval' : state)
