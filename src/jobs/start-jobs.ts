import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import type { Store } from '../store/store.ts'
import { openTables } from '../store/tables/open-tables.ts'
import type { Tables } from '../store/tables/tables.ts'
import { launchChild, type Launch } from './child.ts'
import { startDispatcher } from './dispatcher.ts'
import { openEmbeddedQueue } from './embedded-queue.ts'
import { jobHub } from './job-hub.ts'
import { jobStore } from './job-store.ts'
import { openJobs, type Jobs } from './jobs.ts'
import { jobWorker } from './worker.ts'

interface StartJobsOptions {
  readonly store: Store
  readonly environment: Environment
  readonly clock: Clock
  /** Jobs that run at a time. */
  readonly slots: number
  /** Whether what deletes or grants a privileged role needs a second person. @default false */
  readonly approval?: boolean
  /** What goes wrong, for the log. */
  readonly say: (line: string) => void
  /** @default by the launcher */
  readonly launch?: Launch
}

/** The jobs of a machine while they are run by this process. */
interface StartedJobs {
  readonly jobs: Jobs
  /** The tables of the jobs, for others that are kept beside them. */
  readonly tables: Tables
  /** Hands over what runs: the next process continues it. */
  stop(): Promise<void>
}

/**
 * Runs the jobs of a state folder in this process, each in a child process. Jobs that an earlier process left are taken up.
 *
 * @throws EntrapipeError `SERVER_ACTIVE` while another process does so; `STORE_UNUSABLE`, `DISK_FULL`
 */
export const startJobs = async ({
  store,
  environment,
  clock,
  slots,
  approval = false,
  say,
  launch = launchChild(say),
}: StartJobsOptions): Promise<StartedJobs> => {
  // Its lock comes first: nobody else may run these jobs.
  const queue = await openEmbeddedQueue(store.folder, say)
  let tables: Tables | undefined
  try {
    tables = await openTables(store.folder, clock)
    const jobs = jobStore(tables, clock)
    const hub = jobHub()
    await jobs.dropTickets()
    const dispatcher = startDispatcher({ jobs, queue, clock, say })
    const changed = (job: string): void => {
      hub.changed(job)
      dispatcher.wake()
    }
    const worker = jobWorker({ id: randomUUID(), jobs, runs: store, launch, clock, approval, changed, say })
    await worker.recover(() => true)
    await queue.work(slots, worker.run)
    const { wake } = dispatcher
    const opened = tables
    return {
      jobs: openJobs({
        ...{ store: jobs, runs: store, hub, environment, clock, wake, approval },
        cancel: worker.cancel,
      }),
      tables,
      async stop() {
        await queue.rest()
        await worker.stop()
        await dispatcher.stop()
        await queue.close()
        await opened.close()
      },
    }
  } catch (error) {
    await queue.close()
    await tables?.close()
    throw error
  }
}
