import { given } from '../../core/given.ts'
import { mapPlans } from '../../engine/phases.ts'
import type { RunEnd } from '../../engine/run-request.ts'
import type { LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import { makePlan } from '../../catalogue/make-plan.ts'
import type { Tenant } from '../../core/graph.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { Cli } from '../cli.ts'
import { flagOf } from '../options/param-options.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import { checkEarly } from './check-early.ts'
import { runPlan } from './run-plan.ts'
import { refuseWithoutEffect } from './without-effect.ts'

interface PipelineRun extends RunOptions {
  readonly force?: boolean
  /** Resumes this run and no other. */
  readonly resume?: string
  /** Rows are what is shown: nothing is said but how many failed. */
  readonly brief?: boolean
}

/** A note of a run: how its tenant was asked for, so that another process asks for it in the same way. */
export const wishNote = 'wish'

/** Runs a pipeline with parameters. Every command that runs something ends up here. */
export const runPipeline = async (
  loaded: LoadedPipeline,
  values: { readonly [name: string]: unknown },
  wish: Pick<TenantWish, 'tenant' | 'auth'>,
  { checkpointRows, maxFailed, ...options }: PipelineRun,
  cli: Cli,
): Promise<RunEnd & { readonly tenant: Tenant | undefined }> => {
  const { plan, params } = await makePlan(loaded, values, flagOf)
  const { usesGraph } = await checkEarly(plan, cli)
  refuseWithoutEffect(plan, usesGraph, { ...options, ...given({ checkpointRows }) }, wish)
  const graph = usesGraph ? await open(wish, cli, options.quiet) : undefined
  const end = await runPlan(
    {
      pipeline: loaded.name,
      label: loaded.label,
      params,
      plan: mapPlans(plan, each => ({ ...each, ...given({ rowsPerCut: checkpointRows }) })),
      graph,
      codeHash: loaded.codeHash,
      maxFailed,
      notes: { [wishNote]: { tenant: wish.tenant ?? null, auth: wish.auth ?? null } },
      ...options,
    },
    cli,
  )
  return { ...end, tenant: graph?.tenant }
}

/** The client is loaded on demand: a run over files does not need it. */
const open = async (wish: TenantWish, cli: Cli, quiet?: boolean): Promise<GraphClient> => {
  const [{ openGraph }, { connectionOf }] = await Promise.all([
    import('../../tenants/connect.ts'),
    import('./connection.ts'),
  ])
  return openGraph(...(await connectionOf(wish, cli, quiet)))
}
