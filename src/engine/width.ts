import type { Graph } from '../core/graph.ts'

/** Shards of files, and those of Graph at first. */
const fewest = 4

/**
 * How many shards are read at once, asked whenever one might be opened: as many as requests may be in flight while the run waits for replies; no
 * more than there were while something else limits it, since more would only take memory.
 *
 * @param fixed that of the plan
 */
export const shardsWidth = (graph: Pick<Graph, 'usage'> | undefined, fixed?: number): (() => number) => {
  if (fixed !== undefined || !graph) return () => fixed ?? fewest
  let width = fewest
  return () => {
    const { bound, limit } = graph.usage()
    width = bound === 'latency' ? limit : Math.min(width, limit)
    return (width = Math.max(1, width))
  }
}
