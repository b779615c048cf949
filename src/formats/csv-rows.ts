import { stringify } from 'csv-stringify/sync'
import { readable, type Fields } from '../core/json.ts'
import { cellText } from './cell.ts'
import type { CsvDialect } from './csv-dialect.ts'

/** Lines of rows, each with its line end. */
export type CsvRows = (values: readonly Fields[]) => string

const quote = 34
const lineFeed = 10
const carriageReturn = 13
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

/**
 * Lines by csv-stringify: any dialect. The compiled encoder is held to these bytes by a test.
 */
export const csvStringified = (columns: readonly string[], dialect: CsvDialect): CsvRows => {
  const text = (value: unknown): string => cellText(value, dialect)
  const options = {
    delimiter: dialect.delimiter,
    record_delimiter: dialect.eol,
    // Without it a line feed in a cell stays unquoted where lines end in \r\n.
    quote_record_delimiter: true,
    quoted: dialect.quoteAll,
    escape_formulas: dialect.formulaGuard,
    // One empty cell a line would be an empty line, and readers skip those: a row would be lost.
    quoted_empty: columns.length === 1,
    cast: {
      string: text,
      number: text,
      bigint: text,
      boolean: text,
      date: text,
      object: text,
      null: text,
      undefined: text,
    },
  }
  const cell = (value: unknown): unknown =>
    typeof value === 'function' || typeof value === 'symbol' ? undefined : value
  return values =>
    stringify(
      values.map(value => columns.map(column => cell(value[column]))),
      options as Parameters<typeof stringify>[1],
    )
}

/** One cell as it stands in a line: guarded and quoted where it must be. */
const cellIn = (dialect: CsvDialect): ((value: unknown) => string) => {
  const delimiter = dialect.delimiter.charCodeAt(0)
  const { formulaGuard } = dialect
  return value => {
    const text = typeof value === 'string' ? value : cellText(value, dialect)
    let quoted = false
    // A loop beats a regular expression here: 5 million short cells a second pass through it.
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === delimiter || code === quote || code === lineFeed || code === carriageReturn) {
        quoted = true
        break
      }
    }
    const isNegative = text[0] === '-' && (typeof value === 'number' || typeof value === 'bigint')
    const guarded = formulaGuard && !isNegative && formula.test(text) ? `'${text}` : text
    return quoted ? `"${guarded.replaceAll('"', '""')}"` : guarded
  }
}

/** Lines for a dialect with a delimiter of one character and quotes where needed: byte for byte as csv-stringify. */
export const csvCompiled = (columns: readonly string[], dialect: CsvDialect): CsvRows => {
  const cell = cellIn(dialect)
  const { delimiter, eol } = dialect
  const [first = '', ...others] = columns
  const alone = others.length === 0
  return values => {
    let lines = ''
    for (const value of values) {
      let line = cell(value[first])
      if (alone && line === '') line = '""'
      for (let at = 0; at < others.length; at++) line += delimiter + cell(value[others[at]!])
      lines += line + eol
    }
    return lines
  }
}

/** Lines of a dialect, by the faster way where there is one. Cells are the properties named, missing ones are null. */
export const csvRows = (columns: readonly string[], dialect: CsvDialect): CsvRows => {
  const isPlain = dialect.delimiter.length === 1 && !dialect.quoteAll
  const rows = isPlain ? csvCompiled(columns, dialect) : csvStringified(columns, dialect)
  const own = readable(columns)
  return own ? values => rows(values.map(own)) : rows
}
