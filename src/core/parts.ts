import type { Columns, NamedColumn } from './columns.ts'
import type { Context, PhaseResult } from './context.ts'
import type { Repeats } from './graph.ts'
import type { Json } from './json.ts'
import type { JsonRows } from './json-rows.ts'
import type { DeltaFacts, Drift, FileFacts, Manifest } from './manifest.ts'
import type { Judged } from './completeness.ts'
import type { Destination, End } from './place.ts'
import type { OperationRow } from './operation.ts'
import type { PartShare } from './part-names.ts'
import type { Projected, Projection } from './projection.ts'
import type { Key, None, Position, Row } from './row.ts'

/** One of the disjoint pieces of a source. */
export interface Shard {
  readonly name: string
  readonly range?: Json
  /** About how many rows it has, if that is known. Larger shards are read first. */
  readonly rows?: number
}

/** Some rows in order, and the position of the shard after them. */
export interface Read<Out> {
  readonly rows: readonly Row<Out>[]
  readonly position?: Position
  /** More rows of the same page follow at once and bring the position. No cut is made in between, and other shards wait. */
  readonly unfinished?: true
  /** So many of the last rows before it are repeated from here on; `all` if the shard starts over. */
  readonly repeats?: Repeats
  /** The shard ends with this page. These shards remain of it: they are added to the run's shards and read too. */
  readonly rest?: readonly Shard[]
}

/** The rows that a service allows: `rowsAtOnce` at first, then `rowsPerMinute`. */
export interface ReadPace {
  readonly rowsPerMinute: number
  readonly rowsAtOnce: number
  /** The limit as a sentence: "Graph allows 10 requests a minute with signInActivity, 500 rows each". */
  readonly why: string
}

/**
 * Where rows come from. It is read shard by shard and page by page. It does not deal with batching or retries, and with
 * resuming only by its positions.
 */
export interface Source<Out> {
  readonly kind: string
  /** Whether it uses Graph, so that the run needs a tenant. @default false */
  readonly usesGraph?: boolean
  /**
   * Whether its rows are compared with the service's `count` to judge whether all of them were read. False if it judges that itself
   * and reports it as its origin. A function is called after `check`. @default `usesGraph`
   */
  readonly live?: boolean | (() => boolean)
  /** False if it cannot be read again (stdin). The run is then not resumable. @default true */
  readonly resumable?: boolean
  /**
   * `unique` if a key, which must be text, identifies one row in all shards, like the id of an object. A row with a key that the
   * run has already read is dropped and counted as repeated. A shard then resumes at its last position, however old, and repeated
   * rows after it are dropped. Not for changes, which report one object several times. Takes 16 bytes per row on disk and 3 in
   * memory. @default every row counts
   */
  readonly keys?: 'unique'
  /** Refuses invalid options and missing inputs before anything is read or written. */
  check?(ctx: Context): Promise<void>
  /** Describes what is read, for the manifest and the identity of the run: options, a file's hash. Never a secret. */
  describe?(ctx: Context): Promise<Json>
  /**
   * Returns the columns of its rows as far as they are known before the first row; undefined if they are not. May read from a
   * file, but does not call a service.
   */
  columns?(ctx: Context): Columns | undefined | Promise<Columns | undefined>
  /**
   * Returns disjoint shards. They are saved with the run: a resumed run does not split again. @default one shard, named after the kind
   *
   * @param most the run reads no more rows than these
   */
  split?(ctx: Context, most?: number): Promise<readonly Shard[]>
  /** Reads the rows of a shard from a position. Pages of a shard are read one after the other, shards concurrently. */
  read(ctx: Context, shard: Shard, from?: Position): AsyncIterable<Read<Out>>
  /** Returns the service's count of rows. Called before the first and after the last page. */
  count?(ctx: Context): Promise<number | undefined>
  /** Returns the pace that the service allows, if it is far slower than usual. Every page is then a checkpoint. */
  pace?(ctx: Context): ReadPace | undefined
  /** Returns a token of the current state, from which `drift` later reads the changes. Undefined if the service lacks this. */
  present?(ctx: Context): Promise<Json | undefined>
  /** @param countedAtMs a whole second before the count of the first page, by the service's clock, in milliseconds since 1970 */
  drift?(ctx: Context, since: Json, countedAtMs?: number): Promise<Drift | undefined>
  /**
   * Returns a shard with the rows that have changed since a token of `present` and were not read (`ctx.wasRead`): those that
   * were created, or moved past the position of their shard. It is read after all others, once.
   */
  late?(since: Json): Shard
  /** For rows that are the changes since an earlier run, or from which later runs report the changes. */
  readonly delta?: DeltaSource
}

