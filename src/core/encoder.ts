import type { ColumnType } from './column-type.ts'
import type { Json } from './json.ts'
import type { JsonRows } from './json-rows.ts'
import type { Projection } from './projection.ts'
import type { Row } from './row.ts'

/**
 * Encodes rows as bytes, for every sink whose output is one sequence of bytes: csv, jsonl, json, Parquet. Text is
 * written as UTF-8.
 */
export interface RowEncoder<Out extends string | Uint8Array = string | Uint8Array> {
  /** Encodes rows, with what must precede them. Calls `reject` for a row that cannot be written. */
  rows(rows: readonly Row<unknown>[], reject: Reject): Out
  /**
   * Returns a function that encodes rows that are not made yet. It returns undefined, and has changed nothing, if one of them
   * cannot be encoded: they are then made and given to `rows`. Called once, before the first row. @default all rows are made
   */
  project?(columns: Projection): ((rows: readonly Row<unknown>[]) => Out | undefined) | undefined
  /**
   * Returns a function that encodes unparsed rows to the same bytes as if they were parsed. It returns undefined, and has changed
   * nothing, if it cannot: they are then parsed. Called once, before the first row. @default all rows are parsed
   *
   * @param columns of rows that are not made yet, as for `project`
   */
  unparsed?(columns?: Projection): ((rows: JsonRows) => Uint8Array | undefined) | undefined
  /** Preferred number of rows per call. @default a page */
  readonly rowsAtOnce?: number
  /** Completes the output, which is valid even without rows. */
  end(): Out
  /** Number of rows written so far, including those held back. */
  readonly written: number
  /** The columns, if the format has columns and they are known. */
  readonly columns: readonly string[] | undefined
  /** The types of these columns, if the format has types. */
  readonly types?: readonly ColumnType[] | undefined
  /**
   * Returns the bytes that complete what was held back, if this is a good place to end it (a row group, a part file). Called
   * at each checkpoint, before `save`. @default nothing is held back
   */
  flush?(): Out
  /**
   * Returns the state with which an encoder resumes here. Undefined while rows are held back: the last checkpoint is then
   * kept.
   */
  save(): Json | undefined
}

/** Called for a row that cannot be written, with the reason and what to do. The other rows are written. */
export type Reject = (row: Row<unknown>, message: string, fix: string) => void

/** Compresses bytes, in pieces that can each be decompressed alone (a gzip member, a zstd frame). */
export interface Compressor {
  /** The bytes may be reused once it resolves. */
  push(bytes: Uint8Array): Promise<readonly Uint8Array[]>
  /** Ends the piece. The next `push` begins another. Returns nothing if nothing was pushed. */
  cut(): Promise<readonly Uint8Array[]>
  /** Frees the memory of an unfinished piece. The next `push` begins another. */
  close(): void
}
