import { flowColumns } from './columns.ts'
import { checkContext } from './contexts.ts'
import { describe, identify } from './identity.ts'
import { ready, type ReadyPlan } from './plan.ts'
import { newProgress } from './progress.ts'
import { beginRun } from './begin-run.ts'
import { checkPlaces } from './check-places.ts'
import type { RunEnd, RunRequest } from './run-request.ts'
import { runToEnd } from './run-to-end.ts'

/** Checks a plan and all its parts without reading or writing anything. */
export const check = async (request: Omit<RunRequest, 'store'>): Promise<ReadyPlan> => {
  const plan = ready(request.plan)
  const ctx = checkContext({ ...request, graph: request.graph })
  for (const part of [plan.source, ...plan.transforms, plan.sink, plan.rejects])
    if (part && 'check' in part) await part.check?.(ctx)
  await flowColumns(plan, ctx)
  return plan
}

/**
 * Runs a plan: goes on with an unfinished run of the same work, or begins a new one.
 *
 * @throws EntrapipeError as the parts do, and the signal's reason when that was aborted; what was written is then kept
 *   for a resumed run, or removed
 */
export const execute = async (request: RunRequest): Promise<RunEnd> => {
  try {
    return await run(request)
  } catch (error) {
    // An abort comes out of what it breaks off under many names; its reason is what ended the run.
    throw request.signal.aborted ? request.signal.reason : error
  }
}

const run = async (request: RunRequest): Promise<RunEnd> => {
  const progress = request.progress ?? newProgress(request.clock.now())
  const plan = await check(request)
  const ctx = checkContext({ ...request, graph: request.graph })
  const described = await describe(plan, ctx)
  checkPlaces(plan, described, ctx)
  const identity = identify(request.pipeline, request.params, request.graph?.tenant, described)
  const begun = await beginRun(request, plan, identity, described)
  return runToEnd({ request, plan, described, columns: await flowColumns(plan, ctx), run: begun, progress })
}