/** Keeps, beyond the run, from where the next run reports the changes. The functions are called in this order. */
export interface DeltaSource {
  /** Returns what its reader must know before the first row, as sentences. */
  begin(ctx: Context): Promise<readonly string[]>
  /**
   * Returns facts about the rows, and how complete they are, once all are written.
   *
   * @param present what `present` returned before the first row
   */
  facts(ctx: Context, present: Json | undefined): Promise<{ readonly facts: DeltaFacts; readonly judged?: Judged }>
  /**
   * Stores what `save` needs, before the output is published. Not called for an output that is short. Returns notes about it, as
   * sentences.
   */
  stage(ctx: Context, manifest: Manifest, present: Json | undefined): Promise<readonly string[]>
  /**
   * Called once the output is published and recorded as done, perhaps by another process. If it is never called, the next run reports
   * the same changes again. Returns why nothing is saved if another run was faster, as a sentence.
   */
  save(ctx: Context): Promise<string | undefined>
}

/** Turns one row into one, several or none. A throw fails the row, not the run (see `engine/steps.ts`). */
export type Step<In, Out> = (row: Row<In>) => Answer<Out> | Promise<Answer<Out>>
/** What a step returns for one row. Several rows get the keys `k/0`, `k/1`. */
export type Answer<Out> = Row<Out> | readonly Row<Out>[] | None

/** A step that processes many rows at once or has state to save. */
export interface PageStep<In, Out> {
  page(rows: readonly Row<In>[]): readonly Row<Out>[] | Promise<readonly Row<Out>[]>
  /**
   * Returns rows that were held back, when the source has ended. Required of a step that emits a row with a later page: the
   * inputs of such rows are then kept in the run's store.
   */
  end?(): readonly Row<Out>[] | Promise<readonly Row<Out>[]>
  /** Returns small state, which is saved with each cut and passed to `open` when the run is resumed. */
  save?(): Json
  /** Returns notes about the rows, as sentences, after the last one: for the manifest and the report. */
  notes?(): readonly string[]
}

/**
 * Changes rows on their way. `open` returns a function of a row, or a `PageStep` if it has state or processes many rows at
 * once.
 */
export interface Transform<In, Out> {
  readonly kind: string
  readonly usesGraph?: boolean
  /** False if it reads an input that cannot be read again (stdin). The run is then not resumable. @default true */
  readonly resumable?: boolean
  check?(ctx: Context): Promise<void>
  describe?(ctx: Context): Promise<Json>
  /**
   * Columns that it names. The engine checks that rows have them, at start or as the rows pass. A row that is not an object
   * then fails with `ROW_INVALID` and does not reach it.
   */
  readonly reads?: readonly NamedColumn[]
  /** Returns its columns for the given ones; undefined if they cannot be known. @default not known */
  columns?(given: Columns): Columns | undefined
  /**
   * Returns the columns of its rows, if each row is made of these alone, in this order and under its key. Directly before a
   * sink that can `project`, the row is then not made: the sink reads the columns. `open` must return a function of a row that
   * makes the same row, for every other place. @default rows are always made
   *
   * @param given the columns of the transforms before it, if they project too; `read` gets the row before all of them
   */
  project?(given?: Projection): Projection | undefined
  /**
   * Whether each row becomes at most one row, whatever came before, so that several machines can each do it for some of the rows.
   * @default false
   */
  readonly spreads?: boolean
  /** Called once per run, for all shards. */
  open(ctx: Context, saved?: Json): Step<In, Out> | PageStep<In, Out> | Promise<Step<In, Out> | PageStep<In, Out>>
}

/** A small value from which a sink resumes. What was written after it is dropped. */
export type Mark = Exclude<Json, null>

/** Where rows go. Nothing is published under its own name before `close('commit')`. */
export interface Sink<In> {
  readonly kind: string
  readonly usesGraph?: boolean
  /** False if the output cannot be truncated (stdout). @default true */
  readonly resumable?: boolean
  /** Where the rows are written. Two runs must not write there at the same time. Absent if it has no name. */
  readonly place?: Destination
  check?(ctx: Context): Promise<void>
  describe?(ctx: Context): Promise<Json>
  /** Columns that it names. The engine checks that rows have them, at start or as the rows pass. */
  readonly reads?: readonly NamedColumn[]
  /**
   * @param like absolute path of a file whose rows are written here. Its permissions limit those of the output; the owner keeps
   *   access.
   * @throws EntrapipeError `PARTIAL_CHANGED` when the output before the mark is missing or was changed
   */
  open(ctx: Context, from?: Mark, like?: string): Promise<Writer<In>>
  /** How several machines write it at once. @default they cannot */
  readonly spreading?: Spreading<In>
}

