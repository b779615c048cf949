import { given } from '../core/given.ts'
import type { Queries } from '../store/tables/tables.ts'
import { hasEnded, type Job, type JobState } from './job.ts'
import { alertOf } from './schedules/alert.ts'

/** What others learn of a job or of a schedule. It holds no data of the directory: no names, no rows, no parameters. */
export interface Notice {
  /** The same each time that it is sent. */
  readonly id: string
  readonly type: 'job.ended' | 'job.awaiting-approval' | 'schedule.skipped'
  /** ISO 8601, UTC. */
  readonly at: string
  readonly tenant: string
  readonly pipeline: string
  /** Whether somebody should look at it: what failed, was missed, or has rows that failed or are unknown. */
  readonly isProblem: boolean
  readonly job?: Pick<
    Job,
    'id' | 'state' | 'status' | 'reason' | 'counts' | 'createdAt' | 'startedAt' | 'endedAt' | 'parent'
  >
  readonly schedule?: string
  /** Why a time of a schedule started no job. */
  readonly alert?: string
}

/**
 * What others learn of a job that has changed; undefined if that is nothing. A dry run is watched by who asked for it, and of a job over
 * several tenants only the whole is reported.
 */
export const noticeOf = (job: Job, from: JobState, atMs: number): Notice | undefined => {
  const {
    id,
    state,
    status,
    reason,
    counts,
    createdAt,
    startedAt,
    endedAt,
    parent,
    dryRun,
    schedule,
    revision,
    partOf,
  } = job
  const ends = hasEnded(state) && !hasEnded(from)
  if (dryRun === true || partOf !== undefined || !(ends || (state === 'awaiting-approval' && from !== state)))
    return undefined
  return {
    id: `${id}.${revision}`,
    type: ends ? 'job.ended' : 'job.awaiting-approval',
    at: new Date(atMs).toISOString(),
    tenant: job.tenant,
    pipeline: job.pipeline,
    isProblem: ends && isProblem(job),
    job: { id, state, createdAt, ...given({ status, reason, counts, startedAt, endedAt, parent }) },
    ...given({ schedule }),
  }
}

/** That a scheduled job had no rows is one, too: somebody expects them. */
const isProblem = (job: Job): boolean =>
  job.schedule === undefined && job.counts?.rows === 0 ? false : alertOf(job) !== undefined

/** Keeps a notice until a server takes it, in the transaction of what it is about. */
export const addNotice = (on: Queries, notice: Notice): Promise<unknown> =>
  on.query('insert into notices (id, notice) values ($1, $2) on conflict do nothing', [
    notice.id,
    JSON.stringify(notice),
  ])
