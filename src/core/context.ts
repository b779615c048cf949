import type { Clock } from './clock.ts'
import type { Columns } from './columns.ts'
import type { Environment } from './environment.ts'
import type { Graph } from './graph.ts'
import type { Fields, Json } from './json.ts'
import type { Completeness, IgnoredRecords } from './manifest.ts'
import type { Result } from './result.ts'

/** Keys a transform has seen, in the run's state on disk: two bytes a key in memory. */
export interface KeySet {
  /** Adds keys; answers for each whether it was new (the second of two equal keys of one call is not). */
  addAll(keys: readonly string[]): boolean[]
}

/** Values by key, in the run's state on disk: two bytes a key in memory. */
export interface KeyMap<V extends Json = Json> {
  setAll(entries: readonly (readonly [key: string, value: V])[]): void
  /** In the order asked; undefined where there is none. */
  getAll(keys: readonly string[]): (V | undefined)[]
}

/**
 * State that grows with the rows. What a part writes carries the cut in which it was written; a resumed run finds what
 * belonged to its cut and nothing newer. A source reads ahead of the cuts, so it has none: what it must know stands in its
 * positions.
 */
export interface PartStore {
  set(name: string): KeySet
  map<V extends Json = Json>(name: string): KeyMap<V>
}

/** What a reader learns about where its rows come from; it goes into the manifest and the trailer. */
export interface Origin {
  readonly tenant?: string
  /** What the writer upstream said of its rows; `unverified` where it said nothing. */
  readonly completeness?: Completeness
  /** The limit that ended the listing upstream. */
  readonly limit?: number
  /** Why it is not complete, in words. */
  readonly why?: string
  /** Records read so far that are not rows. */
  readonly ignored?: readonly IgnoredRecords[]
  /** What a person should know of the input; the same sentence counts once. */
  readonly note?: string
}

/** A part touches the world only through its options and this. */
export interface Context {
  /** Id of the run. */
  readonly run: string
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly environment: Environment
  /** The client of the run's tenant. @throws EntrapipeError `TENANT_MISSING` when the run has none. */
  readonly graph: Graph
  readonly store: PartStore
  /** For a source whose keys are unique: how many different rows this shard has given; after a resume, at least the run. */
  readonly distinct?: (() => number) | undefined
  /** For a sink: the columns of the rows that reach it, where they are known, at the latest when the first row was read. */
  readonly columns?: Columns | undefined
  /**
   * Records what became of a row. A source that refuses a row gives what it could `read` of it, for the file of rejects;
   * where its keys are numbers that rise they also say where the row stood among the others, which a limit has to know.
   */
  settled(result: Result, read?: Fields): void
  /** Records where the rows come from. Later words win. */
  origin(origin: Origin): void
}
