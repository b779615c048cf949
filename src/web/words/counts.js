// @ts-check
/** @import { JobCounts } from '../../jobs/job.ts' */

/** Rows that are as they were asked to be. @param {JobCounts} counts */
export const successOf = ({ done, unchanged }) => done + unchanged

/** Rows that are not, or of which nobody knows. @param {JobCounts} counts */
export const failureOf = ({ failed, unknown }) => failed + unknown
