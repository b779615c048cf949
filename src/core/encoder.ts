import type { Json } from './json.ts'
import type { Row } from './row.ts'

/** Rows to text, for every sink whose output is one text from a first to a last byte (csv, jsonl, json). */
export interface RowEncoder {
  /** Text of these rows, with whatever has to stand before them. A row that cannot be written goes to `refuse`. */
  rows(rows: readonly Row<unknown>[], refuse: Refuse): string
  /** So many rows are best made text at once. @default a page */
  readonly rowsAtOnce?: number
  /** What completes the text; it is valid with no rows at all. */
  end(): string
  /** Rows written so far. */
  readonly written: number
  /** The columns, where the format has columns and they are known. */
  readonly columns: readonly string[] | undefined
  /** What an encoder that goes on from here has to be opened with. */
  save(): Json
}

/** Called for a row that cannot be written: what is wrong with it, and what to do. The others are written. */
export type Refuse = (row: Row<unknown>, message: string, fix: string) => void

/** Bytes to compressed bytes, in pieces that can each be decompressed alone (a gzip member, a zstd frame). */
export interface Compressor {
  /** The bytes may be used again when it resolves. */
  push(bytes: Uint8Array): Promise<readonly Uint8Array[]>
  /** Ends the piece; the next `push` begins another. Nothing when nothing was pushed. */
  cut(): Promise<readonly Uint8Array[]>
  /** Frees the memory of a piece that nobody will end; the next `push` begins another. */
  close(): void
}
