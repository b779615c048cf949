import type { Json } from '../core/json.ts'
import { sameText } from '../core/same-text.ts'
import { countryIn } from '../data/countries.ts'
import { dateOrders, dayIn, type DateOrder } from './days.ts'
import { trimmed } from '../core/invisible.ts'
import { expression, isEmpty, wrongCell, type Core, type Expression, type Made } from './expression.ts'

/** An expression whose value is converted by its methods, in the order in which they are written. */
export interface Text extends Expression {
  /** Without blanks and invisible characters at both ends. */
  trim(): Text
  lower(): Text
  upper(): Text
  /** Whether the text is one of these, without regard to case and blanks at its ends. */
  is(...words: readonly string[]): Expression
  /** A day with day, month and year in this order: `dmy` reads 31.01.2026, 31/1/2026 and 31012026, and 2026-01-31 as every order does. `0000-00-00` is empty. */
  date(order: DateOrder): Expression
  /** Replaces the text by that of a table. Text that the table does not have fails the row. Case and blanks at the ends do not count. */
  values(table: Readonly<Record<string, string>>): Text
  /** A two-letter country code from the code or the name of a country, in the languages of Europe and in others. */
  country(): Text
  /** An empty cell clears the property. Without this, it leaves the property alone. */
  orClear(): Text
}

/** What a conversion leaves empty is an empty cell. */
const orNull = (value: Json, convert: (text: string) => Json): Json => {
  if (isEmpty(value)) return null
  const made = convert(String(value))
  return isEmpty(made) ? null : made
}

/** The same expression with another value for what is not empty. */
const converted = (
  core: Core,
  makes: Made,
  convert: (text: string) => Json,
  mistakes: readonly string[] = [],
): Core => ({
  ...core,
  makes,
  mistakes: [...core.mistakes, ...mistakes.map(text => ({ at: core.at, text }))],
  read: row => orNull(core.read(row), convert),
  ...(core.constant === undefined || mistakes.length > 0 ? {} : { constant: orNull(core.constant, convert) }),
})

const shownCell = (columns: readonly string[]): string => (columns.length === 0 ? 'The value' : columns.join(' and '))

/** Makes an expression with the methods of text. */
export const text = (core: Core): Text => {
  const { columns } = core
  const then = (convert: (value: string) => Json, mistakes?: readonly string[]): Text =>
    text(converted(core, 'text', convert, mistakes))
  return Object.freeze({
    ...expression(core),
    trim: () => then(trimmed),
    lower: () => then(value => value.toLowerCase()),
    upper: () => then(value => value.toUpperCase()),
    is(...words: readonly string[]) {
      const wanted = new Set(words.map(word => sameText(String(word))))
      return expression({
        ...converted(core, 'flag', () => null, words.length === 0 ? ["is() needs a word, such as is('Y')."] : []),
        read: row => {
          const value = core.read(row)
          return wanted.has(value === null ? '' : sameText(String(value)))
        },
      })
    },
    date(order: DateOrder) {
      const isKnown = dateOrders.includes(order)
      const convert = (value: string): Json => {
        const found = dayIn(value.trim(), order)
        if (found === null || typeof found === 'string') return found
        throw wrongCell(columns, `${shownCell(columns)} is ${JSON.stringify(value)}, ${found.fault}.`, found.fix)
      }
      const mistake = `A date needs its order, ${dateOrders.join(', ')}; got ${JSON.stringify(order)}.`
      return expression(converted(core, 'day', isKnown ? convert : value => value, isKnown ? [] : [mistake]))
    },
    values(table: Readonly<Record<string, string>>) {
      const entries = Object.entries(table ?? {})
      const known = new Map(entries.map(([from, to]) => [sameText(from), to]))
      const strange = entries.find(([, to]) => typeof to !== 'string')
      const mistakes = [
        ...(entries.length === 0 ? ["values() needs a table, such as { D: 'Germany' }."] : []),
        ...(strange ? [`The table has no text for ${JSON.stringify(strange[0])}.`] : []),
        ...(known.size < entries.length ? ['The table has a word twice; case does not count.'] : []),
      ]
      return then(value => {
        const found = known.get(sameText(value))
        if (found !== undefined) return found
        throw wrongCell(
          columns,
          `${shownCell(columns)} is ${JSON.stringify(value)}, which the table of the mapping does not have.`,
          'Correct the row, or add the word to the table.',
        )
      }, mistakes)
    },
    country: () =>
      then(value => {
        const code = countryIn(value)
        if (code !== undefined) return code
        throw wrongCell(
          columns,
          `${shownCell(columns)} is ${JSON.stringify(value)}, which is not a country.`,
          'Correct the row, or give the word its two-letter code with .values({ … }).',
        )
      }),
    orClear: () => text({ ...core, clears: true }),
  })
}
