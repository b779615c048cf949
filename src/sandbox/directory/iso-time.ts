const two = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
const days = new Map<number, string>()

const dayText = (day: number): string => {
  let text = days.get(day)
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 11)
    // About 27 years of days.
    if (days.size < 10_000) days.set(day, text)
  }
  return text
}

/** Formats whole seconds since 1970 as Graph does: `2026-01-31T09:00:00Z`. */
export const isoTime = (seconds: number): string => {
  const day = Math.floor(seconds / 86_400)
  const rest = seconds - day * 86_400
  const hour = Math.floor(rest / 3_600)
  const minute = Math.floor((rest - hour * 3_600) / 60)
  return `${dayText(day)}${two[hour]}:${two[minute]}:${two[rest - hour * 3_600 - minute * 60]}Z`
}

/** As `isoTime`, for milliseconds, truncated to the second. */
export const isoTimeOfMs = (ms: number): string => isoTime(Math.floor(ms / 1000))
