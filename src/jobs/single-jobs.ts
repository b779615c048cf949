import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Environment } from '../core/environment.ts'
import type { Json } from '../core/json.ts'
import type { Store } from '../store/store.ts'
import type { IdempotencyKey } from './idempotency.ts'
import { oncePerKey } from './once-per-key.ts'
import { inspectOrder } from './inspect-order.ts'
import type { AuditQuery, JobAudit } from './job-audit.ts'
import type { NewJob } from './insert-job.ts'
import { wrongState } from './job-errors.ts'
import { asParent, retryOf, undoOf, type Parent } from './orders-about.ts'
import { jobEvents, type JobEvent } from './job-events.ts'
import { jobListEvents, type JobListEvent } from './job-list-events.ts'
import type { JobHub } from './job-hub.ts'
import type { JobPage, JobQuery } from './job-query.ts'
import type { JobStore } from './job-store.ts'
import { expectApprover } from './approvals.ts'
import type { Job, JobOrder, Person } from './job.ts'
import { expectResumable, isUndecided } from './run-of-job.ts'

/** A job as it is asked for. Times are milliseconds since 1970. */
export interface JobWish {
  readonly pipeline: string
  readonly params: { readonly [name: string]: Json }
  /** Params with paths of this machine, which nobody is shown: of an upload, and of the output. */
  readonly paths?: { readonly [name: string]: string }
  /** The SHA-256 of its inputs, by their params: checked before they are used. */
  readonly sha256?: { readonly [name: string]: string }
  readonly tenant: string
  /** Options of the run by their names on the command line, in camel case: `maxRemovals`, `reason` … */
  readonly options?: { readonly [name: string]: Json }
  readonly dryRun?: boolean | undefined
  readonly at?: number | undefined
  /** A job that has not started by then is missed. */
  readonly notAfter?: number | undefined
  /** From -100 to 100: the higher, the sooner. @default 0 */
  readonly priority?: number | undefined
  readonly parent?: string | undefined
}

/** What jobs need. */
export interface JobsOptions {
  readonly store: JobStore
  readonly runs: Pick<Store, 'get' | 'read'>
  readonly hub: JobHub
  readonly environment: Environment
  readonly clock: Clock
  /** Looks for jobs that can start. */
  readonly wake: () => void
  /** Removes the files of a job that is deleted. */
  readonly forget: (job: string) => Promise<void>
  /** Cancels a job that runs in this process. */
  readonly cancel: (job: string) => void
  /** Whether what deletes or grants a privileged role needs a second person. @default false */
  readonly approval?: boolean
}

const highest = 100

/** What a job that is resumed no longer says of its end, and of a plan. */
const [ofEnd, ofPlan] = [
  ['error', 'status', 'reason'],
  ['planHash', 'planned', 'preview', 'approver', 'counts'],
] as const

