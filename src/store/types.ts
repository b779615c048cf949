import type { Budget } from '../core/budget.ts'
import type { PartStore } from '../core/context.ts'
import type { Code } from '../core/errors.ts'
import type { Tenant } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import type { Mark, Shard } from '../core/parts.ts'
import type { Outcome, Result } from '../core/result.ts'
import type { Key } from '../core/row.ts'

/**
 * `running` its holder lives · `interrupted` stopped, or its holder died, and it can be gone on with · `failed` · `done` · `short` ended with less
 * than there is · `discarded` its file is gone, its line in the index stays until it is pruned.
 */
export type RunStatus = 'running' | 'interrupted' | 'failed' | 'done' | 'short' | 'discarded'

/** What two runs have in common that are the same work. */
export interface RunIdentity {
  readonly pipeline: string
  readonly params: Json
  /** Id of the directory. */
  readonly tenant?: string
  /** URL of what is written (see `Destination.target`). */
  readonly target?: string
  readonly inputHash?: string
}

/** A run that is about to begin. */
export interface NewRun extends Omit<RunIdentity, 'tenant'> {
  readonly tenant?: Tenant
  /** URL of where the rejects are written: no part of what makes two runs the same work. */
  readonly rejects?: string
  /** Of the pipeline's code: a resumed run refuses another one. */
  readonly codeHash: string
  readonly resumable: boolean
  /** True for a run that changes the directory: one at a time per pipeline and tenant. @default false */
  readonly writes?: boolean
  /** One line for a person. */
  readonly summary?: string
}

interface RunError {
  readonly code: Code
  readonly message: string
  readonly fix?: string
}

/** A run as the index has it. Times are milliseconds since 1970. */
export interface RunInfo extends NewRun {
  readonly id: string
  readonly identity: string
  readonly status: RunStatus
  readonly startedAt: number
  readonly endedAt?: number
  /** How often it was gone on with. */
  readonly resumed: number
  /** Of its last holder. */
  readonly pid: number
  readonly error?: RunError
  readonly manifest?: Manifest
}

/** All of a cut, saved in one transaction. Every map is replaced as a whole; a shard’s absence means no position yet. */
export interface Checkpoint {
  /** From 1 on. */
  readonly cut: number
  /** By shard. Positions that are the same object as in the checkpoint before are not written again. */
  readonly positions: Readonly<Record<string, Json>>
  /** What transforms saved, by scope. */
  readonly states: Readonly<Record<string, Json>>
  readonly mark?: Mark
  readonly counters: Readonly<Record<string, number>>
}

/** What is about to be committed: a run that dies now is found either published or not (`Sink.published`). */
export interface Committing {
  readonly files: readonly FileFacts[]
  readonly manifest: Manifest
}

/** The state of one part of a plan. */
export interface Scope extends PartStore {
  /** Cut `cut` has passed this part: what it writes from now on belongs to the cut after it. Starts at the run's checkpoint, or 0. */
  advance(cut: number): void
}

/** A result as the run's file has it. */
export interface StoredResult extends Result {
  /** Ascending in the order of writing, from 1. */
  readonly sequence: number
  /** ISO 8601, UTC. */
  readonly at: string
}

interface ResultQuery {
  /** Results after this `sequence`. @default 0 */
  readonly after?: number
  /** @default 1000 */
  readonly limit?: number
  /** @default all */
  readonly outcomes?: readonly Outcome[]
}

/** Reads the results of a run, also while it goes on. */
export interface ReadResults {
  /** The last result of each (key, step), in the order written, at most `limit`; an empty answer is the end. */
  readResults(query?: ResultQuery): readonly StoredResult[]
  /** Of the last result of each (key, step). */
  countResults(): Readonly<Record<Outcome, number>>
}

