import type { Budget } from '../core/budget.ts'
import type { PartStore } from '../core/context.ts'
import type { Code } from '../core/errors.ts'
import type { Tenant } from '../core/graph.ts'
import type { Fields, Json } from '../core/json.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import type { Mark, Shard } from '../core/parts.ts'
import type { Outcome, Result } from '../core/result.ts'
import type { KeptInput } from './kept-input.ts'
import type { KeySums } from './run-state.ts'
import type { PhaseRecord, RunRecord, RunStore } from './run-store.ts'

/**
 * `running` its holder lives · `interrupted` stopped, or its holder died, and it can be resumed · `failed` · `done` · `short` ended with less
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
  /** URLs of what else is written: rejects, and the targets of further phases. No part of what makes two runs the same work. */
  readonly alsoWrites?: readonly string[]
  /** Names, in order, where the pipeline makes several plans. @default one, `onlyPhase` */
  readonly phases?: readonly string[]
  /** Of the pipeline's code: a resumed run refuses another one. */
  readonly codeHash: string
  readonly resumable: boolean
  /** True for a run that changes the directory: one at a time per pipeline and tenant. @default false */
  readonly writes?: boolean
  /** One line for a person. */
  readonly summary?: string
}

/** All targets that a run writes to. */
export const writtenBy = ({ target, alsoWrites = [] }: Pick<NewRun, 'target' | 'alsoWrites'>): readonly string[] =>
  target === undefined ? alsoWrites : [target, ...alsoWrites]

/** The error that ended a run. */
export interface RunError {
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
  /** How often it was resumed. */
  readonly resumed: number
  /** Of its last holder. */
  readonly pid: number
  readonly error?: RunError
  readonly manifest?: Manifest
}

/** Ids in the order they came: exact, 16 bytes an id on disk, about 3 in memory. */
export interface IdJournal {
  /** Appends ids; answers for each whether it was new. Ids that are no GUIDs are accepted too. */
  addAll(ids: readonly string[]): boolean[]
  readonly length: number
  /** Of all ids so far. */
  readonly checksum: number
}

/** What a journal of ids is truncated to when a run is resumed, and must match then. */
export interface SavedIds {
  readonly length: number
  readonly checksum: number
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
  /** Given where shards were added since they were saved: all of the run. Loaded by `loadShards`. */
  readonly shards?: readonly Shard[]
  /** The run's journal of ids, where it has one. */
  readonly ids?: SavedIds
  /** Set by the store: what the state on this machine has to match when the run is resumed. */
  readonly sums?: KeySums
}

/** What is about to be committed: a run that dies now is found either published or not (`Sink.published`). */
export interface Committing {
  readonly files: readonly FileFacts[]
  readonly manifest: Manifest
}

/** The phase of a run whose pipeline makes a single plan. */
export const onlyPhase = 'main'

/** The phases of a run, in order. */
export const phasesOf = ({ phases = [onlyPhase] }: Pick<NewRun, 'phases'>): readonly string[] => phases

/** The state of one part of a plan. */
export interface Scope extends PartStore {
  /** Cut `cut` has passed this part: what it writes from now on belongs to the cut after it. Starts at the run's checkpoint, or 0. */
  advance(cut: number): void
}

/** A result to be kept, with the input of its row where that is to be had. */
export interface KeptResult extends Result {
  readonly input?: KeptInput | undefined
}

/** A result that a part settled, and the input of its row. */
export interface SettledResult extends Result {
  readonly input?: Fields | undefined
}

/** A result as the run's file has it. */
export interface StoredResult extends Result {
  readonly phase: string
  /** Ascending in the order of writing, from 1. */
  readonly sequence: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** Which results of a run. */
export interface ResultQuery {
  /** Results after this `sequence`. @default 0 */
  readonly after?: number
  /** @default 1000 */
  readonly limit?: number
  /** @default all */
  readonly outcomes?: readonly Outcome[]
}

/** A `failed` or `unknown` result and the input of its row. */
export interface StoredFailure<Input = KeptInput> {
  readonly result: StoredResult
  /** Orders failures as their rows were read: line, index or ordinal. */
  readonly place: number
  readonly input: Input | undefined
}

/** Which failures of a phase. */
export interface FailureQuery {
  /** The last one of the page before. */
  readonly after?: Pick<StoredFailure<unknown>, 'place' | 'result'>
  /** @default 1000 */
  readonly limit?: number
}

/** Which runs; what is left out does not narrow. */
export interface RunQuery {
  readonly pipeline?: string
  readonly identity?: string
  readonly target?: string
  /** A target: runs that write to it, or to what overlaps it. */
  readonly writesTo?: string
  /** Id of the directory. */
  readonly tenant?: string
  readonly writes?: boolean
  readonly status?: readonly RunStatus[]
  /** The last run of the page before. */
  readonly after?: Pick<RunInfo, 'startedAt' | 'id'>
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

/** A folder of this user on this machine, on a local disk. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string
  /** Absolute path of a sub-folder (`runs`, `sandbox`), made when it is not there, 0700. */
  folder(name: string): string
}

/** A phase of a run that this process holds: what is known of it, and its state on this machine. */
export interface RunPhase extends Omit<PhaseRecord, 'appendResults' | 'readFailures'> {
  /** Secret columns of inputs are sealed. See `PhaseRecord`. */
  appendResults(epoch: number, results: readonly SettledResult[]): Promise<void>
  readFailures(query?: FailureQuery): Promise<readonly StoredFailure<Fields>[]>
  /** State of one part, for example `2.dedupe`. The same object for the same name. */
  scope(name: string): Scope
  /**
   * Opens the phase's one journal of ids as of a checkpoint.
   *
   * @throws EntrapipeError `PARTIAL_CHANGED` when it does not have the ids that were saved
   */
  ids(saved?: SavedIds): IdJournal
}

/** A run that this process holds, until `finish`, `release` or its death. */
export interface Run extends Omit<RunRecord, 'phase'> {
  /** Called for one phase after another. The same object for the same name. */
  phase(name: string): Promise<RunPhase>
}

/** The runs of this user, their state on this machine, and the shared budget. */
export interface Store extends Omit<RunStore, 'create' | 'hold'> {
  readonly folder: StateFolder
  /** Shared by all processes of the machine. */
  readonly budget: Budget
  create(run: NewRun): Promise<Run>
  hold(id: string, alsoWrites?: readonly string[]): Promise<Run>
}
