import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { lineEnd } from './csv-dialect.ts'
import { jsonText, type JsonOptions } from './json-text.ts'

/** Encodes rows as a JSON array with one item per line, so that it can be diffed and searched. */
export const jsonEncoder = ({ columns, eol }: JsonOptions, saved?: Json): RowEncoder<string> => {
  const line = lineEnd(eol)
  const array = {
    before: (written: number) => (written === 0 ? `[${line}` : `,${line}`),
    after: '',
    end: (written: number) => (written === 0 ? `[]${line}` : `${line}]${line}`),
  }
  return jsonText(columns, array, saved)
}
