import { locationOf } from '../core/code-location.ts'
import { columnReader } from '../core/columns.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { kindInWords, type Fields, type Json } from '../core/json.ts'
import { countryIn } from './countries.ts'
import { dateOrders, dayIn, type DateOrder } from './days.ts'

/** A mistake in a mapping file, with its place: `contoso-hr.ts:12`. */
export interface Mistake {
  readonly at: string | undefined
  readonly text: string
}

/** What an expression makes: text, true or false, or a day such as `2026-01-31`. */
export type Made = 'text' | 'flag' | 'day'

/** A value made of the columns of a row. It is never changed. */
export interface Expression {
  readonly makes: Made
  /** Names of the columns that it reads. */
  readonly columns: readonly string[]
  /** The value if it is the same for every row. */
  readonly constant?: Json
  /** Whether an empty value clears the property. */
  readonly clears: boolean
  /** Place in the mapping file. */
  readonly at: string | undefined
  readonly mistakes: readonly Mistake[]
  /**
   * The value; null if it is empty.
   *
   * @throws EntrapipeError `ROW_INVALID` (facts: column)
   */
  read(row: Fields): Json
}

/** An expression whose value is converted by its methods, in the order in which they are written. */
export interface Text extends Expression {
  /** Without blanks at both ends. */
  trim(): Text
  lower(): Text
  upper(): Text
  /** Whether the text is one of these, without regard to case and blanks at its ends. */
  is(...words: readonly string[]): Expression
  /** A day with day, month and year in this order: `dmy` reads 31.01.2026, 31/1/2026 and 31012026. */
  date(order: DateOrder): Expression
  /** Replaces the text by that of a table. Text that the table does not have fails the row. Case and blanks at the ends do not count. */
  values(table: Readonly<Record<string, string>>): Text
  /** A two-letter country code from the code or the name of a country, in the languages of Europe and in others. */
  country(): Text
  /** An empty cell clears the property. Without this, it leaves the property alone. */
  orClear(): Text
}

const made = Symbol.for('entrapipe.hr.expression')

/** Whether a value was made by a function of this file. */
export const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && made in value

/** The place in the mapping file that calls a function of ours. */
export const placeOfCall = (): string | undefined => locationOf(new Error())

const wrong = (columns: readonly string[], message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', message, { facts: { column: columns[0] }, ...given({ fix }) })

const isEmpty = (value: Json): boolean => value === null || (typeof value === 'string' && value.trim() === '')
const textIn = (value: Json): string => String(value)
const loose = (text: string): string => text.trim().normalize('NFC').toLowerCase()

type Core = Omit<Expression, 'read'> & { readonly read: (row: Fields) => Json }

const expression = (core: Core): Expression => Object.freeze({ [made]: true, ...core })

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
  read(row) {
    const value = core.read(row)
    return isEmpty(value) ? null : convert(textIn(value))
  },
  ...(core.constant === undefined || mistakes.length > 0 ? {} : { constant: constantOf(core.constant, convert) }),
})

const constantOf = (value: Json, convert: (text: string) => Json): Json =>
  isEmpty(value) ? null : convert(textIn(value))

const shownCell = (columns: readonly string[]): string => (columns.length === 0 ? 'The value' : columns.join(' and '))

