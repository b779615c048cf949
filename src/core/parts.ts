import type { Columns, NamedColumn } from './columns.ts'
import type { Context } from './context.ts'
import type { Json } from './json.ts'
import type { Drift, FileFacts, Manifest } from './manifest.ts'
import type { Destination, End } from './place.ts'
import type { None, Position, Row } from './row.ts'

/** One of the disjoint pieces a source is read in. */
export interface Shard {
  readonly name: string
  readonly range?: Json
}

/** Some rows in order, and where the shard stands after them. */
export interface Read<Out> {
  readonly rows: readonly Row<Out>[]
  readonly position?: Position
  /** More of what was read at once follows and brings the position: no cut is made between. */
  readonly unfinished?: true
  /** The shard ends with this page, and these remain of it: they join the run's shards and are read as well. */
  readonly rest?: readonly Shard[]
}

/** How many rows a service lets through: `rowsAtOnce` to begin with, then `rowsPerMinute`. */
export interface ReadPace {
  readonly rowsPerMinute: number
  readonly rowsAtOnce: number
  /** The limit in words: "Graph allows 10 requests a minute with signInActivity, 500 rows each". */
  readonly why: string
}

/**
 * Where rows come from. It is read shard by shard and page by page, and knows nothing of batching, retry or resuming
 * but its positions.
 */
export interface Source<Out> {
  readonly kind: string
  /** Whether it asks Graph: the run then needs a tenant. @default false */
  readonly usesGraph?: boolean
  /** False when it cannot be read a second time (stdin): the run is not resumable. @default true */
  readonly resumable?: boolean
  /**
   * `unique` where a key, which is then text, stands for one row in all shards, as the id of an object does: a row whose key
   * came before in the run is dropped and counted as repeated. A shard then resumes at the last position that it gave, however long ago: rows
   * after it that come again are dropped. Not for changes, which say several things of one object. Takes 16 bytes a row on
   * disk and 3 in memory. @default every row counts
   */
  readonly keys?: 'unique'
  /** Refuses bad options and missing inputs before anything is read or written. */
  check?(ctx: Context): Promise<void>
  /** What is read, for the manifest and for telling two runs apart: options, a file's hash. Never a secret. */
  describe?(ctx: Context): Promise<Json>
  /**
   * The columns of its rows, as far as they are known before the first one; undefined where they are not. May look into
   * a file, asks no service.
   */
  columns?(ctx: Context): Columns | undefined | Promise<Columns | undefined>
  /** Disjoint shards; saved with the run, a resumed run never splits afresh. @default one shard, named after the kind */
  split?(ctx: Context): Promise<readonly Shard[]>
  /** Rows of a shard from a position on. Pages of one shard are read one after the other, shards side by side. */
  read(ctx: Context, shard: Shard, from?: Position): AsyncIterable<Read<Out>>
  /** How many rows there are as the service counts them; asked before the first and after the last page. */
  count?(ctx: Context): Promise<number | undefined>
  /** How fast the service lets it read, where that is far slower than usual. Every page is then a checkpoint. */
  pace?(ctx: Context): ReadPace | undefined
  /** Remembers the present, so that `drift` can later say what has changed since; undefined where the service cannot say. */
  present?(ctx: Context): Promise<Json | undefined>
  drift?(ctx: Context, since: Json): Promise<Drift | undefined>
}

/** One row in; one, several or none out. A throw fails the row, not the run (see `engine/steps.ts`). */
export type Step<In, Out> = (row: Row<In>) => Answer<Out> | Promise<Answer<Out>>
/** What a step makes of one row; rows made of one get the keys `k/0`, `k/1`. */
export type Answer<Out> = Row<Out> | readonly Row<Out>[] | None

/** For what works on many rows at once or has state to save. */
export interface PageStep<In, Out> {
  page(rows: readonly Row<In>[]): readonly Row<Out>[] | Promise<readonly Row<Out>[]>
  /** Rows held back, when the source has ended. */
  end?(): readonly Row<Out>[] | Promise<readonly Row<Out>[]>
  /** Small state as of now, saved with each cut and given to `open` when the run is resumed. */
  save?(): Json
  /** Sentences for a person about the rows that passed, after the last one: for the manifest and the report. */
  notes?(): readonly string[]
}

/**
 * What becomes of rows on their way. `open` answers with a function of a row, or with a `PageStep` where it has state
 * or asks for many rows at once.
 */
export interface Transform<In, Out> {
  readonly kind: string
  readonly usesGraph?: boolean
  check?(ctx: Context): Promise<void>
  describe?(ctx: Context): Promise<Json>
  /** Columns of its rows that it names: the engine checks that there are such columns, at once or as the rows pass. */
  readonly reads?: readonly NamedColumn[]
  /** The columns that it makes of these; undefined where that cannot be known. @default not known */
  columns?(given: Columns): Columns | undefined
  /** Once a run, for all shards. */
  open(ctx: Context, saved?: Json): Step<In, Out> | PageStep<In, Out> | Promise<Step<In, Out> | PageStep<In, Out>>
}

/** Where a sink stands: from this it resumes, and drops what was written after. Small. */
export type Mark = Exclude<Json, null>

/** Where rows go. Nothing is published under its own name before `close('commit')`. */
export interface Sink<In> {
  readonly kind: string
  readonly usesGraph?: boolean
  /** False when what is written cannot be taken back (stdout). @default true */
  readonly resumable?: boolean
  /** Where the rows end up; two runs must not write there at once. Absent where that is nothing with a name. */
  readonly place?: Destination
  check?(ctx: Context): Promise<void>
  describe?(ctx: Context): Promise<Json>
  /**
   * @param like absolute path of a file whose rows are written here: nobody but the owner may use the output who may not
   *   use that file
   * @throws EntrapipeError `PARTIAL_CHANGED` when what the mark stands for is missing or was changed
   */
  open(ctx: Context, from?: Mark, like?: string): Promise<Writer<In>>
}

/** An open sink. Its calls follow one another; it is closed exactly once. */
export interface Writer<In> {
  /** Resolves when the rows are accepted. What became of a row goes to `ctx.settled` where it was not simply written. */
  write(rows: readonly Row<In>[]): Promise<void>
  /**
   * Flushes what was written before the cut to where it survives a crash, and answers with its mark. Never called while
   * `write` runs. A sink for which only an older cut is safe answers with that one; cut 0 means none yet.
   */
  checkpoint(cut: number): Promise<{ readonly mark: Mark; readonly cut: number }>
  /** Completes what was written, still unpublished, and says what it is. Called once, before a commit. */
  finish(): Promise<readonly FileFacts[]>
  /** `commit` publishes it, after its manifest; `abort` removes it; `keep` leaves it for a run that resumes. */
  close(end: End, manifest?: Manifest): Promise<void>
}
