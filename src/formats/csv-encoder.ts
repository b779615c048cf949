import type { RowEncoder, Refuse } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, type Fields, type Json } from '../core/json.ts'
import type { Row } from '../core/row.ts'
import { csvDialect, type CsvOptions } from './csv-dialect.ts'
import { csvRows, type CsvRows } from './csv-rows.ts'
import { isFields, reasonOf } from './row-values.ts'

interface Saved {
  readonly columns: readonly string[] | null
  readonly written: number
}

const checked = (columns: readonly string[] | undefined): readonly string[] | undefined => {
  if (columns === undefined) return undefined
  if (columns.length === 0)
    throw new EntrapipeError('OPTION_INVALID', 'Expected columns to name at least one, got none')
  const twice = columns.find((column, at) => columns.indexOf(column) !== at)
  if (twice !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected each column once, got ${JSON.stringify(twice)} twice`)
  return columns
}

/**
 * Rows to CSV (RFC 4180). With `columns` these properties are written in this order: others are left out, missing ones
 * are empty. Without, the first row's properties are the columns; a later row with another property is refused, since
 * the header stands already.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const csvEncoder = (
  options: CsvOptions & { readonly columns?: readonly string[] },
  saved?: Json,
): RowEncoder => {
  const dialect = csvDialect(options)
  const given = checked(options.columns)
  const before = saved as unknown as Saved | undefined
  let columns = given ?? before?.columns ?? undefined
  let lines: CsvRows | undefined = columns && csvRows(columns, dialect)
  let known = new Set(columns)
  let written = before?.written ?? 0
  let begun = before !== undefined && before.columns !== null

  const begin = (): string => {
    if (begun) return ''
    begun = true
    const bom = dialect.bom ? '\ufeff' : ''
    if (!dialect.header || !columns || !lines) return bom
    return bom + lines([Object.fromEntries(columns.map(column => [column, column]))])
  }

  const takeColumns = (first: Fields): CsvRows => {
    columns = columnsOf(first)
    known = new Set(columns)
    return csvRows(columns, dialect)
  }

  /** Why a row cannot stand in this file. */
  const fault = (value: unknown): string | undefined => {
    if (!isFields(value))
      return `Expected an object of columns, got ${Array.isArray(value) ? 'an array' : typeof value}`
    if (!columns) return Object.keys(value).length === 0 ? 'The row has no columns' : undefined
    if (given) return undefined
    for (const name in value)
      if (!known.has(name))
        return `Column ${JSON.stringify(name)} is not in the header, which was taken from the first row`
    return undefined
  }

  const fix = 'Name all columns of the file: columns: [...], or --select on the command line'

  return {
    rows(rows, refuse) {
      const values: Fields[] = []
      const fitting: Row<unknown>[] = []
      for (const row of rows) {
        const why = fault(row.value)
        if (why) {
          refuse(row, why, fix)
          continue
        }
        lines ??= takeColumns(row.value as Fields)
        values.push(row.value as Fields)
        fitting.push(row)
      }
      if (!lines || values.length === 0) return ''
      const head = begin()
      try {
        const text = lines(values)
        written += values.length
        return head + text
      } catch {
        // Something in one of them is no JSON (a cycle, a bigint in an object): find out which.
        return head + oneByOne(fitting, lines, refuse)
      }
    },
    end: begin,
    get written() {
      return written
    },
    get columns() {
      return columns
    },
    save: () => ({ columns: begun ? (columns ?? null) : null, written }),
  }

  function oneByOne(rows: readonly Row<unknown>[], encode: CsvRows, refuse: Refuse): string {
    let text = ''
    for (const row of rows)
      try {
        text += encode([row.value as Fields])
        written++
      } catch (error) {
        refuse(row, `The row cannot be written as CSV: ${reasonOf(error)}`, 'Take the value out, or make it a text')
      }
    return text
  }
}
