import { Cron } from 'croner'
import { EntrapipeError } from '../../core/errors.ts'
import { momentOf } from '../../core/instant.ts'
import { isTimeZone } from '../../core/time-window.ts'
import { nextOccurrence, type When } from './occurrences.ts'

/** When a schedule starts jobs, as it is given: exactly one of these, and the time zone for all but `at`. */
export interface GivenWhen {
  /** A date and time with its zone. */
  readonly at?: string
  /** A cron pattern of five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron?: string
  /** `HH:MM`. */
  readonly daily?: string
  /** `mon@HH:MM`, or several days with commas. */
  readonly weekly?: string
  /** `1@HH:MM` to `31@HH:MM`, or `last@HH:MM`. A day that a month does not have is its last one. */
  readonly monthly?: string
  /** IANA name. */
  readonly timeZone?: string
}

const kinds = ['at', 'cron', 'daily', 'weekly', 'monthly'] as const
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

const refused = (name: string, what: string, given: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `Expected ${name} to be ${what}, got ${JSON.stringify(given)}`)

/** `MM HH` of `HH:MM`; undefined for any other text. */
const timeOf = (text: string): string | undefined => {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d\d)$/.exec(text.trim()) ?? []
  return hour !== '' && Number(hour) < 24 && Number(minute) < 60 ? `${Number(minute)} ${Number(hour)}` : undefined
}

const patternsOf = {
  cron(text: string, name: string): readonly string[] {
    const what = 'a cron pattern of five fields such as "30 2 * * mon-fri"'
    if (text.trim().split(/\s+/).length !== 5) throw refused(name, what, text)
    try {
      void new Cron(text)
    } catch {
      throw refused(name, what, text)
    }
    return [text.trim()]
  },
  daily(text: string, name: string): readonly string[] {
    const time = timeOf(text)
    if (time === undefined) throw refused(name, 'a time such as 02:30', text)
    return [`${time} * * *`]
  },
  weekly(text: string, name: string): readonly string[] {
    const [names = '', at = ''] = text.split('@')
    const numbers = names.split(',').map(each => {
      const name = each.trim().toLowerCase()
      return days.findIndex(day => name === day || name === day.slice(0, 3))
    })
    const time = timeOf(at)
    if (time === undefined || numbers.includes(-1) || text.split('@').length > 2)
      throw refused(name, 'days and a time such as mon@02:30 or mon,thu@02:30', text)
    return [`${time} * * ${numbers.join(',')}`]
  },
  monthly(text: string, name: string): readonly string[] {
    const [day = '', at = '', ...more] = text.split('@')
    const time = timeOf(at)
    const number = day.trim().toLowerCase() === 'last' ? 31 : Number(/^\d{1,2}$/.exec(day.trim())?.[0] ?? 0)
    if (time === undefined || number < 1 || number > 31 || more.length > 0)
      throw refused(name, 'a day and a time such as 1@02:30, 31@02:30 or last@02:30', text)
    if (number === 31) return [`${time} L * *`]
    // Only February has fewer than 30 days.
    return number > 28 ? [`${time} ${number} 1,3-12 *`, `${time} L 2 *`] : [`${time} ${number} * *`]
  },
}

/**
 * Parses when a schedule starts jobs.
 *
 * @param called returns the name of a field in messages
 * @param nowMs a time that is over, or a pattern that has no next time, is refused
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const whenOf = (given: GivenWhen, nowMs: number, called: (name: string) => string = name => name): When => {
  const found = kinds.filter(kind => given[kind] !== undefined)
  const [kind] = found
  if (kind === undefined || found.length > 1)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `A schedule has one of ${kinds.map(called).join(', ')}, and ${found.length === 0 ? 'none was given' : `${found.map(called).join(' and ')} were given`}.`,
    )
  const text = given[kind]!
  const when =
    kind === 'at'
      ? onceAt(text, given, called)
      : { cron: patternsOf[kind](text, called(kind)), timeZone: zoneOf(given, called) }
  if (nextOccurrence(when, nowMs) === undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${called(kind)} ${text} ${kind === 'at' ? 'is over' : 'never comes'}.`,
      { fix: 'Give a time that is to come.' },
    )
  return when
}

const onceAt = (text: string, { timeZone }: GivenWhen, called: (name: string) => string): When => {
  const moment = momentOf(text.trim())
  if (!moment || moment.isDay)
    throw refused(called('at'), 'a date and time with its zone such as 2027-01-31T02:30:00+01:00', text)
  if (timeZone !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${called('timeZone')} has no effect on ${called('at')}, which names its own zone.`,
      { fix: 'Leave it out.' },
    )
  return { atMs: Date.parse(`${moment.instant}Z`) }
}

const zoneOf = ({ timeZone }: GivenWhen, called: (name: string) => string): string => {
  if (timeZone === undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${called('timeZone')} is missing: the same hour is another time elsewhere.`,
      {
        fix: `Name the zone, such as Europe/Berlin or UTC.`,
      },
    )
  if (!isTimeZone(timeZone)) throw refused(called('timeZone'), 'a time zone such as Europe/Berlin', timeZone)
  return timeZone
}
