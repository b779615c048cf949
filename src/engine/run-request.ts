import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import type { Graph } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { Stop } from '../core/stop.ts'
import type { Manifest } from '../core/manifest.ts'
import type { AtMost } from '../core/at-most.ts'
import type { Operations } from '../core/operation.ts'
import type { Destination } from '../core/place.ts'
import type { RunPhase, Store } from '../store/store.ts'
import type { RunError, RunInfo } from '../store/types.ts'
import type { Onlooker } from './changes/onlooker.ts'
import type { Pace } from './changes/pacing.ts'
import type { Protection } from './changes/looks.ts'
import type { Rest } from './changes/rest.ts'
import type { Preview } from './changes/tally.ts'
import type { PlannedRow } from './changes/planned-rows.ts'
import type { CheckedPhase } from './check-parts.ts'
import type { Earlier } from './earlier-phases.ts'
import type { Plans } from './phases.ts'
import type { Progress, RunEvent } from './progress.ts'

/** A plan, and everything needed to run it. */
export interface RunRequest {
  /** Name of the pipeline, for messages. */
  readonly pipeline: string
  readonly params: Json
  /** One plan, or phases that run in order. */
  readonly plan: Plans
  /** What `checkWithoutGraph` returned for this plan: its parts are not checked again. */
  readonly checked?: readonly CheckedPhase[]
  /** The client of the run's tenant. Required if a part of the plan uses Graph. */
  readonly graph?: Graph
  readonly store: Store
  /** Returns the destination of a target that a run recorded; undefined when only the run's pipeline knows it. */
  readonly places: (target: string) => Destination | undefined
  readonly clock: Clock
  readonly environment: Environment
  /** Its reason ends the run: an EntrapipeError `INTERRUPTED` or `TERMINATED`. */
  readonly signal: AbortSignal
  /** Manifests beside files name no folders: others than those who know this machine read them. @default false */
  readonly namesOnly?: boolean
  /** Version of this program. */
  readonly version: string
  /** Hash of the pipeline's code. */
  readonly codeHash: string
  /** Starts over even if there is an unfinished run of the same work. */
  readonly fresh?: boolean
  /** Resumes an unfinished run even if the pipeline's code has changed. */
  readonly force?: boolean
  /** Resumes this run only. */
  readonly resume?: string
  /** With `resume`: rows with these outcomes are decided or sent again, also in a run that has ended. */
  readonly retry?: readonly ('failed' | 'unknown')[]
  /** Overrides that of the plan, and is kept for a process that resumes the run without one. */
  readonly maxFailed?: AtMost
  /** As `maxFailed`, for what changed while a listing was read. */
  readonly maxDrift?: AtMost
  /** Finds operations by name. Required if a sink changes the directory. */
  readonly operations?: Operations
  /** How the directory is changed, if a sink does. */
  readonly changing?: Changing
  /** Values by name, stored with the run from its start for the process that resumes it. */
  readonly notes?: Readonly<Record<string, Json>>
  readonly onEvent?: (event: RunEvent) => void
  /**
   * How several machines read the rows of an export. `announce` tells them that there are shards to read; with `share`, this process only
   * reads shards of that run. @default this process reads all rows
   */
  readonly spread?: { readonly announce: (shards: number) => void; readonly share?: string }
  /** Called with the progress, which can be read while the run is in progress. */
  readonly progress?: Progress
}

