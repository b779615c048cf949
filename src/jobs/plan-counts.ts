import type { JobCounts } from './job.ts'

/** Outcomes of rows that a plan leaves out: nothing is to be sent for them. */
const settled = ['unchanged', 'skipped', 'failed', 'unknown'] as const

/** The numbers of the rows that making a plan has settled. @param counts those of the whole plan */
export const settledByPlan = (counts: JobCounts): JobCounts => ({
  ...{ done: 0, pending: 0, waiting: 0 },
  ...{ unchanged: counts.unchanged, skipped: counts.skipped, failed: counts.failed, unknown: counts.unknown },
  rows: settled.reduce((sum, name) => sum + counts[name], 0),
})

/** The numbers of all rows of a job: those that its plan left out, and those of its run. */
export const sumCounts = (one: JobCounts, other: JobCounts): JobCounts => ({
  rows: one.rows + other.rows,
  pending: one.pending + other.pending,
  done: one.done + other.done,
  unchanged: one.unchanged + other.unchanged,
  waiting: one.waiting + other.waiting,
  skipped: one.skipped + other.skipped,
  failed: one.failed + other.failed,
  unknown: one.unknown + other.unknown,
})
