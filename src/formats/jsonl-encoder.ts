import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { lineEnd } from './csv-dialect.ts'
import { rowJson } from './row-values.ts'

/** How rows are written as JSON. */
export interface JsonOptions {
  /** Just these properties, in this order; absent ones are null. @default each row's own */
  readonly columns?: readonly string[]
  /** Line ends: `lf` (\n) or `crlf` (\r\n). @default 'lf' */
  readonly eol?: 'lf' | 'crlf'
}

/** Rows to JSON lines: one value a line, UTF-8, no byte order mark. */
export const jsonlEncoder = ({ columns, eol }: JsonOptions, saved?: Json): RowEncoder => {
  const end = lineEnd(eol)
  const json = rowJson(columns)
  let written = typeof saved === 'number' ? saved : 0
  return {
    rows(rows, refuse) {
      let text = ''
      for (const row of rows) {
        const line = json(row, refuse)
        if (line === undefined) continue
        text += line + end
        written++
      }
      return text
    },
    end: () => '',
    get written() {
      return written
    },
    columns,
    save: () => written,
  }
}
