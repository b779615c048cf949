import type { Json } from '../core/json.ts'
import type { Manifest } from '../core/manifest.ts'
import type { Shard } from '../core/parts.ts'
import type { OutcomeCounts } from '../core/result.ts'
import type { LedgerReader, LedgerRecord } from './ledger-types.ts'
import type {
  ChangedQuery,
  ChangedRow,
  Checkpoint,
  Committing,
  FailureQuery,
  KeptResult,
  KeyQuery,
  NewRun,
  PendingQuery,
  PendingRow,
  Pruned,
  ResultQuery,
  RowCounts,
  RowQuery,
  RowResult,
  RunError,
  RunInfo,
  RunQuery,
  RunStatus,
  StoredFailure,
  StoredResult,
} from './types.ts'

/** The record of one phase of a run. A run whose pipeline makes a single plan has one phase, `onlyPhase`. */
export interface PhaseReader {
  /** Returns the last result of each (key, step), in the order written, at most `limit`. An empty list is the end. */
  readResults(query?: ResultQuery): Promise<readonly StoredResult[]>
  /** As `readResults`, in the order of key and step. */
  readByKey(query?: KeyQuery): Promise<readonly StoredResult[]>
  /** Returns the counts of the last result of each (key, step). They are stored, not counted again. */
  countResults(): Promise<OutcomeCounts>
  /**
   * Counts rows whose changes are in the ledger, and those that were rejected before, by reading all of them. A row of several steps is
   * the first of these that any of its steps is: pending, unknown, failed, skipped, done, unchanged.
   */
  countRows(): Promise<RowCounts>
  /** Returns last results that are `failed` or `unknown`, in the order in which their rows were read, with the inputs of the rows. */
  readFailures(query?: FailureQuery): Promise<readonly StoredFailure[]>
  /** Returns what was passed to `saveShards`, also by an earlier holder. */
  loadShards(): Promise<readonly Shard[] | undefined>
  loadCheckpoint(): Promise<Checkpoint | undefined>
  loadCommitting(): Promise<Committing | undefined>
  /** The manifest of a phase that is done. */
  loadEnd(): Promise<Manifest | undefined>
  loadNote(name: string): Promise<Json | undefined>
  /** The changes of the phase, without secrets. */
  ledger(): LedgerReader
}

/**
 * The record of a run. Any process can read it, whether the run is held or not. This half of the store can be a database
 * server: nothing of it is on this machine only.
 */
export interface RunReader {
  /** As `PhaseReader.readResults`, for all phases. */
  readResults(query?: ResultQuery): Promise<readonly StoredResult[]>
  /** Returns the last result of each (key, step) in the order of the rows, of all phases, with the inputs that were kept. */
  readRows(query?: RowQuery): Promise<readonly RowResult[]>
  /** Returns changes that have no result yet, in the order of intake, with the inputs of their rows. */
  readPending(query?: PendingQuery): Promise<readonly PendingRow[]>
  /** Returns the last results of changes that were sent, in the order in which they were recorded. */
  readChanges(query?: ChangedQuery): Promise<readonly ChangedRow[]>
  /** Of all phases. */
  countResults(): Promise<OutcomeCounts>
  loadNote(name: string): Promise<Json | undefined>
  phase(name: string): PhaseReader
}

/** The record of one phase of a run that this process holds. Writes take effect in the order of the calls. */
export interface PhaseRecord extends Omit<PhaseReader, 'ledger'> {
  /** The changes of the phase. Secrets are sealed. */
  ledger(): LedgerRecord
  saveShards(shards: readonly Shard[]): Promise<void>
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>
  /**
   * Rewinds to the last checkpoint and returns it. Everything of its epoch or later is deleted, and any `Committing`. Without a
   * checkpoint everything is deleted, including the shards. Called before any `scope`.
   */
  rewind(): Promise<Checkpoint | undefined>
  /** Adds results in one transaction. `epoch` is the last cut that had passed when they were settled, 0 before the first. */
  appendResults(epoch: number, results: readonly KeptResult[]): Promise<void>
  saveCommitting(committing: Committing): Promise<void>
  /** Marks the phase as done. A resumed run skips it. */
  saveEnd(manifest: Manifest): Promise<void>
  /** Small values by name. They are not rewound. */
  saveNote(name: string, value: Json): Promise<void>
}

