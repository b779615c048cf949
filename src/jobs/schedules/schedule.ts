import type { Json } from '../../core/json.ts'
import type { GivenWhen } from './when.ts'

/** Whose jobs a schedule starts. */
export interface ScheduledTenants {
  /** `*`: several. */
  readonly tenant: string
  /** Their names, or all that the server has when the time comes. */
  readonly tenants?: 'all' | readonly string[]
  /** Those that have one of these tags when the time comes. */
  readonly tags?: readonly string[]
}

/** What starts a job each time. */
export interface ScheduledOrder extends ScheduledTenants {
  readonly pipeline: string
  readonly params: { readonly [name: string]: Json }
  /** Params with paths of this machine. */
  readonly paths: { readonly [name: string]: string }
  /** See `JobOrder`. */
  readonly sha256?: { readonly [name: string]: string }
  /** The names of the files that each job writes, by param: each job has files of its own. */
  readonly outputs?: { readonly [name: string]: string }
  readonly options: { readonly [name: string]: Json }
  readonly priority: number
  /** `Person.id` of who made the schedule, and who submits its jobs. */
  readonly byId: string
}

/** `active` · `paused` starts no jobs, and times that pass meanwhile are not made up for · `ended` its only time is over. */
export type ScheduleState = 'active' | 'paused' | 'ended'

/** The times of a schedule. What is absent stays; null is what a schedule has that says nothing of it. */
export interface ScheduleTimes {
  readonly when?: GivenWhen | undefined
  readonly missed?: Schedule['missed'] | undefined
  readonly notAfterMs?: number | null | undefined
}

/** A schedule as others see it. Times are ISO 8601, UTC. */
export interface Schedule extends ScheduledTenants {
  readonly name: string
  readonly pipeline: string
  /** Without paths. */
  readonly params: { readonly [name: string]: Json }
  readonly options: { readonly [name: string]: Json }
  readonly priority: number
  readonly state: ScheduleState
  readonly when: GivenWhen
  /** Whether its jobs change the directory. */
  readonly writes: boolean
  /** A job that cannot start within these milliseconds of its time is missed. Absent for a job that only reads, unless it was given. */
  readonly notAfterMs?: number
  /** What becomes of a time that passed while nothing could start it: `once` starts one job for all such times, `skip` none. */
  readonly missed: 'once' | 'skip'
  readonly by: string
  readonly createdAt: string
  /** When it starts its next job. */
  readonly nextAt?: string
  /** The time of its last job, and the job. */
  readonly lastAt?: string
  readonly lastJob?: string
  /** What a person should look at: the last time started no job, or its job failed or had no rows. */
  readonly alert?: string
  /** Ascends with each change. */
  readonly revision: number
}
