import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from './clock.ts'
import type { Columns } from './columns.ts'
import type { Environment } from './environment.ts'
import type { Graph } from './graph.ts'
import type { Fields, Json } from './json.ts'
import type { Completeness, DifferenceCounts, IgnoredRecords } from './manifest.ts'
import type { DueRow } from './due-row.ts'
import type { OperationRow, Undone } from './operation.ts'
import type { Outcome, Result } from './result.ts'
import type { Row } from './row.ts'
import type { Sorter } from './sorted.ts'

/** Keys that a transform has seen, in the run's state on disk: two bytes per key in memory. */
export interface KeySet {
  /** Adds keys. Returns for each whether it was new; of equal keys in one call, only the first is. */
  addAll(keys: readonly string[]): boolean[]
}

/** Values by key, in the run's state on disk: two bytes per key in memory. */
export interface KeyMap<V extends Json = Json> {
  setAll(entries: readonly (readonly [key: string, value: V])[]): void
  /** Returns the values in the order of the keys; undefined for a key without one. */
  getAll(keys: readonly string[]): (V | undefined)[]
}

/**
 * State that grows with the rows. Everything that a part writes belongs to a cut. A resumed run finds the state of its cut and
 * nothing newer. A source reads ahead of the cuts, so it has no such state: its positions contain what it needs. Databases are apart
 * from this.
 */
export interface PartStore {
  set(name: string, options?: KeyOptions): KeySet
  map<V extends Json = Json>(name: string, options?: KeyOptions): KeyMap<V>
  /**
   * An SQLite file of the run that its phases share, readable by its owner only. What is in it is not encrypted. It belongs to no cut: it is emptied when the phase that
   * first opened it starts over, so that phase must not resume from a checkpoint. It is deleted when the run has ended. If changes
   * failed that may be retried, it stays until a newer run supersedes the run, or the run is pruned. Sources may use it: what they write
   * is flushed to disk before the next checkpoint is saved.
   *
   * @param name lower-case letters, digits and hyphens
   * @param versions statements that migrate the file from each version to the next, starting with an empty file
   * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`, `PIPELINE_INVALID` for tables with a column of secrets, by its name
   */
  database(name: string, versions: readonly string[]): PartDatabase
  /** Opens an empty sort. It is not kept with a cut: a run that is resumed sorts again, so a source may sort, too. */
  sorter(name: string): Sorter
}

/** An open SQLite file. It is closed with the run. Its page cache holds 16 MB. */
export interface PartDatabase {
  readonly sql: Pick<DatabaseSync, 'prepare' | 'exec' | 'function'>
  /** Runs `work` in one transaction, which is rolled back if it throws. */
  write<T>(work: () => T): T
  /** Runs `work` on a single snapshot. */
  read<T>(work: () => T): T
}

/** What became of a step of a row. */
export type PhaseResult = Pick<Result, 'key' | 'step' | 'operation' | 'outcome' | 'id' | 'code'>

/** A change that an earlier phase took in, and what became of it, if it is settled. */
export interface PhaseChange extends Pick<Result, 'key' | 'step'> {
  /** Names that its row gave are ids, and its secrets are left out. */
  readonly row: OperationRow
  readonly outcome?: Outcome | undefined
  /** When it was first sent, by the clock of this machine, in milliseconds since 1970. */
  readonly sentMs?: number | undefined
}

/** How keys and their values are stored. */
export interface KeyOptions {
  /** Whether keys or values may be secrets: keys are then stored as keyed hashes, values encrypted. @default false */
  readonly secret?: boolean
}

/** What a source knows about the origin of its rows. It is written to the manifest and the trailer. */
export interface Origin {
  readonly tenant?: string
  /** Completeness as reported upstream; `unverified` if nothing was reported. */
  readonly completeness?: Completeness
  /** The limit that ended the listing upstream. */
  readonly limit?: number
  /** Why it is not complete, as a sentence. */
  readonly why?: string
  /** The filters that chose the rows upstream, as text: equal texts choose alike. Absent if all were read. */
  readonly chosenBy?: string
  /** Records read so far that are not rows. */
  readonly ignored?: readonly IgnoredRecords[]
  /** How two inputs differ, if the rows are their differences. */
  readonly differences?: DifferenceCounts
  /** A note about the input for the user. Equal notes are reported once. */
  readonly note?: string
}