/** The record of a run that this process holds. */
export interface RunRecord extends Omit<RunReader, 'phase'> {
  readonly id: string
  /** The run as it was when it was acquired. */
  readonly info: RunInfo
  /**
   * Checks that no other process can hold the run yet. Called immediately before the bytes of a request are written, with nothing
   * awaited in between. A store whose lock ends with the process has nothing to check.
   *
   * @throws EntrapipeError `LEASE_LOST` (facts: run)
   */
  expectHeld(): void
  /** Aborts, with `LEASE_LOST`, when another process holds the run, or may. */
  readonly lost?: AbortSignal
  /** Grows with each holder, in a store that several machines share. */
  readonly token?: number
  phase(name: string): PhaseRecord
  /** Small values by name. */
  saveNote(name: string, value: Json): Promise<void>
  /**
   * Records that the run has failed and can never be resumed, before its output is removed. The run is still held. If its
   * process dies now, the run is `failed`.
   */
  saveOver(end?: { readonly manifest?: Manifest; readonly error?: RunError }): Promise<void>
  /**
   * Ends the run and releases it. Afterwards keys and ids are deleted unless it can be resumed. `isOver` means that it never
   * can. `mayBeRetried` keeps the databases that its phases share.
   */
  finish(
    status: Exclude<RunStatus, 'running' | 'discarded' | 'superseded'>,
    end?: {
      readonly manifest?: Manifest
      readonly error?: RunError
      readonly isOver?: boolean
      readonly mayBeRetried?: boolean
    },
  ): Promise<void>
  /** Releases the run before its end. Its status is `interrupted`, or `failed` if it can never be resumed. */
  release(): Promise<void>
}

/** The records of all runs, and their holders. */
export interface RunStore {
  /**
   * Creates a run and holds it.
   *
   * @throws EntrapipeError `RUN_ACTIVE` (facts: run, pid) when a run in progress has the same identity or writes to the same
   *   place, or both write to the same tenant with the same pipeline
   */
  create(run: NewRun): Promise<RunRecord>
  /**
   * Acquires a run that no process holds, to resume it.
   *
   * @param again also a run that changes the directory and has ended: its rows are sent or decided again
   * @param alsoWrites see `NewRun`; its rejects may be written to another place from now on
   * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_ACTIVE` as `create`, `RUN_NOT_RESUMABLE` when it has ended finally
   */
  hold(id: string, alsoWrites?: readonly string[], again?: boolean): Promise<RunRecord>
  /** Returns the newest run of this identity, if it is resumable and `interrupted` or `failed`. */
  findUnfinished(identity: string): Promise<RunInfo | undefined>
  /** Newest first. */
  list(query?: RunQuery): Promise<readonly RunInfo[]>
  /** Returns a run by id, or by the prefix of an id. @throws EntrapipeError `RUN_UNKNOWN` when none or several match */
  get(id: string): Promise<RunInfo>
  /**
   * Reads a run, whether it is held or not. `run` is only valid until the promise of `look` settles.
   *
   * @throws EntrapipeError `RUN_UNKNOWN`, also for a discarded run that did not change the directory
   */
  read<T>(id: string, look: (run: RunReader) => T | Promise<T>): Promise<T>
  /**
   * Changes the record of a run that no process holds, without resuming it.
   *
   * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_ACTIVE`
   */
  alter<T>(
    id: string,
    work: (run: Omit<RunReader, 'phase'> & Pick<RunRecord, 'phase' | 'saveNote'>) => Promise<T>,
  ): Promise<T>
  /**
   * Deletes the record of a run and its state. The record of a run that changes the directory is kept until it is pruned: the run
   * only ends finally.
   *
   * @param remove removes its output. Meanwhile the run is held. If it throws, the run is as it was before. If the process dies,
   *   the run is `failed`, cannot be resumed, and can be discarded again.
   * @throws EntrapipeError `RUN_ACTIVE`, `RUN_UNKNOWN`; `RUN_UNDECIDED` while changes are sent. The run is then as before.
   */
  discard(id: string, remove?: (run: RunInfo) => Promise<void>): Promise<void>
  /**
   * Ends an unfinished run finally, because a newer one does its work. What is left is as after `discard`.
   *
   * @param error why, for those who look at the run
   * @param work decides its rows and removes its output, as `remove` of `discard`
   * @throws EntrapipeError `RUN_ACTIVE`, `RUN_UNKNOWN`
   */
  supersede(
    id: string,
    error: RunError,
    work: (run: RunInfo, phase: RunRecord['phase']) => Promise<void>,
  ): Promise<void>
  /** Records when the next rows of a run are due that wait for their time; undefined if none wait any more. */
  saveDue(id: string, dueMs: number | undefined): Promise<void>
  /** Deletes old runs; see `store/prune.ts`. */
  prune(olderThanMs?: number): Promise<Pruned>
  /** Closes the store. Called after its runs are released. */
  close(): Promise<void>
}
