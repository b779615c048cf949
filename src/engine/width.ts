import type { Graph } from '../core/graph.ts'

/** Shards of files, and those of Graph at first. */
const fewest = 4

/**
 * How many shards are read at once, asked after each page. While the run waits for replies, one more with each page, up to as many as requests
 * may be in flight: the number doubles with each round trip. While something else limits the run, one less, since more would only take memory.
 *
 * @param fixed that of the plan
 */
export const shardsWidth = (graph: Pick<Graph, 'usage'> | undefined, fixed?: number): (() => number) => {
  if (fixed !== undefined || !graph) return () => fixed ?? fewest
  let width = fewest
  return () => {
    const { bound, limit } = graph.usage()
    const wanted = bound === 'latency' ? width + 1 : Math.max(fewest, width - 1)
    return (width = Math.max(1, Math.min(wanted, limit)))
  }
}
