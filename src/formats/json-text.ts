import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { rowJson } from './row-values.ts'

/** How rows are written as JSON. */
export interface JsonOptions {
  /** Just these properties, in this order; absent ones are null. @default each row's own */
  readonly columns?: readonly string[]
  /** Line ends: `lf` (\n) or `crlf` (\r\n). @default 'lf' */
  readonly eol?: 'lf' | 'crlf'
}

/** What stands around rows of which so many are written. */
interface Surroundings {
  readonly before: (written: number) => string
  readonly after: string
  readonly end: (written: number) => string
}

/** Rows to JSON texts with something around them: the shared half of json and jsonl. */
export const jsonText = (
  columns: readonly string[] | undefined,
  { before, after, end }: Surroundings,
  saved: Json | undefined,
): RowEncoder<string> => {
  const json = rowJson(columns)
  let written = typeof saved === 'number' ? saved : 0
  return {
    rows(rows, refuse) {
      let text = ''
      for (const row of rows) {
        const item = json(row, refuse)
        if (item === undefined) continue
        text += before(written) + item + after
        written++
      }
      return text
    },
    // The text of a whole page is too large for the collector's young generation: 7 MB more at the most in a long export.
    rowsAtOnce: 32,
    end: () => end(written),
    get written() {
      return written
    },
    columns,
    save: () => written,
  }
}
