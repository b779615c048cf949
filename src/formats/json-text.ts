import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { projectedJson, rowJson } from './row-values.ts'

/** Options for writing JSON. */
export interface JsonOptions {
  /**
   * The properties to write, in this order; missing ones are null. The run fails if no row has one, unless its name ends in `?`,
   * which is not written. @default each row's own
   */
  readonly columns?: readonly string[]
  /** Line ends: `lf` (\n) or `crlf` (\r\n). @default 'lf' */
  readonly eol?: 'lf' | 'crlf'
}

/** The text around rows, depending on how many have been written. */
interface Surroundings {
  /** @default nothing */
  readonly before?: (written: number) => string
  readonly after: string
  readonly end: (written: number) => string
}

/** Encodes rows as JSON with text around them: the shared half of json and jsonl. */
export const jsonText = (
  columns: readonly string[] | undefined,
  { before = () => '', after, end }: Surroundings,
  saved: Json | undefined,
): RowEncoder<string> => {
  const json = rowJson(columns)
  let written = typeof saved === 'number' ? saved : 0
  return {
    rows(rows, reject) {
      let text = ''
      for (const row of rows) {
        const item = json(row, reject)
        if (item === undefined) continue
        text += before(written) + item + after
        written++
      }
      return text
    },
    project(projection) {
      const encode = projectedJson(columns, projection)
      return rows => {
        let text = ''
        let made = written
        try {
          for (const row of rows) text += before(made++) + encode(row) + after
        } catch {
          return undefined
        }
        written = made
        return text
      }
    },
    // The text of a whole page is too large for V8's young generation: it raised the peak of a long export by 7 MB.
    rowsAtOnce: 32,
    end: () => end(written),
    get written() {
      return written
    },
    columns,
    save: () => written,
  }
}
