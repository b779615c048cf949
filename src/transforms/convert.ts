import { named } from '../core/columns.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { expectArgument, expectOptions, isNamed, oneOf, someText } from '../data/expect-options.ts'
import { conversion, type Conversion, type ConvertOptions } from './convert/conversions.ts'

export type { Conversion, ConvertOptions } from './convert/conversions.ts'

/**
 * Converts columns of text: `date` (to `2026-01-31`, or to a full timestamp in UTC if the text has a time and a time
 * zone), `number`, `boolean` (true/false, yes/no, y/n, 1/0), `list`, `text` (trimmed, including non-breaking spaces), or a
 * function. Empty text becomes null. A row with an invalid value is rejected with `ROW_INVALID`; the message names every
 * such column.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const convert = (
  columns: { readonly [column: string]: Conversion },
  options: ConvertOptions = {},
): Transform<Fields, Fields> => {
  expectArgument('convert', columns, 'columns with their types', isNamed(columns))
  for (const [column, to] of Object.entries(columns))
    expectArgument('convert', to, `${column} to be one of ${words.join(', ')}, or a function`, isConversion(to))
  expectOptions('convert', options, { dateOrder: oneOf('dmy', 'mdy'), arraySeparator: someText })
  const { dateOrder = 'dmy', arraySeparator = ';' } = options
  const reads = Object.keys(columns).map(named)
  const conversions = Object.entries(columns).map(
    ([column, to]) => [named(column).name, conversion(to, { dateOrder, arraySeparator })] as const,
  )
  return {
    kind: 'convert',
    spreads: true,
    reads,
    columns: given => ({ ...given, names: [...new Set([...given.names, ...reads.map(({ name }) => name)])] }),
    describe: async () => ({
      columns: Object.fromEntries(
        Object.entries(columns).map(([column, to]) => [column, typeof to === 'string' ? to : 'function']),
      ),
      dateOrder,
      arraySeparator,
    }),
    open: () => row => {
      const value: Record<string, unknown> = { ...row.value }
      let faults: Fault[] | undefined
      for (const [column, to] of conversions)
        try {
          value[column] = one(to, Object.hasOwn(value, column) ? value[column] : null)
        } catch (error) {
          if (error instanceof EntrapipeError && error.code !== 'ROW_INVALID') throw error
          ;(faults ??= []).push({ column, error })
        }
      if (faults) throw invalid(faults)
      return { key: row.key, value }
    },
  }
}

const words = ['text', 'number', 'boolean', 'date', 'list']

const isConversion = (to: unknown): boolean => typeof to === 'function' || words.includes(to as string)

interface Fault {
  readonly column: string
  readonly error: unknown
}

const one = (to: (value: unknown) => unknown, value: unknown): unknown => {
  if (value == null) return null
  if (typeof value !== 'string') return to(value)
  const text = value.trim()
  return text === '' ? null : to(text)
}

const invalid = (faults: readonly Fault[]): EntrapipeError =>
  new EntrapipeError(
    'ROW_INVALID',
    faults
      .map(({ column, error }) => `${column}: ${error instanceof Error ? error.message : String(error)}`)
      .join('; '),
    { facts: { column: faults[0]!.column }, cause: faults[0]!.error },
  )
