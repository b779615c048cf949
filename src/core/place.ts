import type { Context } from './context.ts'
import type { Json } from './json.ts'
import type { FileFacts } from './manifest.ts'

/** How an open sink or place is closed: published under its own name, removed, or kept for a resumed run. */
export type End = 'commit' | 'abort' | 'keep'

/** Where the rows of a sink end up, as far as a run has to know it. */
export interface Destination {
  /**
   * What two runs must not write at once: a canonical URL (`file:///out/users.csv`, no symbolic links). The URL of a folder
   * ends in `/` and covers everything below it. Undefined where several runs may write side by side.
   */
  target(ctx: Context): string | undefined
  /** URLs of all it writes, under its own name and until then: no input may have one of them. @default the target */
  names?(ctx: Context): readonly string[]
  /** The stream behind it, if any: rows and rejects must not be mixed in one. */
  readonly stream?: object
  /** Whether what `finish` described is published, by this run: a run that died just after its commit is complete. */
  published(ctx: Context, files: readonly FileFacts[]): Promise<boolean>
  /** The name of an unfinished write, no matter whose; undefined when there is none. */
  leftover(ctx: Context): Promise<string | undefined>
  /** Removes what an interrupted run left behind, if anything. Answers the names that were removed. */
  discard(ctx: Context): Promise<readonly string[]>
  /** Removes what an earlier run published. */
  clear(ctx: Context): Promise<void>
}

/**
 * Where bytes go: a file, stdout, a blob, a folder of part files. One place takes the bytes of one sink in order.
 * Formats know nothing of places, and places nothing of rows.
 */
export interface Place extends Destination {
  /** False when a reader has the bytes as soon as they are appended (stdout), so that none can be taken back. @default true */
  readonly resumable?: boolean
  /** Refuses a place that cannot be written, before anything is read. Creates nothing. */
  check(ctx: Context): Promise<void>
  /**
   * Opens it empty, or at a mark: what was appended after the mark is dropped.
   *
   * @throws EntrapipeError `PARTIAL_CHANGED` when what the mark stands for is missing or was changed
   */
  open(ctx: Context, options?: PlaceOptions): Promise<PlaceWriter>
}

/** How a place is opened. */
export interface PlaceOptions {
  readonly from?: PlaceMark
  /** Absolute path of a file: nobody but the owner may use this place who may not use that file. */
  readonly like?: string
}

/** What a place can be reopened at, as JSON: a length and a hash, a list of blocks, a list of part files. */
export type PlaceMark = Exclude<Json, null>

/** A place as it is written. Calls follow one another; it is closed exactly once. */
export interface PlaceWriter {
  /** The bytes may be reused as soon as it resolves. */
  append(bytes: Uint8Array): Promise<void>
  /**
   * Flushes what was appended to where it survives a crash, and answers with the mark of that cut. A place that cannot
   * (blocks have a least size; uploads take a while) answers with the last cut that is safe; cut 0 means none yet.
   * A folder of part files ends a part here.
   *
   * @param rows rows whose bytes were appended so far
   */
  mark(cut: number, rows: number): Promise<{ readonly mark: PlaceMark; readonly cut: number }>
  /**
   * Appends the last bytes and says what is there, still unpublished. Where bytes cannot be taken back, the last ones wait
   * for the commit: a reader that never sees them knows that the output is truncated.
   *
   * @param rows rows in all
   */
  finish(last: readonly Uint8Array[], rows: number): Promise<readonly PlacedFile[]>
  /** `commit` publishes under its own name, `abort` removes, `keep` leaves it for a run that resumes. */
  close(end: End, proof?: Proof): Promise<void>
}

/** A file of a place. */
export type PlacedFile = Pick<FileFacts, 'path' | 'rows' | 'bytes' | 'sha256'>

/** What proves to a reader that everything is there; a place uses the kind that fits it. */
export interface Proof {
  /** Text of the manifest, which appears just before the file. */
  readonly manifest?: string
  /** Text that ends a stream. */
  readonly trailer?: string
}

/** A destination that bytes pass through: nothing is ever left over, and several runs may share it. */
export const passing: Destination = {
  target: () => undefined,
  published: async () => false,
  leftover: async () => undefined,
  discard: async () => [],
  clear: async () => undefined,
}
