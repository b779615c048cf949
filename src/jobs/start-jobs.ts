import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Depot } from '../core/depot.ts'
import type { Environment } from '../core/environment.ts'
import { given } from '../core/given.ts'
import type { Store } from '../store/store.ts'
import { openTables } from '../store/tables/open-tables.ts'
import type { Tables } from '../store/tables/tables.ts'
import { launchChild, type Launch } from './child.ts'
import { startDispatcher } from './dispatcher.ts'
import { dueJobs } from './due-jobs.ts'
import { openEmbeddedQueue } from './embedded-queue.ts'
import { askOthers } from './fleet/ask-others.ts'
import { joinFleet, type FleetOptions } from './fleet/member.ts'
import type { FleetWorker } from './fleet/workers.ts'
import { jobHub } from './job-hub.ts'
import { wholeIdOf } from './job-id.ts'
import { jobStore } from './job-store.ts'
import { openJobs, type Jobs } from './jobs.ts'
import type { TicketQueue } from './queue.ts'
import { openSchedules, type Schedules } from './schedules/schedules.ts'
import { scheduleStore } from './schedules/schedule-store.ts'
import type { KnownTenants } from './schedules/scheduled-tenants.ts'
import { wholeStore } from './wholes/whole-store.ts'
import { jobWorker } from './worker.ts'

/** Options of `startJobs`. */
export interface StartJobsOptions {
  readonly store: Store
  readonly environment: Environment
  readonly clock: Clock
  /** Names of the tenants for which jobs are added when rows that wait are due. @default none */
  readonly tenants?: readonly string[]
  /** Tags of tenants by name, in a server: it starts what is for several tenants at a set time. Workers may not know all of them. */
  readonly tagsOf?: KnownTenants['tagsOf'] | undefined
  /** Jobs that run at a time. */
  readonly slots: number
  /** Makes the path of an output of a job with this name, in a folder of its own. */
  readonly newOutput: (name: string) => Promise<string>
  /** Whether what deletes or grants a privileged role needs a second person. @default false */
  readonly approval?: boolean
  /** What goes wrong, for the log. */
  readonly say: (line: string) => void
  /** @default by the launcher */
  readonly launch?: Launch
  /**
   * What processes on several machines share: they run the same jobs. Its owner closes it, after `stop`.
   * @default the queue and the tables of the state folder, for this process alone
   */
  readonly shared?: Shared
}

/** What jobs are kept in. */
interface Own {
  readonly queue: TicketQueue
  readonly tables: Tables
}

/** What the processes of a fleet share, and how this one takes part. */
interface Shared extends Own {
  readonly fleet: FleetOptions
  /** The folder with uploads, outputs, plans and keys, or its address. */
  readonly files: string
  /** These files, if they are at an address. */
  readonly depot?: Depot
}

/** Opens the queue and the tables of a state folder. No other process has it, so whatever was running has died. */
const openOwn = async ({ store: { folder }, clock, say }: StartJobsOptions): Promise<Own> => {
  // Its lock comes first: nobody else may run these jobs.
  const queue = await openEmbeddedQueue(folder, say)
  try {
    return { queue, tables: await openTables(folder, clock) }
  } catch (error) {
    await queue.close()
    throw error
  }
}

const close = async ({ queue, tables }: Own): Promise<void> => {
  await queue.close()
  await tables.close()
}

/** The jobs of a machine while they are run by this process. */
interface StartedJobs {
  readonly jobs: Jobs
  readonly schedules: Schedules
  /** The tables of the jobs, for others that are kept beside them. */
  readonly tables: Tables
  /** Aborted when the tables were migrated by a program that is too new: it then takes no more jobs. The reason is the error. */
  readonly outdated: AbortSignal
  /** Hands over what runs: the next process continues it. */
  stop(): Promise<void>
}

/**
 * Runs the jobs of a state folder in this process, each in a child process. Jobs that an earlier process left are taken up.
 *
 * @throws EntrapipeError `SERVER_ACTIVE` while another process does so; `STORE_UNUSABLE`, `DISK_FULL`
 */
export const startJobs = async (options: StartJobsOptions): Promise<StartedJobs> => {
  const {
    store,
    environment,
    clock,
    slots,
    newOutput,
    approval = false,
    tenants = [],
    tagsOf,
    say,
    launch = launchChild(say),
    shared,
  } = options
  const { queue, tables } = shared ?? (await openOwn(options))
  const closeOwn = async (): Promise<void> => (shared ? undefined : close({ queue, tables }))
  try {
    const jobs = jobStore(tables, clock)
    const hub = jobHub()
    let wake: () => void = () => undefined
    const changed = (job: string): void => {
      hub.changed(job)
      const whole = wholeIdOf(job)
      if (whole !== undefined) hub.changed(whole)
      wake()
    }
    const id = randomUUID()
    let ask: ReturnType<typeof askOthers> | undefined
    const worker = jobWorker({
      ...{ id, jobs, runs: store, launch, clock, approval, changed, say },
      fleet: shared && { files: shared.files, ...given({ pace: shared.fleet.pace }) },
      ...{ depot: shared?.depot, spread: async (...of) => ask?.(...of) },
    })
    const { cancel, forget } = worker
    const outdated = new AbortController()
    const member =
      shared &&
      (await joinFleet(id, shared.fleet, { tables, clock, say }, error => {
        outdated.abort(error)
        void queue.rest()
      }))
    if (member) {
      ask = askOthers(id, member, queue)
      const take: typeof worker.run = async (ticket, lost) => {
        await shared.fleet.expectSchema()
        await worker.run(ticket, lost)
      }
      if (member.kind !== undefined) await queue.work(slots, take, member.kind)
    } else {
      await jobs.dropTickets()
      await worker.recover()
      await queue.work(slots, worker.run)
    }
    const live = async (): Promise<readonly FleetWorker[] | undefined> => {
      if (!member) {
        // Those that it could not end, because the disk was full.
        await worker.recover()
        return undefined
      }
      let all: readonly FleetWorker[] = []
      await worker.recover(async () => {
        all = await member.live()
        return new Set(all.map(other => other.id))
      })
      return all
    }
    const schedules = scheduleStore({
      ...{ tables, clock, addJob: jobs.createIn, findJob: jobs.findIn, newOutput },
      ...given({ known: tagsOf && { names: tenants, tagsOf } }),
    })
    const dispatcher = startDispatcher({
      ...{ jobs, queue, schedules, clock, live, forget, say },
      due: dueJobs({ runs: store, jobs, tenants, clock }),
    })
    wake = dispatcher.wake
    return {
      jobs: openJobs({
        ...{ store: jobs, runs: store, hub, environment, clock, approval },
        ...{ wake, cancel, forget, wholes: wholeStore(tables, clock) },
      }),
      schedules: openSchedules({ store: schedules, environment, clock, wake }),
      tables,
      outdated: outdated.signal,
      async stop() {
        await queue.rest()
        await worker.stop()
        await dispatcher.stop()
        await member?.leave()
        await closeOwn()
      },
    }
  } catch (error) {
    await closeOwn()
    throw error
  }
}
