import type { Clock } from '../core/clock.ts'
import type { Bound } from '../core/graph.ts'

/** Sees what a run waits for. */
export interface BoundWatch {
  /** Its caller has nothing to do until the promise settles. */
  waiting<T>(work: Promise<T>): Promise<T>
  /** Nothing is sent until the promise settles, because a quota is spent or the service asked to wait. */
  held<T>(work: Promise<T>): Promise<T>
  bound(): Bound
}

/** The past counts for less the older it is: by a factor of e in so long. */
const memoryMs = 10_000
/** From so much of the time on something is what holds the run back. */
const most = 0.5
/** A loop that is this busy has no time to look for replies: what waits for them waits for the processor. */
const saturated = 0.9

/**
 * Weighs, over the last ten seconds or so, how long callers waited for the client, and how long of that a quota was the
 * reason. @param busy share of the time, 0 to 1, in which this process computed, of late
 */
export const boundWatch = (clock: Clock, busy: () => number): BoundWatch => {
  let callers = 0
  let holds = 0
  let waitShare = 0
  let holdShare = 0
  let seenAtMs = clock.now()

  const account = () => {
    const now = clock.now()
    const weight = 1 - Math.exp(-Math.max(0, now - seenAtMs) / memoryMs)
    seenAtMs = now
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
      if (holdShare > most) return 'quota'
      if (busy() >= saturated) return 'cpu'
      return waitShare > most ? 'latency' : 'disk'
    },
  }
}
