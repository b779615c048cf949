import { InvalidArgumentError, type Option } from 'commander'
import { durationIn } from '../../core/duration.ts'
import { dueTimeIn, dueTimeWords } from '../../core/due-time.ts'
import { isTime } from '../../core/instant.ts'

const adding = new WeakSet<object>()

/** Whether an option that is given several times collects its values in one list. */
export const addsUp = ({ variadic, parseArg }: Option): boolean =>
  variadic || (parseArg !== undefined && adding.has(parseArg))

/** Makes a parser one of an option that can be given several times. */
export const addingUp = <T>(parse: (text: string, before: T | undefined) => T) => {
  adding.add(parse)
  return parse
}

/** Parses `a, b,c` as a list. An option given several times collects all items. */
export const list = (option: string) =>
  addingUp((text: string, before: readonly string[] | undefined): readonly string[] => {
    const items = text.split(',').map(item => item.trim())
    if (items.some(item => item === ''))
      throw new InvalidArgumentError(`Expected ${option} to be names separated by commas, got "${text}".`)
    return [...(before ?? []), ...items]
  })

/** Keeps each value as it is. An option given several times collects all values. */
export const each = addingUp((text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
])

/** Hashes (SHA-256) in lower case. An option given several times collects all of them. */
export const hashes = addingUp((text: string, before: readonly string[] | undefined): readonly string[] => {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new InvalidArgumentError(
      `Expected a hash of 64 hexadecimal digits, as in "Audit log: head …", got "${text}".`,
    )
  return [...(before ?? []), text.toLowerCase()]
})

/** Joins the values of an option given several times. The pipeline's parameter splits them into items. */
export const joined = addingUp((text: string, before: string | undefined): string =>
  before === undefined ? text : `${before},${text}`,
)

/** Keeps a date and a time with its zone, as it is. */
export const time =
  (option: string) =>
  (text: string): string => {
    if (isTime(text)) return text
    throw new InvalidArgumentError(
      `Expected ${option} to be a date and a time such as 2026-03-01T08:00:00Z, got "${text}".`,
    )
  }

/** Keeps when a change is made that is not made now, as it is. @param now the time, milliseconds since 1970 */
export const later =
  (option: string, now: () => number) =>
  (text: string): string => {
    const from = dueTimeIn(text)
    if (!from) throw new InvalidArgumentError(`Expected ${option} to be ${dueTimeWords}, got "${text}".`)
    if ('atMs' in from && from.atMs <= now())
      throw new InvalidArgumentError(`${option} ${text} is in the past. Leave it out to make the change now.`)
    return text
  }

/** Parses whole numbers from `least` to `most`. */
export const whole =
  (option: string, least: number, most = Infinity) =>
  (text: string): number => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        `Expected ${option} to be a whole number from ${least}${most === Infinity ? '' : ` to ${most}`}, got "${text}".`,
      )
    return value
  }

/** Parses a port, or 0 for a free one. */
export const port = (text: string): number => {
  const value = whole('--port', 0)(text)
  if (value > 65_535) throw new InvalidArgumentError(`Expected --port to be at most 65535, got "${text}".`)
  return value
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** Parses a number of bytes with its unit: `500MB`. */
export const bytes =
  (option: string) =>
  (text: string): number => {
    const [, number, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]?B)$/i.exec(text) ?? []
    const value = Math.floor(Number(number) * (units[unit?.toUpperCase() ?? ''] ?? Number.NaN))
    if (!(value >= 1))
      throw new InvalidArgumentError(`Expected ${option} to be a size such as 500MB or 10GB, got "${text}".`)
    return value
  }

/** Parses a time with its unit, `30s` or `90d`, as milliseconds. */
export const milliseconds =
  (option: string) =>
  (text: string): number => {
    const value = durationIn(text)
    if (value === undefined)
      throw new InvalidArgumentError(
        `Expected ${option} to be a time with its unit, such as 30m, 12h or 90d, got "${text}".`,
      )
    return value
  }
