import type { Json } from './json.ts'
import type { Row } from './row.ts'

/**
 * Rows to bytes, for every sink whose output is one run of bytes: csv, jsonl, json; later Parquet. Text is written as
 * UTF-8.
 */
export interface RowEncoder<Out extends string | Uint8Array = string | Uint8Array> {
  /** These rows, with whatever has to precede them. A row that cannot be written goes to `reject`. */
  rows(rows: readonly Row<unknown>[], reject: Reject): Out
  /** So many rows are best encoded at once. @default a page */
  readonly rowsAtOnce?: number
  /** What completes the output; it is valid with no rows at all. */
  end(): Out
  /** Rows written so far, whether their bytes are out or held back. */
  readonly written: number
  /** The columns, where the format has columns and they are known. */
  readonly columns: readonly string[] | undefined
  /**
   * Bytes that complete what was held back, where this is a good place to end it (a row group, a part file). Called at each
   * checkpoint, before `save`. @default nothing is ever held back
   */
  flush?(): Out
  /**
   * What an encoder that resumes here is opened with. Undefined while rows are held back: the checkpoint then stays where
   * the last one was.
   */
  save(): Json | undefined
}

/** Called for a row that cannot be written: what is wrong with it, and what to do. The other rows are written. */
export type Reject = (row: Row<unknown>, message: string, fix: string) => void

/** Bytes to compressed bytes, in pieces that can each be decompressed alone (a gzip member, a zstd frame). */
export interface Compressor {
  /** The bytes may be reused when it resolves. */
  push(bytes: Uint8Array): Promise<readonly Uint8Array[]>
  /** Ends the piece; the next `push` begins another. Nothing when nothing was pushed. */
  cut(): Promise<readonly Uint8Array[]>
  /** Frees the memory of an unfinished piece; the next `push` begins another. */
  close(): void
}
