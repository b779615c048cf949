import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import type { Graph } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { Manifest } from '../core/manifest.ts'
import type { RunError, RunInfo, RunPhase, Store } from '../store/types.ts'
import type { Flowing } from './columns.ts'
import type { Described } from './identity.ts'
import type { Plans, ReadyPhase } from './phases.ts'
import type { Progress, RunEvent } from './progress.ts'

/** A plan and everything that running it touches. */
export interface RunRequest {
  /** Name of the pipeline, as people call it. */
  readonly pipeline: string
  readonly params: Json
  /** One plan, or the phases that run in order. */
  readonly plan: Plans
  /** The client of the run's tenant; needed when a part of the plan uses Graph. */
  readonly graph?: Graph
  readonly store: Store
  readonly clock: Clock
  readonly environment: Environment
  /** Its reason ends the run: an EntrapipeError `INTERRUPTED` or `TERMINATED`. */
  readonly signal: AbortSignal
  /** Of this program. */
  readonly version: string
  /** Of the pipeline's code. */
  readonly codeHash: string
  /** Starts over although an unfinished run of the same work is there. */
  readonly fresh?: boolean
  /** Goes on with an unfinished run although the pipeline's code has changed since. */
  readonly force?: boolean
  /** Goes on with this run and no other. */
  readonly resume?: string
  /** Kept with the run from its beginning, by name, for the process that resumes it. */
  readonly notes?: Readonly<Record<string, Json>>
  readonly onEvent?: (event: RunEvent) => void
  /** Given to be looked at while the run goes on. */
  readonly progress?: Progress
}

/** How a run ended that did not fail. */
export interface RunEnd {
  readonly run: string
  /** `closed`: who read the output had enough. `failed`: rows failed and none was written. */
  readonly end: 'done' | 'short' | 'closed' | 'failed'
  readonly manifest: Manifest | undefined
  readonly progress: Progress
}

/** A phase that was checked. */
export interface Prepared extends ReadyPhase {
  readonly described: Described
  /** The columns that flow through the plan, as far as they are known before the first row. */
  readonly columns: Flowing
}

/** A phase that is about to flow. */
export interface Started extends Prepared {
  readonly request: RunRequest
  /** Id of the run. */
  readonly id: string
  readonly info: RunInfo
  readonly run: RunPhase
  readonly progress: Progress
  /** Whether a resumed run is announced here. */
  readonly tellsResumed: boolean
  /** Ends the run; of a phase that is done, and is not the last, only the phase. */
  readonly finish: (
    status: 'done' | 'short' | 'failed' | 'interrupted',
    end?: { readonly manifest?: Manifest; readonly error?: RunError; readonly isOver?: boolean },
  ) => Promise<void>
}
