import type { Pruned, RunInfo } from './types.ts'

/** 30 days. */
export const defaultRetentionMs = 30 * 24 * 60 * 60 * 1000

/** Whether somebody may still want to go on with it. */
export const isUnfinished = ({ status, resumable }: RunInfo): boolean =>
  resumable && (status === 'interrupted' || status === 'failed')

/** What a run is that was stopped before its end: to go on with, or, where it can never be, failed. */
export const stopped = ({ resumable }: Pick<RunInfo, 'resumable'>): 'interrupted' | 'failed' =>
  resumable ? 'interrupted' : 'failed'

interface PruneOptions {
  readonly runs: readonly RunInfo[]
  readonly now: number
  readonly olderThanMs: number
  /** When something last happened to it. */
  readonly lastAt: (run: RunInfo) => number
  readonly remove: (run: RunInfo) => void
}

/**
 * Removes runs that ended longer ago than the retention: their results, and their line in the index. Running ones stay,
 * however old; unfinished ones stay and are named, because their sinks keep partials that only a discard removes.
 */
export const prune = ({ runs, now, olderThanMs, lastAt, remove }: PruneOptions): Pruned => {
  const old = runs.filter(run => run.status !== 'running' && now - lastAt(run) > olderThanMs)
  const unfinished = old.filter(isUnfinished)
  const gone = old.filter(run => !isUnfinished(run))
  gone.forEach(remove)
  return { pruned: gone.map(({ id }) => id), unfinished }
}
