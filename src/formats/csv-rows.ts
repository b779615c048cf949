import { stringify } from 'csv-stringify/sync'
import { readable, type Fields } from '../core/json.ts'
import { cellText } from './cell.ts'
import type { CsvDialect } from './csv-dialect.ts'
import { toExcel } from './excel-text.ts'
import { formulaGuard } from './formula-guard.ts'

/** Lines of rows, each with its line end. */
export type CsvRows = (values: readonly Fields[]) => string

const quote = 34
const lineFeed = 10
const carriageReturn = 13
const byteOrderMark = 0xfeff

/** What a reader may take for a delimiter where only one column, or only the header, tells it. */
const delimiterLike = /[,;\t|]/

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** A value as the text of a cell, guarded and kept from Excel where asked. A number is no formula. */
const spelling = (dialect: CsvDialect): ((value: unknown) => string) => {
  const guard = dialect.formulaGuard ? formulaGuard(dialect.delimiter) : undefined
  const kept = dialect.excel ? toExcel(dialect.delimiter) : undefined
  if (!guard && !kept) return value => cellText(value, dialect)
  return value => {
    const text = cellText(value, dialect)
    const guarded = guard && typeof value !== 'number' && typeof value !== 'bigint' ? guard(text) : text
    return kept ? kept(guarded, value) : guarded
  }
}

/**
 * Lines by csv-stringify: any dialect. The compiled encoder is held to these bytes by a test.
 */
export const csvStringified = (columns: readonly string[], dialect: CsvDialect): CsvRows => {
  const text = spelling(dialect)
  const options = {
    delimiter: dialect.delimiter,
    record_delimiter: dialect.eol,
    // Without it a line feed in a cell stays unquoted where lines end in \r\n.
    quote_record_delimiter: true,
    quoted: dialect.quoteAll,
    quoted_match: columns.length === 1 ? [/^\ufeff/, delimiterLike] : [/^\ufeff/],
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

/** One cell as it stands in a line: quoted where it must be. */
const cellIn = (dialect: CsvDialect): ((value: unknown) => string) => {
  const delimiter = dialect.delimiter.charCodeAt(0)
  const spelled = spelling(dialect)
  const isPlain = !dialect.formulaGuard && !dialect.excel
  return value => {
    const text = isPlain && typeof value === 'string' ? value : spelled(value)
    // A loop beats a regular expression here: 5 million short cells a second pass through it.
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === delimiter || code === quote || code === lineFeed || code === carriageReturn) return quoted(text)
    }
    return text.charCodeAt(0) === byteOrderMark ? quoted(text) : text
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
      if (alone && (line === '' || (line[0] !== '"' && delimiterLike.test(line)))) line = quoted(line)
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

/** The line with the names of the columns. Whatever could be taken for a delimiter is in quotes, so that readers find the right one. */
export const csvHeaderLine = (columns: readonly string[], dialect: CsvDialect): string => {
  const spelled = spelling(dialect)
  const cell = (name: string): string => {
    const text = spelled(name)
    const isQuoted =
      dialect.quoteAll ||
      /["\r\n]|^\ufeff/.test(text) ||
      delimiterLike.test(text) ||
      text.includes(dialect.delimiter[0]!)
    return isQuoted || (text === '' && columns.length === 1) ? quoted(text) : text
  }
  return columns.map(cell).join(dialect.delimiter) + dialect.eol
}
