import { dueTimeIn, dueTimeWords } from '../core/due-time.ts'
import { EntrapipeError } from '../core/errors.ts'
import { isTime, momentOf } from '../core/instant.ts'
import { number, text, type Param } from '../engine/params.ts'

/** A parameter that may be left out: its value is then undefined. */
export const optional = <T>(param: Param<T>): Param<T | undefined> => ({ ...param, fallback: undefined })

/** A flag that is true by default. Its summary describes `--no-…`, which turns it off. */
export const unlessOff = (param: Param<boolean>): Param<boolean> => ({ ...param, fallback: true })

/** A whole number from `least` to `most`. */
export const whole = (summary: string, least: number, most = Infinity): Param<number> => {
  const any = number(summary)
  return {
    ...any,
    parse(value, name) {
      const made = any.parse(value, name)
      if (Number.isInteger(made) && made >= least && made <= most) return made
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected ${name} to be a whole number from ${least}${most === Infinity ? '' : ` to ${most}`}, got ${made}`,
      )
    },
  }
}

/** A text that is a date of some kind. @param what as words, with an example */
const dated = (summary: string, isOne: (text: string) => boolean, what: string): Param<string> => {
  const some = text(summary)
  return {
    ...some,
    parse(value, name) {
      const made = some.parse(value, name)
      if (isOne(made)) return made
      throw new EntrapipeError('OPTION_INVALID', `Expected ${name} to be ${what}, got "${made}"`)
    },
  }
}

/** A date and a time with its zone. */
export const time = (summary: string): Param<string> =>
  dated(summary, isTime, 'a date and a time such as 2026-03-01T08:00:00Z')

/** A day, or a date and a time with its zone. */
export const dayOrTime = (summary: string): Param<string> =>
  dated(
    summary,
    made => momentOf(made) !== undefined,
    'a day such as 2027-01-31, or a date and a time with its zone such as 2027-01-31T18:00:00Z',
  )

/** When a change is made that is not made now, as `dueTimeIn` reads it. */
export const later = (summary: string): Param<string> =>
  dated(summary, made => dueTimeIn(made) !== undefined, dueTimeWords)

/** A text that may be empty. */
export const anyText = (summary: string, options?: { readonly default: string }): Param<string> => {
  const some = text(summary, options)
  return { ...some, parse: (value, name) => (value === '' ? '' : some.parse(value, name)) }
}

/** A text that may be left out; true where only the name of the parameter is given. */
export const valueOrColumn = (summary: string): Param<string | true | undefined> => {
  const some = text(summary)
  return { ...some, fallback: undefined, parse: (value, name) => (value === true ? true : some.parse(value, name)) }
}
