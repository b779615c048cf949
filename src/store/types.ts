import type { PartStore } from '../core/context.ts'
import type { Code } from '../core/errors.ts'
import type { Tenant } from '../core/graph.ts'
import type { Fields, Json } from '../core/json.ts'
import type { TextBytes } from '../core/json-rows.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import type { Mark, Shard } from '../core/parts.ts'
import type { Outcome, OutcomeCounts, Result } from '../core/result.ts'
import type { KeptInput } from './kept-input.ts'
import type { KeySums } from './key-sum.ts'
import type { Entry } from './ledger-types.ts'

/**
 * `running` its process is alive · `interrupted` stopped, or its process died, and it can be resumed · `failed` · `done` · `short`
 * ended with fewer rows than exist · `discarded` its file is removed; its line in the index stays until it is pruned, and so does
 * the record of a run that changes the directory · `superseded` as discarded, because a newer run does its work with a newer input.
 */
export type RunStatus = 'running' | 'interrupted' | 'failed' | 'done' | 'short' | 'discarded' | 'superseded'

/** Whether an unfinished run was given up: it is never resumed. */
export const isGivenUp = ({ status }: { readonly status: RunStatus }): boolean =>
  status === 'discarded' || status === 'superseded'

/** The identity of a run. Runs with equal identities are the same work. */
export interface RunIdentity {
  readonly pipeline: string
  readonly params: Json
  /** Id of the directory. */
  readonly tenant?: string
  /** URL of the output (see `Destination.target`). */
  readonly target?: string
  readonly inputHash?: string
}

/** A run that is about to start. */
export interface NewRun extends Omit<RunIdentity, 'tenant'> {
  readonly tenant?: Tenant
  /** URLs of further outputs: rejects, and the targets of further phases. They are not part of the identity. */
  readonly alsoWrites?: readonly string[]
  /** Names in order, if the pipeline makes several plans. @default one, `onlyPhase` */
  readonly phases?: readonly string[]
  /** Hash of the pipeline's code. A run is not resumed with another one. */
  readonly codeHash: string
  readonly resumable: boolean
  /** Whether the run changes the directory: only one at a time per pipeline and tenant. @default false */
  readonly writes?: boolean
  /** The run of which this one reads a shard. Such a run is seen only by those who ask for it, and is removed with the other one. */
  readonly shareOf?: string
}

/** All targets that a run writes to. */
export const writtenBy = ({ target, alsoWrites = [] }: Pick<NewRun, 'target' | 'alsoWrites'>): readonly string[] =>
  target === undefined ? alsoWrites : [target, ...alsoWrites]

/** The error that ended a run. */
export interface RunError {
  readonly code: Code
  readonly message: string
  readonly fix?: string
  /** Numbers and names that the advice about the run needs. */
  readonly facts?: { readonly [name: string]: Json | undefined }
}

/** A run as recorded in the index. Times are milliseconds since 1970. */
export interface RunInfo extends NewRun {
  readonly id: string
  readonly identity: string
  readonly status: RunStatus
  readonly startedAt: number
  readonly endedAt?: number
  /** How often it was resumed. */
  readonly resumed: number
  /** Id of the process that held it last. */
  readonly pid: number
  /** The worker that held it last, in a store that several machines share. */
  readonly worker?: string
  readonly error?: RunError
  readonly manifest?: Manifest
  /** When the first of its rows is due that wait for their time. */
  readonly dueAt?: number
}

/** Ids in the order they came: exact, 16 bytes per id on disk, about 3 in memory. */
export interface IdJournal {
  /** Appends ids. Returns for each whether it was new. Ids need not be GUIDs. */
  addAll(ids: readonly string[]): boolean[]
  /** As `addAll`, for ids that are bytes. Returns undefined if all were new. */
  addBytes(ids: TextBytes): readonly boolean[] | undefined
  /** Returns for each id whether it is in the journal. Adds nothing. */
  hasAll(ids: readonly string[]): boolean[]
  readonly length: number
  /** Checksum of all ids so far. */
  readonly checksum: number
}

/** The length to which a journal of ids is truncated when a run is resumed, and its checksum. */
export interface SavedIds {
  readonly length: number
  readonly checksum: number
  /** Rows since the position of each shard. A resumed run reads them again. */
  readonly sincePosition?: Readonly<Record<string, number>>
}

/** A cut, saved in one transaction. Every map is replaced as a whole. A missing shard has no position yet. */
export interface Checkpoint {
  /** From 1. */
  readonly cut: number
  /** By shard. Positions that are the same object as in the previous checkpoint are not written again. */
  readonly positions: Readonly<Record<string, Json>>
  /** States of transforms, by scope. */
  readonly states: Readonly<Record<string, Json>>
  readonly mark?: Mark
  readonly counters: Readonly<Record<string, number>>
  /** All shards of the run, if some were added since they were saved. Loaded by `loadShards`. */
  readonly shards?: readonly Shard[]
  /** The run's journal of ids, if it has one. */
  readonly ids?: SavedIds
  /** Set by the store. The state on this machine must match it when the run is resumed. */
  readonly sums?: KeySums
}

