import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'

/**
 * Returns by how many milliseconds Graph's clock is ahead of ours, rounded down: a time of ours plus this is not later than Graph's
 * time at that moment. Its `Date` has whole seconds.
 */
export const graphAhead = async (graph: Pick<Graph, 'attempt'>, clock: Clock, signal: AbortSignal): Promise<number> => {
  const { headers } = await graph.attempt({ method: 'GET', url: '/organization?$select=id' }, signal)
  const theirs = Date.parse(headers['date'] ?? '')
  return Number.isNaN(theirs) ? 0 : theirs - clock.now()
}