/** What a part does while no rows come from it. */
export interface Doing {
  /** In words: `reading users`. */
  readonly what: string
  /** How many of them so far. */
  readonly done?: number
}

/** Everything that a part uses besides its options. */
export interface Context {
  /** Id of the run. */
  readonly run: string
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly environment: Environment
  /** The client of the run's tenant. @throws EntrapipeError `TENANT_MISSING` when the run has none. */
  readonly graph: Graph
  readonly store: PartStore
  /** Whether the changes of the run are only shown, and none is sent. */
  readonly dryRun: boolean
  /**
   * An SQLite file of the run's tenant that survives runs, readable by its owner only. Only `runs forget` removes it. A dry run must not write to it.
   * Other runs of the tenant may have it open at the same time.
   *
   * @param name lower-case letters, digits and hyphens
   * @param versions as for `PartStore.database`
   * @throws EntrapipeError `TENANT_MISSING` when the run has none, `STORE_UNUSABLE`, `DISK_FULL`, `PIPELINE_INVALID` as `PartStore.database`
   */
  lasting(name: string, versions: readonly string[]): PartDatabase
  /** For a source with unique keys: the number of different rows of this shard; after a resume, at least of this run. */
  readonly distinct?: (() => number) | undefined
  /** For a source with unique keys: whether the rows with these keys were read in this run, in any shard. */
  readonly wasRead?: ((keys: readonly string[]) => readonly boolean[]) | undefined
  /** For a source: whether nothing but the sink reads its rows, so that they may stay unparsed (`core/json-rows.ts`). */
  readonly unparsed?: boolean | undefined
  /** For a sink: the columns of its rows, if they are known when the first row is read. */
  readonly columns?: Columns | undefined
  /**
   * Records the result of a row that the part does not pass on. A row has one result, or one per step. A source that rejects a
   * row passes what it could `read` of it, for the file of rejects. If its keys are increasing numbers, they give the position
   * of the row among the others, which a limit needs.
   */
  settled(result: Result, read?: Fields): void
  /**
   * Reads the changes that undo those of an earlier run, last change first.
   *
   * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_UNDECIDED`, `OPTION_INVALID`; see `sources/undo`
   */
  undoing(run: string, phase?: string): AsyncIterable<readonly Row<Undone>[]>
  /**
   * Tells that this run undoes an earlier one: what waits there for its time is not made any more. Called before the first row. A dry run, and a
   * run that another store has, are left as they are.
   */
  undoes(run: string): Promise<void>
  /**
   * Reads the rows of another run that wait for a time, in the order of its input.
   *
   * @param dueMs milliseconds since 1970
   * @throws EntrapipeError `RUN_UNKNOWN`, `OPTION_INVALID`; see `sources/due`
   */
  due(run: string, dueMs: number): AsyncIterable<readonly Row<DueRow>[]>
  /**
   * Reads what became of the rows of an earlier phase of this run, in the order of key and step: numbers, then texts by their UTF-8
   * bytes.
   *
   * @throws EntrapipeError `PIPELINE_INVALID` if no earlier phase has this name
   */
  results(phase: string): AsyncIterable<readonly PhaseResult[]>
  /** Tells what a source does before its first row, for the progress that is shown. The last one counts. */
  doing(doing: Doing): void
  /** Keeps a small value with the run, and tells it to who waits for the run. Replaces the value of the same name. */
  tell(name: string, value: Json): Promise<void>
  /**
   * Reads the changes that an earlier phase of this run took in, in the order of its rows. A row that failed before is only in its
   * results. In a dry run, those that would be sent have no outcome.
   *
   * @throws EntrapipeError `PIPELINE_INVALID` if no earlier phase has this name
   */
  changes(phase: string): AsyncIterable<readonly PhaseChange[]>
  /**
   * Resolves once the directory shows what this store wrote lately about objects with these names: ids, user principal names, and
   * names of other objects as `namedAs` writes them. In a run that changes nothing it resolves at once.
   *
   * @param names @default everything that this store wrote
   */
  untilShown(names?: readonly string[]): Promise<void>
  /**
   * Records the origin of the rows. Later values replace earlier ones, but a run is only as complete as the worst of its shards. A
   * transform records the completeness of an input that it reads, once: the run is at most as complete as that input.
   */
  origin(origin: Origin): void
}
