import { durationIn } from './duration.ts'
import { momentOf } from './instant.ts'
import type { Later } from './later.ts'

/** A hundred years. A longer time is a typing error, and `Date` could not hold it. */
const mostMs = 100 * 365 * 86_400_000

/** What such a time is, for messages. */
export const dueTimeWords =
  'a time with its unit such as 30d, 12h or 2w, a date, or a date and time such as 2027-01-31T18:00:00Z'

/** Parses when a change is made that is not made now: `30d`, `12h`, `90m`, `2w`, a date (its start, UTC), or a date and time with its zone. */
export const dueTimeIn = (text: string): Later['from'] | undefined => {
  const afterMs = durationIn(text)
  if (afterMs !== undefined) return afterMs <= mostMs ? { afterMs } : undefined
  const moment = momentOf(text.trim())
  return moment && { atMs: Date.parse(`${moment.instant}Z`) }
}
