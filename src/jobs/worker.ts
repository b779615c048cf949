import type { Clock } from '../core/clock.ts'
import type { Depot } from '../core/depot.ts'
import { isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Store } from '../store/store.ts'
import { afterRun } from './after-run.ts'
import type { Child, Launch } from './child.ts'
import type { ChildFleet, ChildOrder } from './child-messages.ts'
import { followChild } from './follow-child.ts'
import type { StoredJob } from './job-lines.ts'
import type { JobState } from './job.ts'
import type { JobStore } from './job-store.ts'
import { sumCounts } from './plan-counts.ts'
import { outputsAtPlaces, placedPaths } from './placed-paths.ts'
import { plansIn } from './plans.ts'
import { settledIn } from './settled.ts'
import { takingUp } from './take-up.ts'
import type { Ticket } from './tickets.ts'

interface WorkerOptions {
  /** Unique among all workers, and new with each start. */
  readonly id: string
  readonly jobs: JobStore
  readonly runs: Pick<Store, 'get' | 'read' | 'folder'>
  readonly launch: Launch
  readonly clock: Clock
  /** What its children have to know of the fleet. @default this machine has all that jobs need */
  readonly fleet?: ChildFleet | undefined
  /** The files of jobs, if they are at an address: orders then name them as it does. */
  readonly depot?: Depot | undefined
  /** Whether what deletes or grants a privileged role needs a second person. @default false */
  readonly approval?: boolean
  /** Asks other workers to read shards of a run. @default there are none */
  readonly spread?: ((ticket: Ticket, run: string, shards: number) => Promise<void>) | undefined
  /** Called after each change of a job: others may be able to start. */
  readonly changed: (job: string) => void
  /** What goes wrong, for the log. */
  readonly say: (line: string) => void
}

/** How long a child has to end once it is asked to, before it is killed. Its run is then taken up as after a crash. */
const graceMs = 30_000
/** How often it is seen whether a job whose shards are read is to stop. */
const helpedEveryMs = 500
const who = 'entrapipe'

/** States of a job whose run is read until it ends. */
const goesOn: ReadonlySet<JobState> = new Set(['running', 'interrupted', 'queued'])

const started = (stored: StoredJob, revision: number): boolean =>
  stored.job.revision === revision && (stored.job.state === 'queued' || stored.job.state === 'interrupted')