/** How a run changes the directory. */
export interface Changing {
  /** How long the directory may take to show a change, in milliseconds. */
  readonly lagBoundMs: number
  /** Sends nothing: only counts what would be sent. */
  readonly dryRun?: boolean
  /** Sends at most so many changes; the others stay pending. @default all */
  readonly mostChanges?: number
  /** When they are sent. What is left out stays as it was when the run started. */
  readonly pace?: Pace
  /** Whether the process waits until the window opens. Otherwise the run ends, and is resumed. @default false */
  readonly waitsForWindow?: boolean
  /** Replaces the limits of what may be taken away. */
  readonly maxRemovals?: number
  /** Finds the objects that must not be touched. Called once, if a change touches an object that may be one. @default none are */
  readonly protection?: () => Promise<Protection>
  /**
   * Returns a function that tells why changes of these kinds are not permitted, which ends the run. It is called with each kind before its
   * first row is read in, and where rows have several steps, again with all kinds that are not permitted, once all rows are read in.
   * @default every kind is permitted
   */
  readonly permitted?: () => Promise<(kinds: readonly string[]) => Stop | undefined>
  /** In a dry run: what `permitted` is in the run that sends the changes. */
  readonly permittedToSend?: () => Promise<(kinds: readonly string[]) => Stop | undefined>
  /** Why none of the changes of these kinds can be made; asked before the rows are looked at. @default no reason is known */
  readonly refused?: (kinds: readonly string[]) => Promise<Stop | undefined>
  /** In a dry run: what else stops the run that sends the changes. */
  readonly stops?: readonly Stop[]
  /** In a dry run of what is left of a run: that run. What it has done counts, and later phases read it. */
  readonly restOf?: Rest
  /** Whether changes that cannot be undone may be sent. @default false */
  readonly irreversible?: boolean
  /** Files that the caller writes, such as the results. None may be an input. */
  readonly outputs?: readonly { readonly what: string; readonly path: string }[]
  /** Who makes the changes and why, for the audit log. Called before the first change is sent. */
  readonly audit?: AuditFacts
  /** Follows the survey of a dry run, and of a run that asks. @default nobody does */
  readonly onlooker?: Onlooker
  /**
   * Asked before the first change of a phase is sent, once everything is counted. A throw ends the run.
   *
   * @param hasSent whether the run has sent other changes before
   */
  readonly confirm?: (preview: Preview, hasSent: boolean) => Promise<void>
  /**
   * Called in a dry run with the rows that would be sent, in the order of the input, and what must be in the directory just before.
   * They can be read several times. Secrets are replaced by references to the run. Returns the hash of the plan, which is noted.
   */
  readonly planned?: (rows: () => AsyncIterable<readonly PlannedRow[]>, preview: Preview) => Promise<string>
}

/** What only the caller knows of a run, for the audit log. */
interface AuditFacts {
  /** The person or app that signed in, besides the user of the machine. */
  readonly who: () => Promise<Readonly<Record<string, string>>>
  readonly reason?: string | undefined
  readonly ticket?: string | undefined
}

/** The end of a run that did not fail. */
export interface RunEnd {
  readonly run: string
  /**
   * `closed`: the reader closed the output. `failed`: rows failed and none was written. `pending`: as many changes were sent as
   * requested or as the window allowed, and some are left.
   */
  readonly end: 'done' | 'short' | 'closed' | 'failed' | 'pending'
  /** What a run that changes the directory does, or would do in a dry run. */
  readonly changes?: Changed
  readonly manifest: Manifest | undefined
  readonly progress: Progress
}

/** The descriptions of the parts. They are in the manifest and part of the identity of a run. */
export interface Described {
  readonly source: Json
  readonly transforms: readonly Json[]
  readonly sink: Json
  readonly target: string | undefined
}

/** A phase that is checked and described. */
export interface Prepared extends CheckedPhase {
  readonly described: Described
}

/** A phase that is about to start. */
export interface Started extends Prepared {
  readonly request: RunRequest
  /** Id of the run. */
  readonly id: string
  readonly info: RunInfo
  readonly run: RunPhase
  readonly progress: Progress
  /** Absolute paths of the files that the run reads. */
  readonly inputs: readonly string[]
  /** The file whose permissions limit those of the output. @default none does */
  readonly like?: string
  /** Reads what an earlier phase left. */
  readonly earlier: Earlier
  /** Throws if another process may hold the run; see `RunRecord`. */
  readonly expectHeld: () => void
  /** Saves a note of the run itself. */
  readonly saveRunNote: (name: string, value: Json) => Promise<void>
  /** Whether this phase reports that the run is resumed. */
  readonly tellsResumed: boolean
  /** Records that the run has finally failed. Called before its output is removed, and followed by `finish`. */
  readonly saveOver: (end: { readonly manifest?: Manifest; readonly error: RunError }) => Promise<void>
  /** Ends the run. A phase that is done and not the last one only ends itself. */
  readonly finish: (
    status: 'done' | 'short' | 'failed' | 'interrupted',
    end?: { readonly manifest?: Manifest; readonly error?: RunError; readonly isOver?: boolean },
  ) => Promise<void>
}

/** What became of the rows of a run that changes the directory. */
export interface Changed {
  /** Rows that are not settled yet. In a dry run: those that would be sent. */
  readonly pending: number
  /** Rows that were sent, if there is a limit. */
  readonly sent: number
  /** When the run can continue, if its window is closed; milliseconds since 1970. */
  readonly pausedUntil?: number
  /** Of a dry run, and where it was counted before. */
  readonly preview?: Preview
}
