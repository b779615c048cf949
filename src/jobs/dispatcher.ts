import type { Clock } from '../core/clock.ts'
import type { DueJobs } from './due-jobs.ts'
import type { FleetWorker } from './fleet/workers.ts'
import type { JobStore } from './job-store.ts'
import type { TicketQueue } from './queue.ts'
import type { ScheduleStore } from './schedules/schedule-store.ts'

/** Sends tickets of jobs that can start. */
interface Dispatcher {
  /** Looks again now: a job was added, has ended, or was approved. */
  wake(): void
  stop(): Promise<void>
}

interface DispatcherOptions {
  readonly jobs: Pick<JobStore, 'tickets' | 'nextDue' | 'prune'>
  readonly queue: Pick<TicketQueue, 'send'>
  readonly schedules: Pick<ScheduleStore, 'tick'>
  readonly due: DueJobs
  readonly clock: Clock
  /** The workers of a fleet, after their dead were seen to. @default the only worker is this process */
  readonly live?: () => Promise<readonly FleetWorker[] | undefined>
  /** Removes the files of a job that is deleted. */
  readonly forget: (job: string) => Promise<void>
  /** What goes wrong, for the log. It is tried again. */
  readonly say: (line: string) => void
}

/** Another process may have added a job without telling this one. */
const lookEveryMs = 5000
const pruneEveryMs = 60 * 60 * 1000

/** Starts to send tickets: at once, when it is woken, and when the time of a job or of a schedule has come. */
export const startDispatcher = ({
  jobs,
  queue,
  schedules,
  due,
  clock,
  live = async () => undefined,
  forget,
  say,
}: DispatcherOptions): Dispatcher => {
  const stopped = new AbortController()
  let isAsked = false
  let ring: () => void = () => undefined
  let pruneAt = clock.now()

  /** What fails stops neither the others nor jobs that can start. */
  const tried = async <T>(what: string, tick: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await tick()
    } catch (error) {
      say(`${what} cannot be looked at now, which is tried again: ${String(error)}`)
      return undefined
    }
  }

  const look = async (): Promise<number> => {
    try {
      const next = await tried('Schedules', schedules.tick)
      await tried('What is due', due.tick)
      const tickets = await jobs.tickets(await live())
      await queue.send(tickets)
      if (clock.now() >= pruneAt) {
        for (const job of await jobs.prune()) await forget(job)
        pruneAt = clock.now() + pruneEveryMs
      }
      const job = await jobs.nextDue()
      return Math.max(0, Math.min(lookEveryMs, Math.min(job ?? Infinity, next ?? Infinity) - clock.now()))
    } catch (error) {
      say(`Jobs cannot be started now, which is tried again: ${String(error)}`)
      return lookEveryMs
    }
  }

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      isAsked = false
      const waitMs = await look()
      if (isAsked || stopped.signal.aborted) continue
      const woken = new AbortController()
      ring = () => woken.abort()
      await clock.sleep(waitMs, woken.signal).catch((error: unknown) => {
        if (!woken.signal.aborted) throw error
      })
      ring = () => undefined
    }
  }
  const running = run()
  const wake = (): void => {
    isAsked = true
    ring()
  }
  return {
    wake,
    async stop() {
      stopped.abort()
      wake()
      await running
    },
  }
}
