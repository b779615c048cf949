import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { lineEnd } from './csv-dialect.ts'
import type { JsonOptions } from './jsonl-encoder.ts'
import { rowJson } from './row-values.ts'

/** Rows to one JSON array, an item a line, so that it can be read, compared and searched by eye as well. */
export const jsonEncoder = ({ columns, eol }: JsonOptions, saved?: Json): RowEncoder => {
  const end = lineEnd(eol)
  const json = rowJson(columns)
  let written = typeof saved === 'number' ? saved : 0
  return {
    rows(rows, refuse) {
      let text = ''
      for (const row of rows) {
        const item = json(row, refuse)
        if (item === undefined) continue
        text += (written === 0 ? `[${end}` : `,${end}`) + item
        written++
      }
      return text
    },
    end: () => (written === 0 ? `[]${end}` : `${end}]${end}`),
    get written() {
      return written
    },
    columns,
    save: () => written,
  }
}
