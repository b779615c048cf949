import { setTimeout as wait } from 'node:timers/promises'

/** The time. Only this module reads it, so that tests can replace it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A longer timer of Node rings at once. */
const longest = 2 ** 31 - 1

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      let left = ms
      do await wait(Math.min(left, longest), undefined, signal ? { signal } : undefined)
      while ((left -= longest) > 0)
    } catch (cause) {
      throw signal?.aborted ? signal.reason : cause
    }
  },
}

/** Calls `ring` once after `ms`, unless the returned function is called first. Does not keep the process alive. */
export type Alarm = (ms: number, ring: () => void) => () => void

/** The alarm of this machine. */
export const systemAlarm: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Milliseconds since an arbitrary moment. They never go back, and count while the process is stopped. */
export type Stopwatch = () => number

/** The stopwatch of this machine. */
export const systemStopwatch: Stopwatch = () => performance.now()
