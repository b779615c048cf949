import { Cron } from 'croner'

/** When a schedule starts jobs. */
export type When =
  /** Once, milliseconds since 1970. */
  | { readonly atMs: number }
  /** At the times of all these cron patterns of five fields, by the clock of a time zone. */
  | { readonly cron: readonly string[]; readonly timeZone: string }

/** Whether a pattern means every hour, however that is written: as a star, with a step of one, or as 0-23. */
const isHourly = (pattern: string): boolean => {
  const [, hour = ''] = pattern.trim().split(/\s+/)
  if (hour === '*' || /^\d+$/.test(hour)) return hour === '*'
  const hours = new Cron(`0 ${hour} * * *`, { timezone: 'UTC' }).nextRuns(24, new Date('2026-01-01T00:00:00Z'))
  return hours.at(-1)?.getTime() === Date.parse('2026-01-02T00:00:00Z')
}

/** What the clock of a zone shows, as if it were UTC. */
const shownAt = (ms: number, timeZone: string): Date =>
  new Date(`${new Date(ms).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`)

/**
 * When a clock shows a time that is given as if it were UTC: the first time if it does so twice, and the next time that exists if it
 * never does.
 */
const firstShown = (shown: Date, timeZone: string, afterMs: number): Date | null => {
  const fields = [shown.getUTCSeconds(), shown.getUTCMinutes(), shown.getUTCHours(), shown.getUTCDate()]
  const pattern = `${fields.join(' ')} ${shown.getUTCMonth() + 1} * ${shown.getUTCFullYear()}`
  return new Cron(pattern, { timezone: timeZone }).nextRun(new Date(afterMs))
}

const nextOf = (pattern: string, timeZone: string, afterMs: number): number | undefined => {
  // Every hour means how often, not when: it goes on at the same pace when the clock is set.
  if (isHourly(pattern)) return new Cron(pattern, { timezone: timeZone }).nextRun(new Date(afterMs))?.getTime()
  const shown = new Cron(pattern, { timezone: 'UTC' })
  for (let at: Date | null = shownAt(afterMs, timeZone); ;) {
    at = shown.nextRun(at)
    if (!at) return undefined
    const found = firstShown(at, timeZone, afterMs)
    if (found) return found.getTime()
  }
}

/**
 * The next time of a schedule after another one, milliseconds since 1970; undefined if there is none. A time that the clock skips is the
 * next one that it shows, and one that it shows twice is the first.
 */
export const nextOccurrence = (when: When, afterMs: number): number | undefined => {
  if ('atMs' in when) return when.atMs > afterMs ? when.atMs : undefined
  const next = when.cron.map(pattern => nextOf(pattern, when.timeZone, afterMs)).filter(found => found !== undefined)
  return next.length > 0 ? Math.min(...next) : undefined
}

/** The next times after one, at most so many. */
export const nextOccurrences = (when: When, afterMs: number, many: number): readonly number[] => {
  const found: number[] = []
  for (let at = nextOccurrence(when, afterMs); at !== undefined && found.length < many; at = nextOccurrence(when, at))
    found.push(at)
  return found
}
