import { momentOf } from './instant.ts'
import type { Later } from './later.ts'

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** As `new Date` can hold it: a hundred million days, and some room. */
const mostMs = 100 * 365 * 86_400_000

/** What such a time is, for messages. */
export const dueTimeWords = 'a time with its unit such as 30d, 12h or 2w, or a day or time such as 2027-01-31T18:00:00Z'

/** Parses when a change is made that is not made now: `30d`, `12h`, `90m`, `2w`, a day (its start, UTC), or a time with its zone. */
export const dueTimeIn = (text: string): Later['from'] | undefined => {
  const [, number, unit = ''] = /^(\d+) ?([mhdw])$/.exec(text.trim()) ?? []
  if (number !== undefined) {
    const afterMs = Number(number) * units[unit]!
    return afterMs > 0 && afterMs <= mostMs ? { afterMs } : undefined
  }
  const moment = momentOf(text.trim())
  return moment && { atMs: Date.parse(`${moment.instant}Z`) }
}
