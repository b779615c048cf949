import { performance } from 'node:perf_hooks'

/** The minimum time to measure, at first and later. */
const firstMs = 250
const leastMs = 1_000

/** Measures the load of this process: the share of time, 0 to 1, in which the event loop was not idle since the last call. */
export const loopLoad = (): (() => number) => {
  let since = performance.eventLoopUtilization()
  let load: number | undefined
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization, active, idle } = performance.eventLoopUtilization(now, since)
    if (active + idle >= (load === undefined ? firstMs : leastMs)) {
      load = utilization
      since = now
    }
    return load ?? 0
  }
}
