import type { Context } from './context.ts'
import type { Json } from './json.ts'
import type { FileFacts } from './manifest.ts'

/** How an open sink or place is closed: published under its own name, removed, or kept for a resumed run. */
export type End = 'commit' | 'abort' | 'keep'

/** Where the rows of a sink are written, as far as a run needs to know. */
export interface Destination {
  /**
   * What two runs must not write at the same time: a canonical URL (`file:///out/users.csv`, no symbolic links). The URL of a
   * folder ends in `/` and covers everything below it. Undefined if several runs may write at the same time.
   */
  target(ctx: Context): string | undefined
  /** URLs of everything that is written, including temporary names. No input may have one of them. @default the target */
  names?(ctx: Context): readonly string[]
  /** The stream behind it, if any: rows and rejects must not be mixed in one. */
  readonly stream?: object
  /**
   * Whether what is unfinished has the run's id in its name, so that a run overwrites nothing that another one left. What a run of another
   * machine left is then removed at the next commit. @default false
   */
  readonly namedByRun?: boolean
  /** Whether this run has published what `finish` described. A run that died just after its commit is complete. */
  published(ctx: Context, files: readonly FileFacts[]): Promise<boolean>
  /** Returns the name of an unfinished write of any run; undefined if there is none. */
  leftover(ctx: Context): Promise<string | undefined>
  /** What tells an unfinished write apart from that of another program with the same name. Undefined if there is none. */
  identity?(ctx: Context): Promise<string | undefined>
  /**
   * Removes what an interrupted run left behind. Returns the removed names.
   *
   * @param identity what `identity` returned for the run: another unfinished write is not removed
   */
  discard(ctx: Context, identity?: string): Promise<readonly string[]>
  /** Removes what an earlier run published. */
  clear(ctx: Context): Promise<void>
}

/**
 * Where bytes are written: a file, stdout, a blob, a folder of part files. A place gets the bytes of one sink in order. Formats
 * do not depend on places, and places do not depend on rows.
 */
export interface Place extends Destination {
  /** False if a reader gets the bytes as soon as they are appended (stdout), so that they cannot be truncated. @default true */
  readonly resumable?: boolean
  /** Refuses a place that cannot be written, before anything is read. Creates nothing. */
  check(ctx: Context): Promise<void>
  /**
   * Opens it empty, or truncates it to a mark.
   *
   * @throws EntrapipeError `PARTIAL_CHANGED` when the bytes before the mark are missing or were changed
   */
  open(ctx: Context, options?: PlaceOptions): Promise<PlaceWriter>
}

/** How a place is opened. */
export interface PlaceOptions {
  readonly from?: PlaceMark
  /** Absolute path of a file whose permissions limit those of this place; the owner keeps access. */
  readonly like?: string
}

/** Where a place can be reopened, as JSON: a length and a hash, a list of blocks, a list of part files. */
export type PlaceMark = Exclude<Json, null>

/** An open place. Calls must not overlap. It is closed exactly once. */
export interface PlaceWriter {
  /** The bytes may be reused once it resolves. */
  append(bytes: Uint8Array): Promise<void>
  /**
   * Flushes what was appended so that it survives a crash, and returns the mark of that cut. A place that cannot (blocks have a
   * minimum size, uploads take time) returns the last flushed cut; cut 0 means none yet. A folder of part files ends a part
   * here.
   *
   * @param rows number of rows whose bytes were appended so far
   */
  mark(cut: number, rows: number): Promise<{ readonly mark: PlaceMark; readonly cut: number }>
  /**
   * Appends the last bytes and describes the output, which is still unpublished. If bytes cannot be truncated, the last ones
   * are held until the commit: a reader that does not get them knows that the output is truncated.
   *
   * @param rows total number of rows
   */
  finish(last: readonly Uint8Array[], rows: number): Promise<readonly PlacedFile[]>
  /** `commit` publishes it under its own name, `abort` removes it, `keep` keeps it for a resumed run. */
  close(end: End, proof?: Proof): Promise<void>
}

/** A file of a place. */
export type PlacedFile = Pick<FileFacts, 'path' | 'rows' | 'bytes' | 'sha256'>

/** What proves to a reader that the output is complete. A place uses the kind that fits it. */
export interface Proof {
  /** Text of the manifest, which appears just before the file. */
  readonly manifest?: string
  /** Text that ends a stream. */
  readonly trailer?: string
}

/** A destination that bytes pass through. Nothing is left over, and several runs may share it. */
export const passing: Destination = {
  target: () => undefined,
  published: async () => false,
  leftover: async () => undefined,
  discard: async () => [],
  clear: async () => undefined,
}
