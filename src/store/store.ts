import type { Budget } from '../core/budget.ts'
import type { Fields } from '../core/json.ts'
import type { PhaseRecord, RunRecord, RunStore } from './run-store.ts'
import type {
  FailureQuery,
  IdJournal,
  NewRun,
  SavedIds,
  Scope,
  SettledResult,
  StateFolder,
  StoredFailure,
} from './types.ts'

/** A phase of a run that this process holds: its record, and its state on this machine. */
export interface RunPhase extends Omit<PhaseRecord, 'appendResults' | 'readFailures'> {
  /** Secret columns of inputs are sealed. See `PhaseRecord`. */
  appendResults(epoch: number, results: readonly SettledResult[]): Promise<void>
  readFailures(query?: FailureQuery): Promise<readonly StoredFailure<Fields>[]>
  /** Returns the state of one part, for example `2.dedupe`. The same name gives the same object. */
  scope(name: string): Scope
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
}

/** The runs of this user, their state on this machine, and the shared budget. */
export interface Store extends Omit<RunStore, 'create' | 'hold'> {
  readonly folder: StateFolder
  /** All processes of the machine share it. */
  readonly budget: Budget
  create(run: NewRun): Promise<Run>
  hold(id: string, alsoWrites?: readonly string[]): Promise<Run>
}