/** @throws EntrapipeError `OPTION_INVALID` */
export const expectPriority = (priority: number): void => {
  if (Number.isInteger(priority) && Math.abs(priority) <= highest) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected the priority to be a whole number from -${highest} to ${highest}, got ${priority}.`,
  )
}

/** Returns what is called with each job that a person has changed: readers see it, and others may be able to start. */
export const tellingChanges =
  ({ hub, wake }: Pick<JobsOptions, 'hub' | 'wake'>) =>
  (job: Job): Job => {
    hub.changed(job.id)
    wake()
    return job
  }

/** What can be done with a job of one tenant. Whether the person may do it is asked before. */
export const openSingleJobs = ({
  store,
  runs,
  hub,
  environment,
  clock,
  wake,
  cancel,
  forget,
  approval = false,
}: JobsOptions) => {
  const once = oncePerKey()
  const changed = tellingChanges({ hub, wake })

  /** A new job that is about the run of another one. */
  const about = async (
    id: string,
    wanted: string,
    order: (parent: Parent) => NewJob,
    person: Person,
    key?: IdempotencyKey,
  ): Promise<Job> => {
    const parent = asParent(await store.get(id), wanted)
    return once(person, key, async () => changed((await store.create(order(parent), person, key)).job))
  }

  return {
    /**
     * Adds a job. With a key that was used before for the same request, it returns the job that was made then.
     *
     * @throws EntrapipeError `OPTION_INVALID` and others for mistakes in the params; `KEY_REUSED`, `KEY_ACTIVE`
     */
    async submit(wish: JobWish, person: Person, key?: IdempotencyKey): Promise<Job> {
      const { pipeline, params, paths = {}, tenant, options = {}, priority = 0, ...times } = wish
      expectPriority(priority)
      return once(person, key, async () => {
        const { dryRun } = times
        const inspected = await inspectOrder(pipeline, { ...params, ...paths }, environment, { ...options, dryRun })
        const { job } = await store.create(
          { ...inspected, params, paths, tenant, options, priority, work: { kind: 'run' }, ...times },
          person,
          key,
        )
        return changed(job)
      })
    },

    /** @throws EntrapipeError `JOB_UNKNOWN` */
    get: (id: string): Promise<Job> => store.get(id),

    /** The files of a job on this machine, by the parameters that name them. @throws EntrapipeError `JOB_UNKNOWN` */
    paths: async (id: string): Promise<JobOrder['paths']> => (await store.stored(id)).order.paths,

    /** Whether the order of a job has a text, such as the id of a file. */
    isNamed: (text: string): Promise<boolean> => store.isNamed(text),

    /** Reads all orders once. Returns what tells whether one has an id. */
    named: () => store.named(),

    /** How many jobs of these tenants are in each state. States without any are left out. */
    countByState: (tenants: readonly string[]) => store.countByState(tenants),

    /** Newest first. @throws EntrapipeError `OPTION_INVALID` for a cursor that is none */
    list: (query: JobQuery): Promise<JobPage> => store.list(query),

    audit: (query?: AuditQuery): Promise<readonly JobAudit[]> => store.audit(query),

    /**
     * Cancels a job. One that runs sends nothing more, and is `cancelled` when the requests in flight have settled.
     *
     * @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE`
     */
    async cancel(id: string, person: Person): Promise<Job> {
      const job = await store.change(
        id,
        ({ job: { state } }) => !['cancelling', 'cancelled'].includes(state),
        ({ job: { state } }) => ({ state: state === 'running' ? 'cancelling' : 'cancelled' }),
        { who: person.name, action: 'cancel' },
        'cancelled',
      )
      cancel(id)
      return changed(job)
    },

    /**
     * Approves the plan of a job, which then starts.
     *
     * @param planHash the plan that the person has seen
     * @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE`; `APPROVAL_REFUSED` for the one who submitted it, and for an app;
     *   `PLAN_REFUSED` if the job has another plan
     */
    async approve(id: string, person: Person, planHash: string): Promise<Job> {
      const { order, job } = await store.stored(id)
      expectApprover(job, order.byId, person, planHash)
      return changed(
        await store.change(
          id,
          now => now.job.state === 'awaiting-approval' && now.job.planHash === job.planHash,
          { state: 'queued', approvedBy: person.name, atMs: null },
          { who: person.name, action: 'approve', facts: { planHash: job.planHash ?? null } },
          'approved',
        ),
      )
    },

    /** Refuses the plan of a job. @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE` */
    async reject(id: string, person: Person): Promise<Job> {
      return changed(
        await store.change(
          id,
          ['awaiting-approval'],
          { state: 'discarded', reason: 'Rejected', atMs: null },
          { who: person.name, action: 'reject' },
          'rejected',
        ),
      )
    },

    /**
     * Continues a job that was cancelled, is paused, or failed and can be resumed.
     *
     * @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE`; `RUN_NOT_RESUMABLE`
     */
    async resume(id: string, person: Person): Promise<Job> {
      const before = await store.get(id)
      if (before.run !== undefined && before.endedAt !== undefined) await expectResumable(before, runs)
      return changed(
        await store.change(
          id,
          ['cancelled', 'paused', 'failed'],
          ({ job: { approver, approvedBy } }) => ({
            ...{ state: 'queued', atMs: null, crashes: { inRow: 0, settled: '' } },
            // A plan that was not approved before the job was cancelled is made, and looked at, again.
            clears: [...ofEnd, ...(approver !== undefined && approvedBy === undefined ? ofPlan : [])],
          }),
          { who: person.name, action: 'resume' },
          'resumed',
        ),
      )
    },

    /**
     * Adds a job that sends rows of another one again, or decides them again.
     *
     * @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE`, `KEY_REUSED`, `KEY_ACTIVE`
     */
    async retry(
      id: string,
      outcomes: readonly ('failed' | 'unknown')[],
      person: Person,
      key?: IdempotencyKey,
    ): Promise<Job> {
      const { planHash } = await store.get(id)
      // A retry sends rows of a plan that was looked at. Of a job without one, nobody knows what they do.
      if (approval && planHash === undefined)
        throw new EntrapipeError(
          'APPROVAL_REFUSED',
          `Job ${id} has no plan that was approved, so it cannot be retried.`,
          {
            fix: 'Submit its rows again.',
          },
        )
      return about(id, 'retried', parent => retryOf(parent, outcomes), person, key)
    },

    /**
     * Adds a job that undoes another one.
     *
     * @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE`, `KEY_REUSED`, `KEY_ACTIVE`
     */
    undo: (
      id: string,
      person: Person,
      options: { readonly [name: string]: Json } = {},
      key?: IdempotencyKey,
    ): Promise<Job> => about(id, 'undone', parent => undoOf(parent, options), person, key),

    /**
     * Deletes a job that has ended. Its audit stays.
     *
     * @throws EntrapipeError `JOB_UNKNOWN`; `JOB_STATE` while it is active, and while it is not known what became of rows that were sent
     */
    async remove(id: string, person: Person): Promise<void> {
      const job = await store.get(id)
      if (job.partOf !== undefined)
        throw wrongState(job, 'deleted alone', `It belongs to job ${job.partOf}: delete that one.`)
      if (job.run !== undefined && job.writes && !job.dryRun && (await isUndecided(job.run, runs)))
        throw wrongState(
          job,
          'deleted',
          'It is not known what became of rows that were sent: resume it, or retry its unknown rows.',
        )
      await store.remove(id, person.name)
      await forget(id)
      hub.changed(id)
    },

    /**
     * What happens to a job, until it has ended or the signal aborts.
     *
     * @param after id of the last event that was read
     */
    events: (id: string, after: string | undefined, signal: AbortSignal): AsyncGenerator<JobEvent, void> =>
      jobEvents(id, after, { jobs: store, hub, clock, signal }),

    /** What happens to all jobs of some tenants, until the signal aborts. @param since milliseconds since 1970 */
    listEvents: (tenants: readonly string[], since: number, signal: AbortSignal): AsyncGenerator<JobListEvent, void> =>
      jobListEvents({ tenants, since }, { jobs: store, clock, signal }),
  }
}
