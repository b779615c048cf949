import type { Clock } from '../../core/clock.ts'
import type { Usage } from '../../core/graph.ts'
import type { Json } from '../../core/json.ts'
import type { Manifest } from '../../core/manifest.ts'
import { given } from '../../core/given.ts'
import type { Progress } from '../../engine/progress.ts'
import type { RunEnd } from '../../engine/run-request.ts'
import type { ChildSummary, FromChild } from '../../jobs/child-messages.ts'
import type { JobCounts, JobProgress } from '../../jobs/job.ts'
import type { RunWatch } from '../cli.ts'
import { recentRate } from '../running/recent-rate.ts'

interface WatchRunOptions {
  readonly notes: RunWatch['notes']
  readonly clock: Clock
  /** Whether it changes the directory: what it writes before it sends is then not done yet. */
  readonly writes: boolean
  readonly send: (message: FromChild) => Promise<void>
}

/** How often progress is sent, in milliseconds. */
const everyMs = 500

/** Sends how far a run is, and how it ended. */
export const watchRun = ({ notes, clock, writes, send }: WatchRunOptions) => {
  const stopped = new AbortController()
  let ended: RunEnd['end'] = 'done'
  const tell = (message: FromChild): void => void send(message)
  let look = (): void => undefined
  const follow = async (progress: Progress, usage: () => Usage | undefined): Promise<void> => {
    const rate = recentRate()
    look = () =>
      tell({
        type: 'progress',
        progress: progressOf(progress, rate, usage(), clock.now()),
        counts: countsIn(progress, writes),
      })
    while (!stopped.signal.aborted) {
      await clock.sleep(everyMs, stopped.signal)
      look()
    }
  }
  const watch: RunWatch = {
    notes,
    begins(progress, usage) {
      follow(progress, usage).catch((error: unknown) => {
        if (!stopped.signal.aborted) throw error
      })
    },
    event(event) {
      if (
        event.event === 'started' ||
        event.event === 'started-over' ||
        event.event === 'continued' ||
        event.event === 'resumed'
      )
        tell({ type: 'run', run: event.run })
    },
    previewed: preview => tell({ type: 'preview', preview: JSON.parse(JSON.stringify(preview)) as Json }),
    planned: (sha256, kinds) => tell({ type: 'plan', sha256, kinds: Object.keys(kinds) }),
    summed: summary => tell({ type: 'summary', summary: summary as ChildSummary }),
    ended(end) {
      ended = end.end
      // What it has used in all, however short it was.
      look()
      if (end.manifest && !end.changes)
        tell({ type: 'summary', summary: manifestSummary(end.manifest, end.end === 'short') })
    },
  }
  return {
    watch,
    end: (): FromChild => ({ type: 'end', end: ended }),
    stop: () => stopped.abort(),
  }
}

const failures = ({ failed, unknown, skipped }: Pick<JobCounts, 'failed' | 'unknown' | 'skipped'>): number =>
  failed + unknown + skipped

/** The summary of a run without changes: `done` rows are written. */
export const manifestSummary = ({ counts: all }: Manifest, isShort: boolean): ChildSummary => {
  const { written, failed, unknown, skipped, unchanged, waiting = 0 } = all
  const rows = written + failed + unknown + skipped + unchanged + waiting
  const counts: JobCounts = { done: written, unchanged, waiting, skipped, failed, unknown, pending: 0, rows }
  const reason = isShort ? 'Short' : failures(counts) > 0 ? 'NotAllRowsSuccessfullyProcessed' : undefined
  return { status: reason === undefined ? 'Succeeded' : 'Failed', ...given({ reason }), counts }
}

const settledIn = ({ outcomes }: Progress): number => Object.values(outcomes).reduce((sum, many) => sum + many, 0)

/** The numbers so far, of the current phase. */
const countsIn = (progress: Progress, writes: boolean): JobCounts => {
  const { outcomes, sending, written } = progress
  const settled = settledIn(progress)
  if (sending) return { ...outcomes, rows: sending.total, pending: Math.max(0, sending.total - settled) }
  return writes
    ? { ...outcomes, rows: progress.read, pending: Math.max(0, progress.read - settled) }
    : { ...outcomes, done: outcomes.done + written, rows: progress.read, pending: 0 }
}

const progressOf = (
  progress: Progress,
  rate: ReturnType<typeof recentRate>,
  usage: Usage | undefined,
  nowMs: number,
): JobProgress => {
  const { sending, read, resumedAt, startedAtMs, expected, state } = progress
  const now = sending ? settledIn(progress) : read
  const before = sending ? sending.settledBefore : resumedAt
  const of = sending ? 'changes' : 'rows'
  const perSecond = rate({ of, startedAtMs: sending?.startedAtMs ?? startedAtMs, before, now }, nowMs)
  const total = sending?.total ?? expected ?? null
  return {
    doing: progress.pausing ? 'pausing' : state,
    rows: now,
    total,
    rowsPerSecond: Math.round(perSecond * 10) / 10,
    secondsLeft: total === null || perSecond <= 0 ? null : Math.ceil(Math.max(0, total - now) / perSecond),
    boundBy: usage?.bound ?? null,
    requests: usage?.requests ?? 0,
    units: usage?.units ?? 0,
    throttled: usage?.throttled ?? 0,
  }
}
