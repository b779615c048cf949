import type { Graph } from '../core/graph.ts'
import type { Used } from '../core/manifest.ts'

/** What was counted, by the names under which a checkpoint keeps it. */
const names = ['requests', 'units', 'writes', 'throttled'] as const

/**
 * Returns a function that tells what a phase has used of the service: this process since now, and earlier ones up to their last checkpoint.
 *
 * @param before the counters of the checkpoint from which the phase is resumed
 */
export const usedSince = (
  graph: Pick<Graph, 'usage'> | undefined,
  before: Readonly<Record<string, number>> = {},
): (() => Used | undefined) => {
  if (!graph) return () => undefined
  const start = graph.usage()
  return () => {
    const now = graph.usage()
    const [requests = 0, units = 0, writes = 0, throttled = 0] = names.map(
      name => (before[name] ?? 0) + now[name] - start[name],
    )
    return { requests, units, writes, throttled }
  }
}
