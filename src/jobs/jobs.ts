import { isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import { expectApprover } from './approvals.ts'
import type { IdempotencyKey } from './idempotency.ts'
import { inspectOrder } from './inspect-order.ts'
import { wrongState } from './job-errors.ts'
import type { Job, Person } from './job.ts'
import { asParent, retryOf, undoOf } from './orders-about.ts'
import { expectPriority, openSingleJobs, tellingChanges, type JobsOptions, type JobWish } from './single-jobs.ts'
import { isUndecided } from './run-of-job.ts'
import type { WholeOrder } from './wholes/insert-whole.ts'
import { hashOfPlans, waitingFor, type WholeStore } from './wholes/whole-store.ts'

/** A job over several tenants, as it is asked for: `paths` are those of each. */
type WholeWish = Omit<JobWish, 'tenant' | 'paths' | 'parent'> & {
  readonly parts: readonly Required<Pick<JobWish, 'tenant' | 'paths'>>[]
}

/** What is not the state that is wanted is no fault of the whole: it stays as it is. */
const unlessOver = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work
    return true
  } catch (error) {
    if (isCode(error, 'JOB_STATE') || isCode(error, 'RUN_NOT_RESUMABLE') || isCode(error, 'RUN_UNKNOWN')) return false
    throw error
  }
}

/**
 * What can be done with jobs, of one tenant and over several: for the REST API, and for commands. Whether the person may do it is asked
 * before. What is done with a job over several is done with all of theirs that it can be done with.
 */
export const openJobs = ({ wholes, ...options }: JobsOptions & { readonly wholes: WholeStore }) => {
  const single = openSingleJobs(options)
  const { store, runs, hub, environment, forget } = options
  const changed = tellingChanges(options)

  /** Does something with each of the jobs of one over several. @throws EntrapipeError `JOB_STATE` if it can be done with none */
  const each = async (
    whole: Job,
    person: Person,
    {
      action,
      wanted,
      isCancelled = false,
    }: { readonly action: string; readonly wanted: string; readonly isCancelled?: boolean },
    act: (part: Job) => Promise<unknown>,
    parts?: readonly Job[],
  ): Promise<Job> => {
    let isDone = false
    for (const part of parts ?? (await wholes.parts(whole.id))) isDone = (await unlessOver(act(part))) || isDone
    if (!isDone) throw wrongState(await store.get(whole.id), wanted)
    return changed(await wholes.note(whole.id, { who: person.name, action }, isCancelled))
  }

  /** Adds a job that is about those of the tenants. @param orderOf undefined for one with which there is nothing to do */
  const about = async (
    whole: Job,
    wanted: string,
    orderOf: (part: Job) => ReturnType<typeof retryOf> | undefined,
    person: Person,
    key?: IdempotencyKey,
  ): Promise<Job> => {
    if (whole.endedAt === undefined) throw wrongState(whole, wanted, 'Wait until it has ended.')
    const orders = (await wholes.parts(whole.id)).flatMap(part => orderOf(part) ?? [])
    const [first] = orders
    if (!first) throw wrongState(whole, wanted, 'Only a job that has sent changes can be.')
    const order: WholeOrder = { ...first, pipeline: first.pipeline, params: {}, parent: whole.id, parts: orders }
    return changed((await store.create(order, person, key)).job)
  }

  return {
    ...single,

    /**
     * Adds a job over several tenants.
     *
     * @throws EntrapipeError `OPTION_INVALID` and others for mistakes in the params; `KEY_REUSED`
     */
    async submitWhole({ parts, ...wish }: WholeWish, person: Person, key?: IdempotencyKey): Promise<Job> {
      const { pipeline, params, options = {}, priority = 0, ...times } = wish
      expectPriority(priority)
      const { dryRun } = times
      const paths = parts[0]!.paths
      const inspected = await inspectOrder(pipeline, { ...params, ...paths }, environment, { ...options, dryRun })
      const order: WholeOrder = {
        ...{ ...inspected, params, options, priority, ...times },
        parts: parts.map(part => ({ ...part, params, work: { kind: 'run' } })),
      }
      return changed((await store.create(order, person, key)).job)
    },

    /** The jobs of the tenants of a job over several. None for another one. */
    parts: (id: string): Promise<readonly Job[]> => wholes.parts(id),

    async cancel(id: string, person: Person): Promise<Job> {
      const job = await store.get(id)
      if (!job.tenants) return single.cancel(id, person)
      return each(job, person, { action: 'cancel', wanted: 'cancelled', isCancelled: true }, part =>
        single.cancel(part.id, person),
      )
    },

    async approve(id: string, person: Person, planHash: string): Promise<Job> {
      const { job, order } = await store.stored(id)
      if (!job.tenants) return single.approve(id, person, planHash)
      // Another plan may have come since the job was read: only those are approved whose hash the person has seen.
      const waiting = waitingFor(await wholes.parts(id))
      expectApprover({ ...job, ...given({ planHash: hashOfPlans(waiting) }) }, order.byId, person, planHash)
      return each(
        job,
        person,
        { action: 'approve', wanted: 'approved' },
        part => single.approve(part.id, person, part.planHash ?? ''),
        waiting,
      )
    },

    async reject(id: string, person: Person): Promise<Job> {
      const job = await store.get(id)
      if (!job.tenants) return single.reject(id, person)
      return each(job, person, { action: 'reject', wanted: 'rejected' }, part => single.reject(part.id, person))
    },

    async resume(id: string, person: Person): Promise<Job> {
      const job = await store.get(id)
      if (!job.tenants) return single.resume(id, person)
      return each(job, person, { action: 'resume', wanted: 'resumed' }, part => single.resume(part.id, person))
    },

    async retry(
      id: string,
      outcomes: readonly ('failed' | 'unknown')[],
      person: Person,
      key?: IdempotencyKey,
    ): Promise<Job> {
      const job = await store.get(id)
      if (!job.tenants) return single.retry(id, outcomes, person, key)
      const has = ({ counts }: Job): boolean => outcomes.some(outcome => (counts?.[outcome] ?? 0) > 0)
      return about(
        job,
        'retried',
        part => (part.run !== undefined && has(part) ? retryOf(asParent(part, 'retried'), outcomes) : undefined),
        person,
        key,
      )
    },

    async undo(
      id: string,
      person: Person,
      options: { readonly [name: string]: Json } = {},
      key?: IdempotencyKey,
    ): Promise<Job> {
      const job = await store.get(id)
      if (!job.tenants) return single.undo(id, person, options, key)
      const undone = (part: Job) =>
        part.run !== undefined && part.writes && !part.dryRun ? undoOf(asParent(part, 'undone'), options) : undefined
      return about(job, 'undone', undone, person, key)
    },

    async remove(id: string, person: Person): Promise<void> {
      const job = await store.get(id)
      if (!job.tenants) return single.remove(id, person)
      const parts = await wholes.parts(id)
      for (const { run, writes, dryRun, tenant } of parts)
        if (run !== undefined && writes && !dryRun && (await isUndecided(run, runs)))
          throw wrongState(
            job,
            'deleted',
            `It is not known what became of rows that were sent to ${tenant}: resume it, or retry its unknown rows.`,
          )
      await wholes.remove(id, person.name)
      for (const each of [...parts, job]) {
        await forget(each.id)
        hub.changed(each.id)
      }
    },
  }
}

/** See `openJobs`. */
export type Jobs = ReturnType<typeof openJobs>
