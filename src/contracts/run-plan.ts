import { systemClock } from '../core/clock.ts'
import { execute } from '../engine/execute.ts'
import type { Plan } from '../engine/plan.ts'
import type { RunEnd } from '../engine/run-request.ts'
import type { Scene } from './scene.ts'

/** Runs a plan in a scene, or resumes the unfinished run of an equal one. */
export const runPlan = (scene: Scene, plan: Plan): Promise<RunEnd> =>
  execute({
    pipeline: 'contract',
    params: {},
    plan,
    store: scene.store,
    places: () => undefined,
    clock: systemClock,
    environment: scene.environment,
    signal: new AbortController().signal,
    version: '0.0.0',
    codeHash: 'contract',
    ...(scene.graph ? { graph: scene.graph } : {}),
  })
