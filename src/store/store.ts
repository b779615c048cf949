import type { Budget } from '../core/budget.ts'
import type { PartDatabase, PartStore } from '../core/context.ts'
import type { Fields } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Key } from '../core/row.ts'
import type { Audit } from './audit.ts'
import type { LastWrites, LastWritesOptions } from './last-writes.ts'
import type { Ledger } from './ledger-types.ts'
import type { LastingFile } from './part-databases.ts'
import type { PhaseRecord, RunReader, RunRecord, RunStore } from './run-store.ts'
import type {
  FailureQuery,
  IdJournal,
  NewRun,
  RowResult,
  SavedIds,
  Scope,
  SettledResult,
  StateFolder,
  StoredFailure,
} from './types.ts'

/** A phase of a run that this process holds: its record, and its state on this machine. */
export interface RunPhase extends Omit<PhaseRecord, 'appendResults' | 'readFailures' | 'ledger'> {
  /** The changes of the phase. Secrets are sealed and opened. */
  ledger(): Ledger
  /** Secret columns of inputs are sealed. See `PhaseRecord`. */
  appendResults(epoch: number, results: readonly SettledResult[]): Promise<void>
  readFailures(query?: FailureQuery): Promise<readonly StoredFailure<Fields>[]>
  /** Returns the state of one part, for example `2.dedupe`. The same name gives the same object. */
  scope(name: string): Scope
  /** Opens a database that the phases of the run share; see `PartStore.database`. */
  readonly database: PartStore['database']
  /**
   * Opens the phase's journal of ids at a checkpoint.
   *
   * @throws EntrapipeError `PARTIAL_CHANGED` when its ids are not those that were saved
   */
  ids(saved?: SavedIds): IdJournal
}

/** A run that this process holds until `finish`, `release` or its death. */
export interface Run extends Omit<RunRecord, 'phase'> {
  /** Opens a phase. Phases are opened one after the other. The same name gives the same object. */
  phase(name: string): Promise<RunPhase>
  /**
   * Copies the databases that the phases of another run share, before any of this one is opened. That run stays as it is.
   *
   * @throws EntrapipeError `RUN_ACTIVE` if a process holds that run and may write to them
   */
  copyDatabases(from: string): Promise<void>
}

/** A run of this machine, held or not. */
export interface StoreReader extends RunReader {
  /**
   * Decrypts the input of a row.
   *
   * @throws EntrapipeError `STORE_UNUSABLE` when the key of the run is missing, and the input has secrets
   */
  openInput(row: RowResult): Fields | undefined
  /**
   * Decrypts the input of the row with this key; undefined if it has no result, or its input was not kept. Throws as `openInput`.
   *
   * @param phase @default the only one; undefined is returned if there are several
   */
  inputOf(key: Key, phase?: string): Promise<Fields | undefined>
  /** Opens the secrets of a change; undefined if it has none. @param phase as for `inputOf` */
  openSecrets(key: Key, step: number, phase?: string): Promise<Values | undefined>
}

/** A run that is changed without being resumed. */
export interface AlteredRun extends StoreReader, Pick<RunRecord, 'saveNote'> {
  /** See `Ledger.endWaiting`. */
  endWaiting(phase: string, ...of: Parameters<Ledger['endWaiting']>): Promise<number>
  /** See `Ledger.destroySecrets`. */
  destroySecrets(phase: string, ordinals: readonly number[]): Promise<void>
}

/** The runs of this user, their state on this machine, and the shared budget. */
export interface Store extends Omit<RunStore, 'create' | 'hold' | 'read' | 'alter'> {
  readonly folder: StateFolder
  /** All processes of the machine share it. */
  readonly budget: Budget
  /** What was changed in directories. `prune` and `discard` leave it unchanged. */
  readonly audit: Audit
  create(run: NewRun): Promise<Run>
  hold(id: string, alsoWrites?: readonly string[], again?: boolean): Promise<Run>
  read<T>(id: string, look: (run: StoreReader) => T | Promise<T>): Promise<T>
  /** Opens a database of a tenant that survives runs; see `Context.lasting`. `prune` and `discard` leave it unchanged. */
  lasting(tenant: string, name: string, versions: readonly string[]): PartDatabase
  /** The databases of tenants that exist. */
  lastingFiles(): readonly LastingFile[]
  /** Removes one of them. @throws EntrapipeError `RUN_ACTIVE` while a run is in progress, which may use it */
  forget(file: LastingFile): Promise<void>
  alter<T>(id: string, work: (run: AlteredRun) => Promise<T>): Promise<T>
  /**
   * Removes the databases of a run that has ended and will not be retried.
   *
   * @throws EntrapipeError `RUN_ACTIVE`
   */
  removeDatabases(id: string): Promise<void>
  /** Tells when this store last wrote something to a tenant. What was written lately may not be shown yet. */
  lastWrites(options: LastWritesOptions): LastWrites
}