/** A shard of an output that several machines write. What it writes is not published. */
export interface SharedSink<In> {
  readonly sink: Sink<In>
  /** Called with the keys of rows as they were read, before what became of them is written. */
  reading(keys: readonly Key[]): void
  /** What was written, once the writer of the sink has finished. */
  mark(): Mark
}

/** How several machines write one output. */
interface Spreading<In> {
  /** The sink of one shard, for the holder of a token. */
  share(share: PartShare): SharedSink<In>
  /**
   * The keys of all rows that were read for what a mark names, also those of which nothing was written, as texts that an `IdJournal` takes
   * for the same keys. Undefined if something of it is missing.
   */
  keysIn(ctx: Context, mark: Mark): Promise<readonly string[] | undefined>
  /** A mark from which the sink is opened with all that these name. */
  join(marks: readonly Mark[]): Mark
}

/**
 * A sink whose rows are changes to the directory. The engine keeps them in the run's ledger, and sends them once all rows are
 * read. Such a sink is never opened itself.
 */
export interface ChangeSink<In> extends Sink<In> {
  /** The changes of a row, in the order in which they are sent. A throw fails the row. */
  readonly changes: (row: Row<In>) => readonly OperationRow[]
  /** The operation of all rows, which names it also in the results of those that fail before they have a change. @default the kind of the sink */
  readonly operation?: string
  /**
   * What the run brings into the state that its input has as a whole, as text: `the members of group …`. Once a run sends its changes,
   * earlier runs of its pipeline in the tenant with the same text are never resumed. A function is called with each change that is
   * taken in. @default nothing
   */
  readonly supersedes?: string | ((change: OperationRow) => string)
  /**
   * By its rules, what its changes leave is its own, also if somebody else made them: what shows of a run that was stopped counts as
   * done. @default one link alone is `unknown`
   */
  readonly owns?: true
  /**
   * What its rows take away, and was limited where they come from, before anything was sent: `objects` that are deleted, disabled or
   * renamed, or `all`, also members that are removed. No limit of the engine counts it. @default nothing
   */
  readonly limited?: 'objects' | 'all'
  /**
   * What is done if units of a supply are short (see `Operation.supply`). `stop`: nothing is sent, and the message says that `skip` is
   * possible · `skip`: the first rows for which there are units are sent, and the others are skipped. @default nothing is sent
   */
  readonly whenShort?: 'stop' | 'skip'
  /** Returns notes about the rows, as sentences, after the last one: for the preview and the report. */
  notes?(): readonly string[]
  /** Follows the changes while they are sent. Called once per process, before the first one. Not in a dry run. */
  follow?(ctx: Context): ChangeFollower
}

/**
 * Keeps what changes have done in a memory of its own, which is true however the run ends: superseded, discarded, killed. Both functions
 * are called before the run records the same, and after a kill perhaps once more.
 */
export interface ChangeFollower {
  /** These changes are about to be sent. */
  sending(changes: readonly FollowedChange[]): void
  /** What became of changes, also of those that were not sent. Skipped ones, and repeated ones, have no row. */
  settling(results: readonly (PhaseResult & Partial<FollowedChange>)[]): void
}

/** A change that is followed. */
interface FollowedChange extends Pick<PhaseResult, 'key' | 'step'> {
  /** Names that it gave are ids, and its secrets are left out. */
  readonly row: OperationRow
}

/** An open sink. Calls must not overlap. It is closed exactly once. */
export interface Writer<In> {
  /**
   * Called before the first `write`, if transforms before the sink only project columns. `write` then gets the rows before
   * these transforms, and reads the columns of its rows from them. @default rows are always made
   */
  project?(projected: Projected): void
  /**
   * Returns a function that writes unparsed rows as `write` would, or resolves to false and has changed nothing: they are then parsed
   * and written. Called once, after `project`. @default all rows are parsed
   */
  unparsed?(): ((rows: JsonRows) => Promise<boolean>) | undefined
  /** Resolves when the rows are accepted. The result of a row that was not simply written goes to `ctx.settled`. */
  write(rows: readonly Row<In>[]): Promise<void>
  /**
   * Flushes what was written before the cut so that it survives a crash, and returns its mark. Never called while `write` runs.
   * A sink that has only flushed an older cut returns that one; cut 0 means none yet.
   */
  checkpoint(cut: number): Promise<{ readonly mark: Mark; readonly cut: number }>
  /** Completes the output, which is still unpublished, and describes it. Called once, before a commit. */
  finish(): Promise<readonly FileFacts[]>
  /** `commit` publishes it, after its manifest; `abort` removes it; `keep` keeps it for a resumed run. */
  close(end: End, manifest?: Manifest): Promise<void>
}
