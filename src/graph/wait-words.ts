/** `45 s`, `12 min`, `1 h 6 min`: rounded up. */
export const lasting = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`
}

/** The end of a wait: `until 14:32 UTC, in 1 h 6 min`; with the date if it is another day. */
export const untilWords = (waitMs: number, nowMs: number): string => {
  const then = new Date(nowMs + waitMs)
  // Rounded up to the minute.
  const at = new Date(Math.ceil(then.getTime() / 60_000) * 60_000).toISOString()
  const day = at.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10) ? '' : `${at.slice(0, 10)} `
  return `until ${day}${at.slice(11, 16)} UTC, in ${lasting(waitMs)}`
}