/** Adds the methods of text. */
const text = (core: Core): Text => {
  const { columns } = core
  const then = (convert: (value: string) => Json, mistakes?: readonly string[]): Text =>
    text(converted(core, 'text', convert, mistakes))
  return Object.freeze({
    ...expression(core),
    trim: () => then(value => value.trim()),
    lower: () => then(value => value.toLowerCase()),
    upper: () => then(value => value.toUpperCase()),
    is(...words: readonly string[]) {
      const wanted = new Set(words.map(word => loose(String(word))))
      return expression({
        ...converted(core, 'flag', () => null, words.length === 0 ? ["is() needs a word, such as is('Y')."] : []),
        read: row => {
          const value = core.read(row)
          return wanted.has(value === null ? '' : loose(textIn(value)))
        },
      })
    },
    date(order: DateOrder) {
      const isKnown = dateOrders.includes(order)
      const convert = (value: string): Json => {
        const found = dayIn(value.trim(), order)
        if (typeof found === 'string') return found
        throw wrong(columns, `${shownCell(columns)} is ${JSON.stringify(value)}, ${found.fault}.`, found.fix)
      }
      const mistake = `A date needs its order, ${dateOrders.join(', ')}; got ${JSON.stringify(order)}.`
      return expression(converted(core, 'day', isKnown ? convert : value => value, isKnown ? [] : [mistake]))
    },
    values(table: Readonly<Record<string, string>>) {
      const entries = Object.entries(table ?? {})
      const known = new Map(entries.map(([from, to]) => [loose(from), to]))
      const strange = entries.find(([, to]) => typeof to !== 'string')
      const mistakes = [
        ...(entries.length === 0 ? ["values() needs a table, such as { D: 'Germany' }."] : []),
        ...(strange ? [`The table has no text for ${JSON.stringify(strange[0])}.`] : []),
        ...(known.size < entries.length ? ['The table has a word twice; case does not count.'] : []),
      ]
      return then(value => {
        const found = known.get(loose(value))
        if (found !== undefined) return found
        throw wrong(
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
        throw wrong(
          columns,
          `${shownCell(columns)} is ${JSON.stringify(value)}, which is no country.`,
          'Correct the row, or give the word its two-letter code with .values({ … }).',
        )
      }),
    orClear: () => text({ ...core, clears: true }),
  })
}

/** What a cell can be: numbers and booleans come from JSON. */
const cellOf = (name: string, value: unknown): Json => {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value.trim() === '' ? null : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw wrong([name], `${name} is ${kindInWords(value)}, not text.`)
}

/** The value of a column. An empty cell leaves its property alone. @param name as in the header of the feed */
export const column = (name: string): Text => {
  const isName = typeof name === 'string' && name.trim() !== ''
  const read = isName ? columnReader(name) : () => null
  const at = placeOfCall()
  return text({
    makes: 'text',
    columns: isName ? [name] : [],
    clears: false,
    at,
    mistakes: isName ? [] : [{ at, text: 'column() needs the name of a column of the feed.' }],
    read: row => cellOf(name, read(row)),
  })
}

/** The same value for every row. */
export const constant = (value: string | boolean): Text => {
  const at = placeOfCall()
  const isFitting = typeof value === 'boolean' || (typeof value === 'string' && value.trim() !== '')
  return text({
    makes: typeof value === 'boolean' ? 'flag' : 'text',
    columns: [],
    constant: value,
    clears: false,
    at,
    mistakes: isFitting ? [] : [{ at, text: 'constant() needs text, or true or false.' }],
    read: () => value,
  })
}

/** What stands for an expression: the name of a column is the column. */
export type Given = string | Expression

/** The expression that is meant. */
export const expressionOf = (value: Given): Expression => (typeof value === 'string' ? column(value) : value)

const partsOf = (what: string, values: readonly Given[], at: string | undefined) => {
  const fitting = values.filter(value => typeof value === 'string' || isExpression(value))
  const parts = fitting.map(expressionOf)
  return {
    parts,
    columns: [...new Set(parts.flatMap(({ columns }) => columns))],
    mistakes: [
      ...parts.flatMap(({ mistakes }) => mistakes),
      ...(fitting.length < values.length || values.length === 0
        ? [{ at, text: `${what} needs columns: their names, or expressions.` }]
        : []),
    ],
  }
}

/** The first value that is not empty. */
export const firstOf = (...values: readonly Given[]): Text => {
  const at = placeOfCall()
  const { parts, columns, mistakes } = partsOf('firstOf()', values, at)
  return text({
    makes: 'text',
    columns,
    clears: false,
    at,
    mistakes,
    read(row) {
      for (const part of parts) {
        const value = part.read(row)
        if (!isEmpty(value)) return value
      }
      return null
    },
  })
}

/** The values that are not empty, with a separator between them. */
export const join = (separator: string, ...values: readonly Given[]): Text => {
  const at = placeOfCall()
  const { parts, columns, mistakes } = partsOf('join()', values, at)
  return text({
    makes: 'text',
    columns,
    clears: false,
    at,
    mistakes,
    read(row) {
      const texts = parts.map(part => part.read(row)).filter(value => !isEmpty(value))
      return texts.length === 0 ? null : texts.map(value => textIn(value).trim()).join(separator)
    },
  })
}
