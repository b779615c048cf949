import type { Clock } from '../core/clock.ts'
import type { Told } from './after-run.ts'
import type { Child, ChildEnd, Launch } from './child.ts'
import type { ChildOrder, FromChild } from './child-messages.ts'
import type { JobChange } from './job-store.ts'
import type { JobState } from './job.ts'

type Tell = Pick<JobChange, 'run' | 'counts' | 'progress' | 'readAgain'>

interface FollowOptions {
  readonly launch: Launch
  readonly clock: Clock
  readonly order: ChildOrder
  /** Whether the run is the one that a later process resumes. */
  readonly keepsRun: boolean
  /** Stores how far the job is. Returns its state, or undefined if another worker has it. */
  readonly tell: (told: Tell) => Promise<JobState | undefined>
  /** Called when others can read shards of the run, too. */
  readonly spread: (run: string, shards: number) => void
  /** Called with the child as soon as it is started. */
  readonly started: (child: Child) => void
  /** Aborted when another worker may have the job. */
  readonly lost: AbortSignal
  readonly say: (line: string) => void
}

/** Progress is stored so often at most, and a cancellation in another process is noticed. */
const tellEveryMs = 500
/** pg-boss ends what takes longer than a day: a job that does goes on in another process after this time. */
const sliceMs = 11.5 * 60 * 60 * 1000

/** Starts a child, and follows it until it ends. */
export const followChild = async (options: FollowOptions): Promise<{ readonly end: ChildEnd; readonly told: Told }> => {
  const { launch, clock, order, keepsRun, tell, spread, started, lost, say } = options
  const told: Told = {}
  let latest: Tell | undefined
  const store = async (what: Tell): Promise<void> => {
    try {
      const state = await tell(what)
      // Another worker has it: nothing more must be sent from here.
      if (state === undefined) child.stop()
      if (state === 'cancelling') child.cancel()
    } catch (error) {
      // The next one comes soon.
      say(`Job ${order.job}: its progress cannot be stored: ${String(error)}`)
    }
  }
  const child = launch(order, (message: FromChild) => {
    switch (message.type) {
      case 'run':
        told.run = message.run
        return void (keepsRun && store({ run: message.run }))
      case 'spread':
        return void (told.run !== undefined && spread(told.run, message.shards))
      case 'read-again':
        return void store({ readAgain: message.rows })
      case 'progress':
        told.progress = message.progress
        return void (latest = { progress: message.progress, counts: message.counts })
      case 'preview':
        return void (told.preview = message.preview)
      case 'plan':
        return void (told.plan = message)
      case 'summary':
        return void (told.summary = message.summary)
    }
  })
  started(child)
  const giveUp = (): void => child.stop()
  lost.addEventListener('abort', giveUp)
  const over = new AbortController()
  const unlessOver = (error: unknown): void => {
    if (!over.signal.aborted) throw error
  }
  const telling = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(tellEveryMs, over.signal)
      const what = latest ?? {}
      latest = undefined
      await store(what)
    }
  }
  telling().catch(unlessOver)
  clock.sleep(sliceMs, over.signal).then(giveUp, unlessOver)
  try {
    return { end: await child.ended, told }
  } finally {
    over.abort()
    lost.removeEventListener('abort', giveUp)
  }
}
