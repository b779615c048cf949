import type { Json } from '../core/json.ts'
import type { Manifest } from '../core/manifest.ts'
import type { Shard } from '../core/parts.ts'
import type { OutcomeCounts } from '../core/result.ts'
import type {
  Checkpoint,
  Committing,
  FailureQuery,
  KeptResult,
  NewRun,
  Pruned,
  ResultQuery,
  RunError,
  RunInfo,
  RunQuery,
  RunStatus,
  StoredFailure,
  StoredResult,
} from './types.ts'

/** What is known of one phase of a run. A run whose pipeline makes a single plan has one, `onlyPhase`. */
export interface PhaseReader {
  /** The last result of each (key, step), in the order written, at most `limit`; an empty answer is the end. */
  readResults(query?: ResultQuery): Promise<readonly StoredResult[]>
  /** Of the last result of each (key, step). The counts are kept, not counted again. */
  countResults(): Promise<OutcomeCounts>
  /** Last results that are `failed` or `unknown`, in the order in which their rows were read, with the inputs of these. */
  readFailures(query?: FailureQuery): Promise<readonly StoredFailure[]>
  /** What `saveShards` was given, also by an earlier holder. */
  loadShards(): Promise<readonly Shard[] | undefined>
  loadCheckpoint(): Promise<Checkpoint | undefined>
  loadCommitting(): Promise<Committing | undefined>
  /** The manifest of a phase that is done. */
  loadEnd(): Promise<Manifest | undefined>
  loadNote(name: string): Promise<Json | undefined>
}

/**
 * What is known of a run, for anyone to read while the run is held or not. This half of the store may be a database
 * server: nothing of it is on this machine alone.
 */
export interface RunReader {
  /** Of all phases, as `PhaseReader.readResults`. */
  readResults(query?: ResultQuery): Promise<readonly StoredResult[]>
  /** Of all phases. */
  countResults(): Promise<OutcomeCounts>
  loadNote(name: string): Promise<Json | undefined>
  phase(name: string): PhaseReader
}

/** What is known of one phase of a run that this process holds. Calls that write take effect in the order they are made. */
export interface PhaseRecord extends PhaseReader {
  saveShards(shards: readonly Shard[]): Promise<void>
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>
  /**
   * Rewinds to the last checkpoint and answers with it: what was written in its epoch or later is deleted, and so is a
   * `Committing`. Without a checkpoint everything is, the shards too. Called before any `scope`.
   */
  rewind(): Promise<Checkpoint | undefined>
  /** One transaction. `epoch`: the last cut that had passed where they were settled, 0 before the first. */
  appendResults(epoch: number, results: readonly KeptResult[]): Promise<void>
  saveCommitting(committing: Committing): Promise<void>
  /** The phase is done: a resumed run passes it over. */
  saveEnd(manifest: Manifest): Promise<void>
  /** Small values by name. Not rewound. */
  saveNote(name: string, value: Json): Promise<void>
}

/** What is known of a run that this process holds. */
export interface RunRecord extends Omit<RunReader, 'phase'> {
  readonly id: string
  /** As of when the run was acquired. */
  readonly info: RunInfo
  phase(name: string): PhaseRecord
  /** Small values by name. */
  saveNote(name: string, value: Json): Promise<void>
  /**
   * Ends the run and releases it. Keys and ids are deleted unless it can be resumed; `isOver` says that it never can.
   */
  finish(
    status: Exclude<RunStatus, 'running' | 'discarded'>,
    end?: { readonly manifest?: Manifest; readonly error?: RunError; readonly isOver?: boolean },
  ): Promise<void>
  /** Releases the run without an end: it is `interrupted`, or `failed` when it can never be resumed. */
  release(): Promise<void>
}

/** All runs: what is known of them, and who holds them. */
export interface RunStore {
  /**
   * Makes a run and holds it.
   *
   * @throws EntrapipeError `RUN_ACTIVE` (facts: run, pid) when a living run has the same identity or writes to the same
   *   place, or both write with one pipeline to one tenant
   */
  create(run: NewRun): Promise<RunRecord>
  /**
   * Acquires a run that nobody holds, to resume it.
   *
   * @param alsoWrites see `NewRun`: its rejects may go to another place from now on
   * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_ACTIVE` as `create`, `RUN_NOT_RESUMABLE` when it has ended for good
   */
  hold(id: string, alsoWrites?: readonly string[]): Promise<RunRecord>
  /** The newest run of this identity, when it is resumable and `interrupted` or `failed`. */
  findUnfinished(identity: string): Promise<RunInfo | undefined>
  /** Newest first. */
  list(query?: RunQuery): Promise<readonly RunInfo[]>
  /** By id, or by the beginning of one. @throws EntrapipeError `RUN_UNKNOWN` when none or several have it */
  get(id: string): Promise<RunInfo>
  /**
   * Reads a run, whoever holds it. `run` is only valid until what `look` returns is settled.
   *
   * @throws EntrapipeError `RUN_UNKNOWN`, also when it was discarded
   */
  read<T>(id: string, look: (run: RunReader) => T | Promise<T>): Promise<T>
  /**
   * Deletes what is known of a run, and its state. What its sink left is the engine's to remove, before.
   *
   * @throws EntrapipeError `RUN_ACTIVE`, `RUN_UNKNOWN`
   */
  discard(id: string): Promise<void>
  /** Deletes what ended long ago; see `store/prune.ts`. */
  prune(olderThanMs?: number): Promise<Pruned>
  /** Called after its runs are released. */
  close(): Promise<void>
}
