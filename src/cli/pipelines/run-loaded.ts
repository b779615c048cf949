import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { isOwnThrow, toldWithPlace, withPlace } from '../../core/thrown.ts'
import { readParams } from '../../engine/params.ts'
import type { Plan } from '../../engine/plan.ts'
import { checkEarly } from '../running/check-early.ts'
import type { Cli } from '../cli.ts'
import { connect } from '../running/connect.ts'
import { flagOf } from '../options/param-options.ts'
import type { LoadedPipeline } from '../../catalogue/pipeline-file.ts'
import { runPlan } from '../running/run-plan.ts'
import type { TenantOptions } from '../options/tenant-options.ts'

/**
 * The plan that a pipeline file makes of its parameters.
 *
 * @throws EntrapipeError `OPTION_INVALID`, and `PIPELINE_INVALID` when its `make` throws
 */
export const planOf = async (
  { pipeline, file, isShipped }: LoadedPipeline,
  given: { readonly [name: string]: unknown },
): Promise<{ readonly plan: Plan; readonly params: Json }> => {
  const params = readParams(pipeline.params ?? {}, given, flagOf)
  try {
    return { plan: await pipeline.make(params as never), params: JSON.parse(JSON.stringify(params)) as Json }
  } catch (cause) {
    if (!isOwnThrow(cause)) throw isShipped ? cause : withPlace(cause)
    throw new EntrapipeError('PIPELINE_INVALID', `The pipeline ${file} makes no plan: ${toldWithPlace(cause)}.`, {
      cause,
    })
  }
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
  const { usesGraph } = await checkEarly(plan, cli)
  const graph = usesGraph ? await connect(wish, cli, options.quiet) : undefined
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
