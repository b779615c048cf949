import { check } from '../engine/execute.ts'
import { describe } from '../engine/identity.ts'
import { checkContext } from '../engine/contexts.ts'
import { ready } from '../engine/plan.ts'
import type { TenantWish } from '../tenants/choose-tenant.ts'
import type { Cli } from './cli.ts'
import { connect } from './connect.ts'
import type { LoadedPipeline } from './pipeline-file.ts'
import { planOf } from './run-loaded.ts'
import { version } from './version.ts'

/** Checks a pipeline with its parameters as a run would, signs in where it needs a tenant, and stops there. */
export const checkLoaded = async (
  loaded: LoadedPipeline,
  given: { readonly [name: string]: unknown },
  wish: TenantWish,
  cli: Cli,
): Promise<void> => {
  const { plan, params } = await planOf(loaded, given)
  const graph = ready(plan).usesGraph ? await connect(wish, cli) : undefined
  await graph?.signedIn(cli.signal)
  const request = {
    pipeline: loaded.name,
    params,
    plan,
    ...(graph ? { graph } : {}),
    clock: cli.clock,
    environment: cli.environment,
    signal: cli.signal,
    version,
    codeHash: loaded.codeHash,
  }
  const checked = await check(request)
  const told = await describe(checked, checkContext({ ...cli, graph }))
  if (cli.json()) {
    cli.stdout.write(
      `${JSON.stringify({ pipeline: loaded.name, params, ...told, resumable: checked.notResumable === undefined, tenant: graph?.tenant ?? null })}\n`,
    )
    return
  }
  cli.say(`${loaded.name}: ${loaded.pipeline.summary}`)
  cli.say(`  reads      ${JSON.stringify(told.source)}`)
  for (const step of told.transforms) cli.say(`  then       ${JSON.stringify(step)}`)
  cli.say(`  writes     ${JSON.stringify(told.sink)}`)
  if (graph) cli.say(`  tenant     ${graph.tenant.name} (${graph.tenant.id}), signed in`)
  cli.say(
    checked.notResumable === undefined
      ? 'It can be run, and gone on with when it is cut off.'
      : `It can be run. Cut off, it starts over: ${checked.notResumable}.`,
  )
}
