import { locationOf } from '../core/code-location.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { shown } from '../core/invisible.ts'
import type { Fields, Json } from '../core/json.ts'

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

const made = Symbol.for('entrapipe.hr.expression')

/** Whether a value was made by a function of this file. */
export const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && made in value

/** The place in the mapping file that calls a function of ours. */
export const placeOfCall = (): string | undefined => locationOf(new Error())

/** An expression without what tells it from other values. */
export type Core = Omit<Expression, 'read'> & { readonly read: (row: Fields) => Json }

/** Makes an expression. */
export const expression = (core: Core): Expression => Object.freeze({ [made]: true, ...core })

/** Whether a value counts as none. */
export const isEmpty = (value: Json): boolean => value === null || (typeof value === 'string' && value.trim() === '')

/** The error of a cell that cannot be used: `ROW_INVALID` (facts: column). */
export const wrongCell = (columns: readonly string[], message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', shown(message), { facts: { column: columns[0] }, ...given({ fix }) })
