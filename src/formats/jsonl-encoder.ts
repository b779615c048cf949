import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { lineEnd } from './csv-dialect.ts'
import { jsonlUnparsed } from './jsonl-unparsed.ts'
import { jsonText, type JsonOptions } from './json-text.ts'

/** Encodes rows as JSON lines: one value per line, UTF-8, no byte order mark. */
export const jsonlEncoder = ({ columns, eol }: JsonOptions, saved?: Json): RowEncoder<string> => {
  const after = lineEnd(eol)
  const text = jsonText(columns, { after, end: () => '' }, saved)
  let unparsed = 0
  return {
    ...text,
    unparsed(projection) {
      const encode = jsonlUnparsed(columns, after, projection)
      return (
        encode &&
        (rows => {
          try {
            const bytes = encode(rows)
            unparsed += rows.count
            return bytes
          } catch {
            return undefined
          }
        })
      )
    },
    get written() {
      return text.written + unparsed
    },
    save: () => text.written + unparsed,
  }
}