/** What is about to be committed. After a crash, it is checked whether it was published (`Place.published`). */
export interface Committing {
  readonly files: readonly FileFacts[]
  readonly manifest: Manifest
}

/** The phase of a run whose pipeline makes a single plan. */
export const onlyPhase = 'main'

/** The note of a phase whose intake has ended. */
export const intakeNote = 'intake'

/** The note of a run with what became of the passwords and passes that it has made. */
export const credentialsNote = 'credentials'

/** The phases of a run, in order. */
export const phasesOf = ({ phases = [onlyPhase] }: Pick<NewRun, 'phases'>): readonly string[] => phases

/** The state of one part of a plan. */
export interface Scope extends PartStore {
  /** Called when cut `cut` has passed this part: later writes belong to the next cut. Starts at the run's checkpoint, or 0. */
  advance(cut: number): void
}

/** A result to record, with the input of its row if it is available. */
export interface KeptResult extends Result {
  readonly input?: KeptInput | undefined
}

/** A result that a part settled, with the input of its row. */
export interface SettledResult extends Result {
  readonly input?: Fields | undefined
}

/** A result as recorded in the run's file. */
export interface StoredResult extends Result {
  readonly phase: string
  /** Ascending in the order of writing, from 1. */
  readonly sequence: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** Numbers of rows. */
export interface RowCounts extends OutcomeCounts {
  /** Rows with a step that has no result yet. */
  readonly pending: number
}

/** Selects results of a run. */
export interface ResultQuery {
  /** Results after this `sequence`. @default 0 */
  readonly after?: number
  /** @default 1000 */
  readonly limit?: number
  /** @default all */
  readonly outcomes?: readonly Outcome[]
}

/** Selects results in the order of key and step. */
export interface KeyQuery {
  /** The last result of the previous page. */
  readonly after?: Pick<Result, 'key' | 'step'> | undefined
  /** @default 1000 */
  readonly limit?: number
}

/** A `failed` or `unknown` result and the input of its row. */
export interface StoredFailure<Input = KeptInput> {
  readonly result: StoredResult
  /** Orders failures as their rows were read: line, index or ordinal. */
  readonly ordinal: number
  readonly input: Input | undefined
}

/** Selects failures of a phase. */
export interface FailureQuery {
  /** The last failure of the previous page. */
  readonly after?: Pick<StoredFailure<unknown>, 'ordinal' | 'result'>
  /** @default 1000 */
  readonly limit?: number
}

/** A result in the order of the rows, with the input of its row if that was kept. */
export interface RowResult {
  readonly result: StoredResult
  /** Orders results as their rows were read: line, index or ordinal. */
  readonly ordinal: number
  /** Whether its row is in the ledger. */
  readonly isChange: boolean
  /** All steps of a row have the same one. */
  readonly input?: KeptInput
}

/** Selects results in the order of the rows. */
export interface RowQuery {
  /** The last result of the previous page. */
  readonly after?: Pick<RowResult, 'ordinal' | 'result'>
  /** @default 1000 */
  readonly limit?: number
  /** @default all */
  readonly outcomes?: readonly Outcome[]
}

/** A change that has no result yet. */
export interface PendingRow extends Pick<Entry, 'ordinal' | 'key' | 'step' | 'about'> {
  readonly operation: string
  readonly input?: KeptInput
}

/** A change that was sent, with its result. */
export interface ChangedRow extends Pick<Entry, 'ordinal' | 'about' | 'row' | 'before'> {
  readonly result: StoredResult
}

/** Selects changes that were sent. */
export interface ChangedQuery {
  /** Results after this `sequence`. @default 0 */
  readonly after?: number
  /** @default 1000 */
  readonly limit?: number
}

/** Selects changes without a result. */
export interface PendingQuery {
  /** Changes after this `ordinal`. @default 0 */
  readonly after?: number
  /** @default 1000 */
  readonly limit?: number
}

/** Selects runs. Omitted fields match every run. */
export interface RunQuery {
  readonly pipeline?: string
  readonly identity?: string
  readonly target?: string
  /** A target. Matches runs that write to it, or to an overlapping target. */
  readonly writesTo?: string
  /** Id of the directory. */
  readonly tenant?: string
  readonly writes?: boolean
  readonly status?: readonly RunStatus[]
  /** Runs with rows that wait for a time until then, milliseconds since 1970. */
  readonly dueBy?: number
  /** Shares of this run. @default runs that are no shares */
  readonly shareOf?: string
  /** The last run of the previous page. */
  readonly after?: Pick<RunInfo, 'startedAt' | 'id'>
  /** @default all */
  readonly limit?: number
}

/** The result of `prune`. */
export interface Pruned {
  /** Ids of the removed runs. */
  readonly pruned: readonly string[]
  /** Unfinished or undecided runs of the same age. They are kept. */
  readonly unfinished: readonly RunInfo[]
}

/** A folder of this user, on a local disk. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string
  /** Returns the absolute path of a sub-folder (`runs`, `sandbox`), and creates it with mode 0700 if necessary. */
  folder(name: string): string
}
