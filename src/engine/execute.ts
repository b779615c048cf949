import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import type { Graph } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { Manifest } from '../core/manifest.ts'
import type { Run, Store } from '../store/types.ts'
import { checkContext } from './contexts.ts'
import { describe, identify, type Described } from './identity.ts'
import { ready, type Plan, type ReadyPlan } from './plan.ts'
import { newProgress, type Progress, type RunEvent } from './progress.ts'
import { beginRun } from './begin-run.ts'
import { checkRejects } from './rejects.ts'
import { runToEnd } from './run-to-end.ts'

/** A plan and everything that running it touches. */
export interface RunRequest {
  /** Name of the pipeline, as people call it. */
  readonly pipeline: string
  readonly params: Json
  readonly plan: Plan
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
  readonly onEvent?: (event: RunEvent) => void
  /** Given to be looked at while the run goes on. */
  readonly progress?: Progress
}

/** How a run ended that did not fail. */
export interface RunEnd {
  readonly run: string
  /** `closed`: who read the output had enough. */
  readonly end: 'done' | 'short' | 'closed'
  readonly manifest: Manifest | undefined
  readonly progress: Progress
}

/** A run that is about to flow. */
export interface Started {
  readonly request: RunRequest
  readonly plan: ReadyPlan
  readonly described: Described
  readonly run: Run
  readonly progress: Progress
}

/** Checks a plan and all its parts without reading or writing anything. */
export const check = async (request: Omit<RunRequest, 'store'>): Promise<ReadyPlan> => {
  const plan = ready(request.plan)
  const ctx = checkContext({ ...request, graph: request.graph })
  for (const part of [plan.source, ...plan.transforms, plan.sink, plan.rejects])
    if (part && 'check' in part) await part.check?.(ctx)
  return plan
}

/**
 * Runs a plan: goes on with an unfinished run of the same work, or begins a new one.
 *
 * @throws EntrapipeError as the parts do; what was written is then kept for a resumed run, or removed
 */
export const execute = async (request: RunRequest): Promise<RunEnd> => {
  const progress = request.progress ?? newProgress(request.clock.now())
  const plan = await check(request)
  const ctx = checkContext({ ...request, graph: request.graph })
  const described = await describe(plan, ctx)
  checkRejects(plan, described.source, ctx)
  const identity = identify(request.pipeline, request.params, request.graph?.tenant, described)
  const run = await beginRun(request, plan, identity, described)
  return runToEnd({ request, plan, described, run, progress })
}
