import { given } from '../../core/given.ts'
import { hasEnded, type Job, type JobCounts, type JobState } from '../job.ts'

/** What a job over several tenants shows of their jobs. */
type WholeState = Pick<Job, 'state' | 'status' | 'reason' | 'counts' | 'parts' | 'approver'>

type Part = Pick<Job, 'state' | 'status' | 'counts' | 'approver'>

/** States of jobs in which somebody, or a time, is waited for: the first of these that a job is in is that of the whole. */
const waits = ['awaiting-approval', 'paused', 'scheduled'] as const satisfies readonly JobState[]

const active = (states: ReadonlySet<JobState>, isCancelled: boolean): JobState => {
  if (isCancelled) return 'cancelling'
  const isBegun = states.has('running') || states.has('cancelling') || states.has('interrupted')
  if (isBegun) return 'running'
  // Some are done, and others have their turn yet.
  if (states.has('queued')) return [...states].some(hasEnded) ? 'running' : 'queued'
  return waits.find(state => states.has(state)) ?? 'running'
}

const ended = (states: ReadonlySet<JobState>): JobState => {
  const [only, ...more] = [...states]
  if (more.length === 0) return only!
  if (states.has('cancelled')) return 'cancelled'
  return states.has('done') || states.has('short') ? 'done' : 'failed'
}

const sum = (parts: readonly Part[]): JobCounts | undefined => {
  const counted = parts.flatMap(({ counts }) => (counts ? [counts] : []))
  if (counted.length === 0) return undefined
  return counted.reduce(
    (all, counts) =>
      Object.fromEntries(
        Object.entries(all).map(([name, many]) => [name, many + counts[name as keyof JobCounts]]),
      ) as unknown as JobCounts,
  )
}

const approverOf = (parts: readonly Part[]): Job['approver'] =>
  parts.some(({ state, approver }) => state === 'awaiting-approval' && approver === 'second-person')
    ? 'second-person'
    : 'anybody'

/**
 * The state of a job over several tenants. It has ended when all of their jobs have. It is `done` if some are, and its reason then says
 * whether all are.
 *
 * @param parts the jobs of its tenants, at least one
 * @param isCancelled whether the whole was cancelled
 */
export const wholeState = (parts: readonly Part[], isCancelled: boolean): WholeState => {
  const states = new Set(parts.map(({ state }) => state))
  const isOver = [...states].every(hasEnded)
  const byState: Partial<Record<JobState, number>> = {}
  for (const { state } of parts) byState[state] = (byState[state] ?? 0) + 1
  const state = isOver ? ended(states) : active(states, isCancelled)
  const isComplete = states.size === 1 && states.has('done')
  const hasFailedRows = parts.some(({ status }) => status === 'Failed')
  return {
    state,
    parts: byState,
    ...given({
      counts: sum(parts),
      status: !isOver ? undefined : isComplete && !hasFailedRows ? 'Succeeded' : 'Failed',
      reason:
        !isOver || (isComplete && !hasFailedRows)
          ? undefined
          : isComplete
            ? 'NotAllRowsSuccessfullyProcessed'
            : 'NotAllTenantsSucceeded',
      approver: state === 'awaiting-approval' ? approverOf(parts) : undefined,
    }),
  }
}
