import { columnReader } from '../core/columns.ts'
import { kindInWords, type Fields, type Json } from '../core/json.ts'
import { isEmpty, isExpression, placeOfCall, wrongCell, type Expression } from './expression.ts'
import { text, type Text } from './text-expression.ts'

/** What a cell can be: numbers and booleans come from JSON. */
const cellOf = (name: string, value: unknown): Json => {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value.trim() === '' ? null : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw wrongCell([name], `${name} is ${kindInWords(value)}, not text.`)
}

const columnAt = (name: string, at: string | undefined): Text => {
  const isName = typeof name === 'string' && name.trim() !== ''
  const read = isName ? columnReader(name) : () => null
  return text({
    makes: 'text',
    columns: isName ? [name] : [],
    clears: false,
    at,
    mistakes: isName ? [] : [{ at, text: 'column() needs the name of a column of the feed.' }],
    read: row => cellOf(name, read(row)),
  })
}

/** The value of a column. An empty cell leaves its property alone. @param name as in the header of the feed */
export const column = (name: string): Text => columnAt(name, placeOfCall())

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

/** The expression that is meant. @param at where a name stands */
export const expressionOf = (value: Given, at?: string): Expression =>
  typeof value === 'string' ? columnAt(value, at) : value

const isGiven = (value: unknown): value is Given => typeof value === 'string' || isExpression(value)

/** Text made of several expressions. @param read makes it of those that are not empty, which are read one by one */
const textOfParts = (name: string, values: readonly Given[], read: (filled: Iterable<Json>) => Json): Text => {
  const at = placeOfCall()
  const parts = values.filter(isGiven).map(value => expressionOf(value, at))
  const isFitting = values.length > 0 && parts.length === values.length
  const filled = function* (row: Fields): Generator<Json> {
    for (const part of parts) {
      const value = part.read(row)
      if (!isEmpty(value)) yield value
    }
  }
  return text({
    makes: 'text',
    columns: [...new Set(parts.flatMap(({ columns }) => columns))],
    clears: false,
    at,
    mistakes: [
      ...parts.flatMap(({ mistakes }) => mistakes),
      ...(isFitting ? [] : [{ at, text: `${name}() needs columns: their names, or expressions.` }]),
    ],
    read: row => read(filled(row)),
  })
}

/** The first value that is not empty. */
export const firstOf = (...values: readonly Given[]): Text => textOfParts('firstOf', values, ([first]) => first ?? null)

/** The values that are not empty, with a separator between them. */
export const join = (separator: string, ...values: readonly Given[]): Text =>
  textOfParts('join', values, filled => {
    const texts = [...filled].map(value => String(value).trim())
    return texts.length === 0 ? null : texts.join(separator)
  })
