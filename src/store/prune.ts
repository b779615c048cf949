import type { Pruned, RunInfo } from './types.ts'

/** 30 days. */
export const defaultRetentionMs = 30 * 24 * 60 * 60 * 1000

/** Whether a run can still be resumed. */
export const isUnfinished = ({ status, resumable }: RunInfo): boolean =>
  resumable && (status === 'interrupted' || status === 'failed')

/** The status of a run that was stopped: `interrupted`, or `failed` if it can never be resumed. */
export const stopped = ({ resumable }: Pick<RunInfo, 'resumable'>): 'interrupted' | 'failed' =>
  resumable ? 'interrupted' : 'failed'

interface PruneOptions {
  readonly runs: readonly RunInfo[]
  readonly now: number
  readonly olderThanMs: number
  /** Time of its last change. */
  readonly lastAt: (run: RunInfo) => number
  /** Whether it is not known what became of some of its changes. */
  readonly isUndecided: (run: RunInfo) => boolean
  /** Whether passwords or passes that it has made may not have been handed out yet. */
  readonly hasCredentials: (run: RunInfo) => boolean
  readonly remove: (run: RunInfo) => void
}

/**
 * Removes runs that ended before the retention period: their results, and their line in the index. Runs in progress are kept,
 * however old. Unfinished runs are kept and reported, because only a discard removes their partials. So are runs with rows that wait for their time, runs whose changes are
 * not all decided, and runs with passwords that were not handed out: they have the only record.
 */
export const prune = ({
  runs,
  now,
  olderThanMs,
  lastAt,
  isUndecided,
  hasCredentials,
  remove,
}: PruneOptions): Pruned => {
  const old = runs.filter(run => run.status !== 'running' && now - lastAt(run) > olderThanMs)
  const waits = ({ dueAt }: RunInfo): boolean => dueAt !== undefined
  const unfinished = old.filter(run => isUnfinished(run) || waits(run) || isUndecided(run) || hasCredentials(run))
  const kept = new Set(unfinished)
  const gone = old.filter(run => !kept.has(run))
  gone.forEach(remove)
  return { pruned: gone.map(({ id }) => id), unfinished }
}
