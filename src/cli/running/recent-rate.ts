/** What is counted, and since when. Another start is another count. */
interface Counted {
  /** What it is that is counted. */
  readonly of: string
  readonly startedAtMs: number
  /** The count at the start. */
  readonly before: number
  readonly now: number
}

/** An estimate follows the speed of the last half minute: a listing is slower at its end, when few of its shards are left. */
const windowMs = 30_000

/** Returns a function that is called with each new count, and returns the rate over the last half minute, per second. */
export const recentRate = (): ((counted: Counted, nowMs: number) => number) => {
  let samples: { readonly ms: number; readonly count: number }[] = []
  let scope = ''
  return ({ of, startedAtMs, before, now }, nowMs) => {
    const current = `${of} ${startedAtMs}`
    if (current !== scope) {
      scope = current
      samples = [{ ms: startedAtMs, count: before }]
    }
    // The clock may have been set back.
    samples = samples.filter(({ ms }) => ms <= nowMs)
    // The newest sample that is old enough is where the window begins.
    while (samples.length > 1 && samples[1]!.ms <= nowMs - windowMs) samples.shift()
    const from = samples[0]
    samples.push({ ms: nowMs, count: now })
    return from && nowMs > from.ms ? ((now - from.count) * 1000) / (nowMs - from.ms) : 0
  }
}
