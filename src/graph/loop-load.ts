import { performance } from 'node:perf_hooks'

/** A measure over a shorter time says little. */
const leastMs = 1_000

/** How busy this process is: the share of the time, 0 to 1, in which its event loop was not idle, since the last answer or longer. */
export const loopLoad = (): (() => number) => {
  let since = performance.eventLoopUtilization()
  let load = 0
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization, active, idle } = performance.eventLoopUtilization(now, since)
    if (active + idle >= leastMs) {
      load = utilization
      since = now
    }
    return load
  }
}
