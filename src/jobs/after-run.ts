import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import { approvalMs, needsApproval, needsLook } from './approvals.ts'
import type { ChildEnd } from './child.ts'
import type { ChildSummary } from './child-messages.ts'
import type { Job, JobProgress } from './job.ts'
import type { StoredJob } from './job-lines.ts'
import type { JobChange } from './job-store.ts'
import { settledByPlan, sumCounts } from './plan-counts.ts'

/** What a child told of its run. */
export interface Told {
  run?: string
  progress?: JobProgress
  preview?: Json
  plan?: { readonly sha256: string; readonly kinds: readonly string[] }
  summary?: ChildSummary
}

/** How a process of a job ended. */
interface Ended {
  /** Whether what deletes or grants a privileged role needs a second person. */
  readonly approval: boolean
  readonly end: ChildEnd
  readonly told: Told
  /** Whether it only wrote a plan. */
  readonly isPlan: boolean
  /** See `settledIn`. */
  readonly settled: string
  readonly nowMs: number
}

/** How long a job waits for a run of the command line that does the same. */
const besideMs = 5000
const mostCrashes = 3

/** What becomes of a job whose process has died: it is taken up again, unless that has not helped before. */
export const afterCrash = ({ job, crashes }: StoredJob, settled: string, why: string): JobChange => {
  if (job.state === 'cancelling') return { state: 'cancelled' }
  const counted = { inRow: crashes.settled === settled ? crashes.inRow + 1 : 1, settled }
  if (counted.inRow < mostCrashes) return { state: 'interrupted', crashes: counted }
  return {
    state: 'failed',
    status: 'Failed',
    reason: 'CrashLoop',
    error: {
      code: 'INTERNAL',
      message: `The process of the job died ${mostCrashes} times without getting any further. The last time: ${why}`,
    },
    crashes: counted,
  }
}

const summed = ({ summary, preview, progress }: Told): JobChange =>
  given({ status: summary?.status, reason: summary?.reason, counts: summary?.counts, preview, progress })

/** As `summed`, with the rows that the plan has left out: a row that failed there has failed. */
const summedWithPlan = ({ job: { planned } }: StoredJob, told: Told): JobChange => {
  const change = summed(told)
  if (!planned || !change.counts) return change
  const { failed, unknown, skipped } = planned.counts
  return {
    ...change,
    counts: sumCounts(planned.counts, change.counts),
    ...(failed + unknown + skipped > 0 && { status: 'Failed', reason: 'NotAllRowsSuccessfullyProcessed' }),
  }
}

/** What becomes of a job whose plan is written. */
const afterPlan = ({ job, order }: StoredJob, told: Told, nowMs: number, approval: boolean): JobChange => {
  const { plan, summary, preview } = told
  const stop = summary?.stops?.[0]
  if (stop) return { ...summed(told), state: 'failed', error: stop }
  // Nothing was to be done, so there is no plan.
  if (!plan) return { ...summed(told), state: 'done' }
  const planned = given({
    ...{ preview, counts: summary?.counts, planHash: plan.sha256 },
    planned: told.run !== undefined && summary ? { run: told.run, counts: settledByPlan(summary.counts) } : undefined,
  })
  const isSecond = approval && needsApproval(plan.kinds, order.options)
  if (!isSecond && !(job.partOf !== undefined && needsLook(plan.kinds))) return { ...planned, state: 'queued' }
  const approver = isSecond ? 'second-person' : 'anybody'
  return { ...planned, state: 'awaiting-approval', atMs: nowMs + approvalMs, approver }
}

const afterError = (stored: StoredJob, error: NonNullable<Job['error']>, told: Told, nowMs: number): JobChange => {
  const isCancelled = stored.job.state === 'cancelling'
  const all = summedWithPlan(stored, told)
  const counts = given({ counts: all.counts })
  if (error.code === 'TERMINATED' || error.code === 'INTERRUPTED')
    return { ...counts, state: isCancelled ? 'cancelled' : 'interrupted' }
  if (error.code === 'RUN_ACTIVE')
    return isCancelled ? { state: 'cancelled' } : { state: 'queued', atMs: nowMs + besideMs }
  // Workers took its run over in turn, and died.
  const reason = error.code === 'CRASH_LOOP' ? 'CrashLoop' : error.code
  return { ...all, state: 'failed', status: 'Failed', reason, error }
}

/** What becomes of a job whose process has ended. */
export const afterRun = (stored: StoredJob, { end, told, isPlan, settled, nowMs, approval }: Ended): JobChange => {
  const isCancelled = stored.job.state === 'cancelling'
  if (end.type === 'died') return afterCrash(stored, settled, end.why)
  if (end.type === 'error' && end.isCutOff) return afterCrash(stored, settled, end.error.message)
  if (end.type === 'error') return afterError(stored, end.error, told, nowMs)
  if (isPlan) return isCancelled ? { state: 'cancelled' } : afterPlan(stored, told, nowMs, approval)
  // A dry run cannot be continued, so its run is named when it has ended.
  const all = { ...given({ run: told.run }), ...summedWithPlan(stored, told) }
  if (end.end === 'short' || end.end === 'failed') return { ...all, state: end.end }
  if (end.end !== 'pending') return { ...all, state: 'done' }
  if (isCancelled) return { ...all, state: 'cancelled' }
  const { continuesAt } = told.summary ?? {}
  // With a limit it waits for a person; with a window, for its time.
  return { ...all, state: 'paused', atMs: continuesAt === undefined ? null : Date.parse(continuesAt) }
}
