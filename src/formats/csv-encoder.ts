import type { RowEncoder, Reject } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, isFields, kindInWords, objectFix, type Fields, type Json } from '../core/json.ts'
import type { Row } from '../core/row.ts'
import { cellText } from './cell.ts'
import { csvDialect, type CsvOptions } from './csv-dialect.ts'
import { csvUnparsed } from './csv-unparsed.ts'
import { csvHeaderLine, csvProjected, csvRows, type CsvRows } from './csv-rows.ts'
import { reasonOf } from './row-values.ts'

interface Saved {
  readonly columns: readonly string[] | null
  readonly written: number
}

const checked = (columns: readonly string[] | undefined): readonly string[] | undefined => {
  if (columns === undefined) return undefined
  if (columns.length === 0) throw new EntrapipeError('OPTION_INVALID', 'Expected at least one column, got none')
  const zero = columns.find(column => column.includes('\0'))
  if (zero !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected column names without zero bytes, got ${JSON.stringify(zero)}`)
  const twice = columns.find((column, at) => columns.indexOf(column) !== at)
  if (twice !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected unique columns, got ${JSON.stringify(twice)} twice`)
  return columns
}

/** Why the first row cannot give the header. */
const noHeader = (names: readonly string[]): string | undefined => {
  if (names.length === 0) return 'The row has no columns'
  return names.some(name => name.includes('\0')) ? 'A column name contains a zero byte' : undefined
}

/**
 * Encodes rows as CSV (RFC 4180). With `columns`, these properties are written in this order: others are omitted, missing
 * ones are empty. Otherwise the columns are the first row's properties, and a later row with another property is
 * rejected, since the header is already written. Without any row the header is `inherited`, if the columns are known.
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const csvEncoder = (
  options: CsvOptions & { readonly columns?: readonly string[] },
  saved?: Json,
  inherited?: () => readonly string[] | undefined,
): RowEncoder<string> => {
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
    return dialect.header && columns ? bom + csvHeaderLine(columns, dialect) : bom
  }

  const takeColumns = (names: readonly string[]): CsvRows => {
    columns = names
    known = new Set(columns)
    return csvRows(columns, dialect)
  }

  /** Whether no row with these columns can be rejected. */
  const fits = (names: readonly string[]): boolean =>
    given !== undefined || (columns ? names.every(name => known.has(name)) : noHeader(names) === undefined)
  /** Why a row cannot be written to this file. */
  const fault = (value: unknown): string | undefined => {
    if (!isFields(value)) return `Expected an object with columns, got ${kindInWords(value)}`
    if (!columns) return noHeader(Object.keys(value))
    if (given) return undefined
    for (const name in value)
      if (!known.has(name)) return `Column ${JSON.stringify(name)} is not in the header, which comes from the first row`
    return undefined
  }

  const fix = 'Name all columns: columns: [...] in a pipeline, or --select on the command line'

  return {
    rows(rows, reject) {
      const values: Fields[] = []
      const fitting: Row<unknown>[] = []
      for (const row of rows) {
        const why = fault(row.value)
        if (why) {
          reject(row, why, isFields(row.value) ? fix : objectFix(row.value))
          continue
        }
        lines ??= takeColumns(columnsOf(row.value as Fields))
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
        // A value is not JSON (a cycle, a bigint in an object) or contains a zero byte. Encode row by row to find it.
        return head + oneByOne(fitting, lines, reject)
      }
    },
    project(projection) {
      const names = projection.map(({ name }) => name)
      if (!fits(names)) return undefined
      const encode = csvProjected(columns ?? names, dialect, projection)
      return rows => {
        if (rows.length === 0) return ''
        let text: string
        try {
          text = encode(rows.map(({ value }) => value as Fields))
        } catch {
          return undefined
        }
        lines ??= takeColumns(names)
        written += rows.length
        return begin() + text
      }
    },
    unparsed(projection) {
      const names = projection?.map(({ name }) => name)
      // Without given columns, they come from the first row.
      const header = columns ?? names
      if (!header || (names && !fits(names)) || (!names && !given)) return undefined
      const encode = csvUnparsed(header, dialect, projection)
      if (!encode) return undefined
      return rows => {
        let bytes: Buffer
        try {
          bytes = encode(rows)
        } catch {
          return undefined
        }
        lines ??= takeColumns(header)
        written += rows.count
        const head = begin()
        return head === '' ? bytes : Buffer.concat([Buffer.from(head), bytes])
      }
    },
    end() {
      if (!columns) columns = inherited?.()
      return begin()
    },
    get written() {
      return written
    },
    get columns() {
      return columns
    },
    save: () => ({ columns: begun ? (columns ?? null) : null, written }),
  }

  function oneByOne(rows: readonly Row<unknown>[], encode: CsvRows, reject: Reject): string {
    let text = ''
    for (const row of rows)
      try {
        text += encode([row.value as Fields])
        written++
      } catch (error) {
        const column = columns?.find(name => hasZero(row.value as Fields, name))
        if (column === undefined)
          reject(row, `The row cannot be written as CSV: ${reasonOf(error)}`, 'Remove the value, or convert it to text')
        else reject(row, `Column ${JSON.stringify(column)} contains a zero byte`, 'Remove it from the value')
      }
    return text
  }

  function hasZero(value: Fields, name: string): boolean {
    try {
      return Object.hasOwn(value, name) && cellText(value[name], dialect).includes('\0')
    } catch {
      return false
    }
  }
}
