import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import { onlyPhase, type RunIdentity } from '../store/types.ts'
import { isTransform, type ReadyPlan } from './plan.ts'
import type { Described, Prepared, RunRequest } from './run-request.ts'

const named = (kind: string, more: Json | undefined): Json =>
  more === undefined
    ? { kind }
    : typeof more === 'object' && more !== null && !Array.isArray(more)
      ? { kind, ...more }
      : { kind, more }

/** Lets each part describe itself: options and hashes, never secrets. */
export const describe = async (plan: ReadyPlan, ctx: Context): Promise<Described> => ({
  source: named(plan.source.kind, await plan.source.describe?.(ctx)),
  transforms: await Promise.all(
    plan.transforms.map(async step =>
      isTransform(step) ? named(step.kind, await step.describe?.(ctx)) : { kind: 'stream' },
    ),
  ),
  sink: named(plan.sink.kind, await plan.sink.describe?.(ctx)),
  target: plan.sink.place?.target(ctx),
})

/** The parts of a phase as they are hashed. */
const partsOf = ({ described: { source, transforms, sink } }: Prepared): Json => [source, transforms, sink]

/** Runs with equal identities are the same work: the second resumes the first. */
export const identify = (
  { pipeline, params, graph, changing }: Pick<RunRequest, 'pipeline' | 'params' | 'graph' | 'changing'>,
  phases: readonly Prepared[],
): RunIdentity => {
  const [first] = phases
  const target = phases.find(({ described }) => described.target !== undefined)?.described.target
  const work =
    phases.length === 1 && first!.name === onlyPhase
      ? partsOf(first!)
      : phases.map(phase => [phase.name, partsOf(phase), phase.described.target ?? null])
  return {
    pipeline,
    params,
    ...given({ tenant: graph?.tenant.id, target }),
    inputHash: createHash('sha256')
      // A dry run never resumes a run that sends, nor the other way round.
      .update(JSON.stringify(changing?.dryRun ? ['dry-run', work] : work))
      .digest('hex'),
  }
}
