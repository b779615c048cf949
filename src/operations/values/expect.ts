import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { shown } from '../../core/invisible.ts'
import { nearest } from '../../core/nearest.ts'
import { kindInWords } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'

/** The error of a row whose value is wrong. */
export const invalid = (column: string, message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', shown(message), { facts: { column }, ...given({ fix }) })

/** A value that must be text. It is trimmed. @throws EntrapipeError `ROW_INVALID` */
export const textOf = (values: Values, name: string, what: string): string => {
  const value = values[name]
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  throw invalid(
    name,
    value === undefined || value === null || value === ''
      ? `${name} is missing: ${what}.`
      : `Expected ${name} to be text, got ${kindInWords(value)}.`,
  )
}

/** @throws EntrapipeError `ROW_INVALID` for a value that the operation does not have */
export const expectOnly = (values: Values, names: readonly string[], operation: string): void => {
  for (const name of Object.keys(values))
    if (!names.includes(name)) {
      const near = nearest(name, names)
      throw invalid(name, `${operation} has no value ${name}${near === undefined ? '' : `. Did you mean ${near}?`}`)
    }
}
