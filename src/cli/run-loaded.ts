import type { Json } from '../core/json.ts'
import { readParams } from '../engine/params.ts'
import { ready, type Plan } from '../engine/plan.ts'
import type { Cli } from './cli.ts'
import { connect } from './connect.ts'
import type { LoadedPipeline } from './pipeline-file.ts'
import { runPlan } from './run-plan.ts'
import type { TenantOptions } from './tenant-options.ts'

/** A plan of a pipeline file, and the client it needs, if it needs one. */
export const planOf = async (
  { pipeline }: LoadedPipeline,
  given: { readonly [name: string]: unknown },
): Promise<{ readonly plan: Plan; readonly params: Json }> => {
  const params = readParams(pipeline.params ?? {}, given)
  return { plan: await pipeline.make(params as never), params: JSON.parse(JSON.stringify(params)) as Json }
}

/** Runs a pipeline that is loaded, with the parameters given. */
export const runLoaded = async (
  loaded: LoadedPipeline,
  given: { readonly [name: string]: unknown },
  wish: { readonly tenant: string | undefined; readonly auth: TenantOptions['auth'] | undefined },
  options: {
    readonly fresh?: boolean | undefined
    readonly quiet?: boolean | undefined
    readonly force?: boolean | undefined
    readonly resume?: string | undefined
    readonly checkpointRows?: number | undefined
  },
  cli: Cli,
): Promise<void> => {
  const { plan, params } = await planOf(loaded, given)
  const graph = ready(plan).usesGraph ? await connect(wish, cli, options.quiet) : undefined
  await runPlan(
    {
      pipeline: loaded.name,
      label: loaded.name,
      params,
      plan: options.checkpointRows === undefined ? plan : { ...plan, rowsPerCut: options.checkpointRows },
      graph,
      codeHash: loaded.codeHash,
      fresh: options.fresh,
      force: options.force,
      resume: options.resume,
      quiet: options.quiet,
    },
    cli,
  )
}