/** Runs jobs, each in a process of its own. */
export const jobWorker = (options: WorkerOptions) => {
  const { id, jobs, runs, launch, clock, fleet, depot, approval = false, spread, changed, say } = options
  const children = new Map<string, Child>()
  /** Jobs that are run, until their end is stored, by what waits for that. */
  const active = new Map<Promise<void>, string>()
  /** Children that only read shards, by their jobs. */
  const helping = new Map<string, Child>()
  const helped = new Set<Promise<void>>()
  let isStopping = false

  const plans = plansIn(() => fleet?.files ?? runs.folder.folder('jobs'), depot)

  const { found, takeUp, takeUpStarted } = takingUp({ id, jobs, runs, changed, say })

  const begin = async ({ job, revision }: Ticket): Promise<StoredJob | undefined> => {
    try {
      const { startedAt, ...before } = (await jobs.stored(job)).job
      // Its time may have passed since the ticket was made.
      const isLate = before.run === undefined && Date.parse(before.notAfter ?? '') < clock.now()
      await jobs.change(
        job,
        stored => started(stored, revision),
        isLate
          ? { state: 'missed', reason: 'NotAfter' }
          : {
              state: 'running',
              holder: id,
              atMs: null,
              startedAt: startedAt ?? new Date(clock.now()).toISOString(),
              clears: ['error', 'status', 'reason', 'progress'],
            },
        { who, action: isLate ? 'miss' : 'start' },
        'started',
      )
      return isLate ? undefined : await jobs.stored(job)
    } catch (error) {
      // The ticket is void: the job was started, cancelled or deleted.
      if (isCode(error, 'JOB_STATE') || isCode(error, 'JOB_UNKNOWN')) return undefined
      throw error
    }
  }

  /** Where the plan is written that must be approved before anything is sent. */
  const planTo = ({ job, order }: StoredJob): string | undefined => {
    const { id: name, revision, writes, dryRun, planHash, run, partOf } = job
    if ((!approval && partOf === undefined) || !writes || dryRun || planHash !== undefined || run !== undefined)
      return undefined
    // It sends rows of a plan that was approved, or rows that waited: who confirmed or approved their run did so for them, too.
    if (order.work.kind === 'retry' || order.work.kind === 'due') return undefined
    return plans.begin(name, revision)
  }

  const orderOf = (stored: StoredJob): ChildOrder => {
    const { job, order } = stored
    const { pipeline, params, paths, tenant, options, work } = order
    return {
      ...{ job: job.id, pipeline, tenant, work, writes: job.writes },
      params: { ...params, ...placedPaths(paths, depot) },
      places: outputsAtPlaces(paths),
      options: { ...options, ...given({ dryRun: job.dryRun }) },
      since: Date.parse(job.createdAt),
      ...given({
        fleet,
        // On one machine, jobs use a pipeline file as it is now.
        code: fleet && stored.code,
        sha256: order.sha256,
        run: job.dryRun ? undefined : job.run,
        planTo: planTo(stored),
        plan: job.planHash === undefined ? undefined : { path: plans.at(job.id, job.planHash), sha256: job.planHash },
      }),
    }
  }

  const runNow = async (ticket: Ticket, lost: AbortSignal): Promise<void> => {
    if (isStopping) throw new Error('The worker is stopping.')
    const stored = await begin(ticket)
    changed(ticket.job)
    if (!stored) return ticket.again ? takeUpStarted(ticket) : undefined
    const { job } = stored
    const order = orderOf(stored)
    const { end, told } = await followChild({
      ...{ launch, clock, order, lost, say },
      keepsRun: order.planTo === undefined && job.dryRun !== true,
      async tell({ counts, ...what }) {
        const all = counts && job.planned ? sumCounts(job.planned.counts, counts) : counts
        const state = await jobs.tell(job.id, id, { ...what, ...given({ counts: all }) })
        changed(job.id)
        return state
      },
      spread(run, shards) {
        spread?.(ticket, run, shards).catch((error: unknown) =>
          say(`Job ${job.id}: no other worker can be asked to read with it: ${String(error)}`),
        )
      },
      started(child) {
        children.set(job.id, child)
        if (isStopping) child.stop()
      },
    })
    children.delete(job.id)
    if (told.plan && order.planTo !== undefined) await plans.keep(job.id, told.plan.sha256, order.planTo)
    const { run } = (await jobs.stored(job.id)).job
    const ended = {
      approval,
      end,
      told,
      isPlan: order.planTo !== undefined,
      settled: await settledIn(runs, run),
      nowMs: clock.now(),
    }
    if (end.type === 'died') say(`Job ${job.id}: its process died: ${end.why}`)
    try {
      await jobs.change(
        job.id,
        ({ holder }) => holder === id,
        now => ({ ...afterRun(now, ended), holder: null }),
        { who, action: 'end' },
      )
    } catch (error) {
      // Another worker has it: the ticket is void.
      if (!isCode(error, 'JOB_STATE')) throw error
    }
    changed(job.id)
  }

  /** Reads shards of a job that another worker runs, until none is left, or the job is to stop. */
  const helpNow = async ({ job: name, share }: Ticket, lost: AbortSignal): Promise<void> => {
    // Another machine is to do it.
    if (isStopping || children.has(name) || helping.has(name))
      throw new Error('This worker reads rows of the job already.')
    const isOn = async (): Promise<StoredJob | undefined> => {
      const stored = await found(name)
      return stored && goesOn.has(stored.job.state) && stored.job.run === share?.run ? stored : undefined
    }
    const stored = await isOn()
    if (!stored || !share) return
    const { planTo: _, run: __, ...order } = orderOf(stored)
    const child = launch({ ...order, share: share.run }, () => undefined)
    helping.set(name, child)
    const over = new AbortController()
    lost.addEventListener('abort', child.stop)
    const watching = async (): Promise<void> => {
      for (;;) {
        await clock.sleep(helpedEveryMs, over.signal)
        if (!(await isOn())) child.stop()
      }
    }
    // Without the database it can save nothing either.
    watching().catch(() => child.stop())
    try {
      await child.ended
    } finally {
      over.abort()
      lost.removeEventListener('abort', child.stop)
      helping.delete(name)
    }
  }

  return {
    /** Runs the job of a ticket until it ends or is handed over. A ticket that is void is ignored. */
    async run(ticket: Ticket, lost: AbortSignal = new AbortController().signal): Promise<void> {
      if (ticket.share) {
        const own = helpNow(ticket, lost)
        helped.add(own)
        try {
          return await own
        } finally {
          helped.delete(own)
        }
      }
      const own = runNow(ticket, lost)
      active.set(own, ticket.job)
      try {
        await own
      } finally {
        active.delete(own)
      }
    },

    /** Removes the plans of a job: they have its rows. */
    forget: plans.forget,

    /** Ends what a job sends, if it runs here. Elsewhere its worker sees the new state. */
    cancel(job: string): void {
      children.get(job)?.cancel()
    },

    /**
     * Takes up the jobs of workers that are dead, and those of this one that it could not begin or end, because the store was away.
     *
     * @param others the ids of those that live, read after the jobs: a worker is there before its jobs. @default none
     */
    async recover(others: () => Promise<ReadonlySet<string>> = async () => new Set()): Promise<void> {
      const running = await jobs.inStates(['running', 'cancelling'])
      const living = await others()
      const own = new Set(active.values())
      for (const stored of running) {
        const { holder = '', job } = stored
        if (holder === id ? !own.has(job.id) : !living.has(holder)) await takeUp(stored)
      }
    },

    /** Hands over all jobs: each ends as an interrupted run, which another worker continues. */
    async stop(): Promise<void> {
      isStopping = true
      const all = [...children.values(), ...helping.values()]
      const over = new AbortController()
      for (const child of all) child.stop()
      const late = clock.sleep(graceMs, over.signal).then(
        () => all.forEach(child => child.kill()),
        () => undefined,
      )
      // What goes wrong is reported where it was run.
      await Promise.allSettled([...active.keys(), ...helped])
      over.abort()
      await late
    },
  }
}
