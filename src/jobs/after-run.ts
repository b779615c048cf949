import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import { approvalMs, needsApproval } from './approvals.ts'
import type { ChildEnd } from './child.ts'
import type { ChildSummary } from './child-messages.ts'
import type { Job } from './job.ts'
import type { StoredJob } from './job-lines.ts'
import type { JobChange } from './job-store.ts'

/** What a child told of its run. */
export interface Told {
  run?: string
  preview?: Json
  plan?: { readonly sha256: string; readonly kinds: readonly string[] }
  summary?: ChildSummary
}

/** How a process of a job ended. */
interface Ended {
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

const summed = ({ summary, preview }: Told): JobChange =>
  given({ status: summary?.status, reason: summary?.reason, counts: summary?.counts, preview })

/** What becomes of a job whose plan is written. */
const afterPlan = ({ order }: StoredJob, told: Told, nowMs: number): JobChange => {
  const { plan, summary, preview } = told
  const stop = summary?.stops?.[0]
  if (stop) return { ...summed(told), state: 'failed', error: stop }
  // Nothing was to be done, so there is no plan.
  if (!plan) return { ...summed(told), state: 'done' }
  const planned = given({ preview, counts: summary?.counts, planHash: plan.sha256 })
  return needsApproval(plan.kinds, order.options)
    ? { ...planned, state: 'awaiting-approval', atMs: nowMs + approvalMs }
    : { ...planned, state: 'queued' }
}

const afterError = (
  { job: { state } }: StoredJob,
  error: NonNullable<Job['error']>,
  told: Told,
  nowMs: number,
): JobChange => {
  const isCancelled = state === 'cancelling'
  const counts = given({ counts: told.summary?.counts })
  if (error.code === 'TERMINATED' || error.code === 'INTERRUPTED')
    return { ...counts, state: isCancelled ? 'cancelled' : 'interrupted' }
  if (error.code === 'RUN_ACTIVE')
    return isCancelled ? { state: 'cancelled' } : { state: 'queued', atMs: nowMs + besideMs }
  return { ...summed(told), state: 'failed', status: 'Failed', reason: error.code, error }
}

/** What becomes of a job whose process has ended. */
export const afterRun = (stored: StoredJob, { end, told, isPlan, settled, nowMs }: Ended): JobChange => {
  const isCancelled = stored.job.state === 'cancelling'
  if (end.type === 'died') return afterCrash(stored, settled, end.why)
  if (end.type === 'error') return afterError(stored, end.error, told, nowMs)
  if (isPlan) return isCancelled ? { state: 'cancelled' } : afterPlan(stored, told, nowMs)
  // A dry run cannot be continued, so its run is named when it has ended.
  const all = { ...given({ run: told.run }), ...summed(told) }
  if (end.end === 'short' || end.end === 'failed') return { ...all, state: end.end }
  if (end.end !== 'pending') return { ...all, state: 'done' }
  if (isCancelled) return { ...all, state: 'cancelled' }
  const { continuesAt } = told.summary ?? {}
  // With a limit it waits for a person; with a window, for its time.
  return { ...all, state: 'paused', atMs: continuesAt === undefined ? null : Date.parse(continuesAt) }
}
