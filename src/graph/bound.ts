import type { Clock } from '../core/clock.ts'
import type { Bound } from '../core/graph.ts'

/** Measures what a run waits for. */
export interface BoundWatch {
  /** The caller is idle until the promise settles. */
  waiting<T>(work: Promise<T>): Promise<T>
  /** Nothing is sent until the promise settles, because a quota is exhausted or the service asked to wait. */
  held<T>(work: Promise<T>): Promise<T>
  bound(): Bound
}

/** Time constant of the exponential decay. */
const memoryMs = 10_000
/** The share of time from which a cause limits the run. */
const most = 0.5
/** From this load on the event loop has no time to read replies, so waiting for them is waiting for the processor. */
const saturated = 0.9

/**
 * Measures, over about the last ten seconds, how long callers waited for the client, and how much of that was due to a
 * quota. @param busy recent CPU load of this process, 0 to 1
 */
export const boundWatch = (clock: Clock, busy: () => number): BoundWatch => {
  let callers = 0
  let holds = 0
  let waitShare = 0
  let holdShare = 0
  /** The weight of all that was measured, which grows to 1: shares are of the time since the start at first. */
  let measured = 0
  let seenAtMs = clock.now()

  const account = () => {
    const now = clock.now()
    const weight = 1 - Math.exp(-Math.max(0, now - seenAtMs) / memoryMs)
    seenAtMs = now
    measured += weight * (1 - measured)
    waitShare += weight * ((callers > 0 ? 1 : 0) - waitShare)
    holdShare += weight * ((callers > 0 && holds > 0 ? 1 : 0) - holdShare)
  }

  return {
    async waiting(work) {
      account()
      callers++
      try {
        return await work
      } finally {
        account()
        callers--
      }
    },
    async held(work) {
      account()
      holds++
      try {
        return await work
      } finally {
        account()
        holds--
      }
    },
    bound() {
      account()
      if (holdShare > most * measured) return 'quota'
      if (busy() >= saturated) return 'cpu'
      return waitShare > most * measured ? 'latency' : 'disk'
    },
  }
}
