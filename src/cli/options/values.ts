import { InvalidArgumentError, type Option } from 'commander'

const adding = new WeakSet<object>()

/** Whether the values of an option that is given several times add up to one list. */
export const addsUp = ({ variadic, parseArg }: Option): boolean =>
  variadic || (parseArg !== undefined && adding.has(parseArg))

const addingUp = <T>(parse: (text: string, before: T | undefined) => T) => {
  adding.add(parse)
  return parse
}

/** A parser of `a, b,c` as its items. An option given several times has all of them. */
export const list = (option: string) =>
  addingUp((text: string, before: readonly string[] | undefined): readonly string[] => {
    const items = text.split(',').map(item => item.trim())
    if (items.some(item => item === ''))
      throw new InvalidArgumentError(`Expected ${option} to be names separated by commas, got "${text}".`)
    return [...(before ?? []), ...items]
  })

/** A parser that keeps each text as it is, unless it is blank. An option given several times has all of them. */
export const each = (option: string, what: string) =>
  addingUp((text: string, before: readonly string[] | undefined): readonly string[] => {
    if (text.trim() === '') throw new InvalidArgumentError(`Expected ${option} to be ${what}, got "${text}".`)
    return [...(before ?? []), text]
  })

/** A parser that joins the texts of an option given several times; the pipeline's parameter reads the items. */
export const joined = addingUp((text: string, before: string | undefined): string =>
  before === undefined ? text : `${before},${text}`,
)

/** A parser of whole numbers from `least` on, up to `most`. */
export const whole =
  (option: string, least: number, most = Infinity) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        `Expected ${option} to be a whole number from ${least}${most === Infinity ? '' : ` to ${most}`}, got "${text}".`,
      )
    return value
  }
