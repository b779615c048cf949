import { checkContext } from './contexts.ts'
import { describe, identify } from './identity.ts'
import { ready, type ReadyPlan } from './plan.ts'
import { newProgress } from './progress.ts'
import { beginRun } from './begin-run.ts'
import { checkRejects } from './rejects.ts'
import type { RunEnd, RunRequest } from './run-request.ts'
import { runToEnd } from './run-to-end.ts'

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
