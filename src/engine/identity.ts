import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import type { Tenant } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { RunIdentity } from '../store/types.ts'
import { isTransform, type ReadyPlan } from './plan.ts'

/** What the parts say of themselves; it stands in the manifest, and makes two runs the same work or not. */
export interface Described {
  readonly source: Json
  readonly transforms: readonly Json[]
  readonly sink: Json
  readonly target: string | undefined
}

const named = (kind: string, more: Json | undefined): Json =>
  more === undefined
    ? { kind }
    : typeof more === 'object' && more !== null && !Array.isArray(more)
      ? { kind, ...more }
      : { kind, more }

/** Asks each part what it does; options and hashes, never secrets. */
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

/** Two runs with the same identity are the same work: the second goes on with the first. */
export const identify = (
  pipeline: string,
  params: Json,
  tenant: Tenant | undefined,
  described: Described,
): RunIdentity => ({
  pipeline,
  params,
  ...(tenant ? { tenant: tenant.id } : {}),
  ...(described.target === undefined ? {} : { target: described.target }),
  inputHash: createHash('sha256')
    .update(JSON.stringify([described.source, described.transforms, described.sink]))
    .digest('hex'),
})
