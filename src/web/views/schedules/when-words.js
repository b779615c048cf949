// @ts-check
/** @import { Schedule } from '../../../jobs/schedules/schedule.ts' */
import { time } from '../../words/format.js'

/** When a schedule starts jobs, in words. @param {Schedule['when']} when */
export const whenWords = when => {
  const { at, cron, daily, weekly, monthly, timeZone } = /** @type {Record<string, string | undefined>} */ (
    /** @type {unknown} */ (when)
  )
  if (at !== undefined) return `once, ${time(at)}`
  const what =
    daily !== undefined
      ? `daily at ${daily}`
      : weekly !== undefined
        ? `weekly, ${weekly.replace('@', ' at ')}`
        : monthly !== undefined
          ? `monthly, ${monthly.replace('@', ' at ')}`
          : cron
  return `${what} (${timeZone})`
}
