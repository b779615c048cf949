import { nextOccurrence, type When } from './occurrences.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** The last time is looked for in the last hour first: a pattern may come every minute, and an outage may last a year. */
const spansMs = [hourMs, dayMs, 32 * dayMs, 400 * dayMs, Infinity]

/** The last time of a schedule from one of its times until now; both are milliseconds since 1970. */
export const lastOccurrence = (when: When, fromMs: number, nowMs: number): number => {
  for (const span of spansMs) {
    let last: number | undefined
    const start = Math.max(fromMs, nowMs - span)
    for (let at = nextOccurrence(when, start); at !== undefined && at <= nowMs; at = nextOccurrence(when, at)) last = at
    if (last !== undefined) return last
  }
  return fromMs
}