/** A run that this process holds, until `finish`, `release` or its death. */
export interface Run extends RunReader {
  readonly id: string
  /** As of when it was taken hold of. */
  readonly info: RunInfo
  saveShards(shards: readonly Shard[]): void
  saveCheckpoint(checkpoint: Checkpoint): void
  /**
   * Goes back to the last checkpoint and answers with it: results, keys and values written in its epoch or later are
   * deleted, a `Committing` is forgotten. Without a checkpoint everything is, the shards too. Before any `scope`.
   */
  rewind(): Checkpoint | undefined
  /** State of one part, for example `2.dedupe`. The same object for the same name. */
  scope(name: string): Scope
  /** One transaction. `epoch`: the last cut that had passed who wrote them, 0 before the first. */
  appendResults(epoch: number, results: readonly Result[]): void
  saveCommitting(committing: Committing): void
  /** Small values by name, for whoever needs to remember something about the run. Not cut back. */
  saveNote(name: string, value: Json): void
  /** Ends the run and lets go of it. Keys and ids are deleted unless it can be gone on with. */
  finish(
    status: Exclude<RunStatus, 'running' | 'discarded'>,
    end?: { readonly manifest?: Manifest; readonly error?: RunError },
  ): void
  /** Lets go of it without an end: it is `interrupted`, or `failed` when it can never be gone on with. */
  release(): void
}

/** Which runs; what is left out does not narrow. */
export interface RunQuery {
  readonly pipeline?: string
  readonly identity?: string
  readonly target?: string
  /** A target: runs whose target or rejects overlap it. */
  readonly writesTo?: string
  /** Id of the directory. */
  readonly tenant?: string
  readonly writes?: boolean
  readonly status?: readonly RunStatus[]
  /** @default all */
  readonly limit?: number
}

/** What `prune` did. */
export interface Pruned {
  /** Ids of the runs that are gone. */
  readonly pruned: readonly string[]
  /** Unfinished runs just as old. They stay: their sinks have partials that only a discard removes. */
  readonly unfinished: readonly RunInfo[]
}

/** What anyone may look at, while the run is held or not. */
export interface RunReader extends ReadResults {
  /**
   * The last results, `failed` or `unknown`, of these rows and of the rows made from them (`key/0`), by the key asked for;
   * a key without any is not in the answer. In the order of their own keys, then of their steps.
   */
  failuresOf(keys: readonly Key[]): ReadonlyMap<Key, readonly StoredResult[]>
  /** What `saveShards` was given, also by an earlier holder. */
  loadShards(): readonly Shard[] | undefined
  loadCheckpoint(): Checkpoint | undefined
  loadCommitting(): Committing | undefined
  loadNote(name: string): Json | undefined
}

/** A folder of this user on this machine, on a local disk. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string
  /** Absolute path of a sub-folder (`runs`, `sandbox`), made when it is not there, 0700. */
  folder(name: string): string
}

/** The state of this user on this machine: runs, what they left, and the shared budget. */
export interface Store {
  readonly folder: StateFolder
  /** Shared by all processes of the machine. */
  readonly budget: Budget
  /**
   * Makes a run and holds it.
   *
   * @throws EntrapipeError `RUN_ACTIVE` (facts: run, pid) when a living run has the same identity, target or rejects, or
   *   both write with one pipeline to one tenant
   */
  create(run: NewRun): Run
  /**
   * Takes hold of a run that nobody holds, to go on with it.
   *
   * @param rejects where its rejects go from now on: it may have begun with another place, or none
   * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_ACTIVE` as `create`, `RUN_NOT_RESUMABLE` when it has ended for good
   */
  hold(id: string, rejects?: string): Run
  /** The newest run of this identity, when it is resumable and `interrupted` or `failed`. */
  findUnfinished(identity: string): RunInfo | undefined
  /** Newest first. */
  list(query?: RunQuery): readonly RunInfo[]
  /** By id, or by the beginning of one. @throws EntrapipeError `RUN_UNKNOWN` when none or several have it */
  get(id: string): RunInfo
  /**
   * Looks into a run, whoever holds it. Its file stays open until `look` has returned, and what it returns, if that is a
   * promise, is settled.
   *
   * @throws EntrapipeError `RUN_UNKNOWN`, also when it was discarded
   */
  read<T>(id: string, look: (run: RunReader) => T): T
  /** Deletes a run's file and state. What its sink left is the engine's to remove, before. @throws EntrapipeError `RUN_ACTIVE`, `RUN_UNKNOWN` */
  discard(id: string): void
  /** Deletes what has ended long ago; see `store/prune.ts`. */
  prune(olderThanMs?: number): Pruned
  /** Gives back what was leased from the budget. After its runs have been let go of. */
  close(): void
}
