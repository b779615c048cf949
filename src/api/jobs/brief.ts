import type { Job } from '../../jobs/job.ts'

/** A job as lists of many show it: without what may be long. */
export const briefOf = ({ params: _, preview: __, ...job }: Job): Omit<Job, 'params' | 'preview'> => job
