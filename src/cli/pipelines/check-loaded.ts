import { check } from '../../engine/execute.ts'
import { describe } from '../../engine/identity.ts'
import type { Described } from '../../engine/run-request.ts'
import { notResumableIn } from '../../engine/phases.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import { checkEarly } from '../running/check-early.ts'
import type { Cli } from '../cli.ts'
import { openGraph } from '../../tenants/connect.ts'
import { connectionOf } from '../running/connection.ts'
import { makePlan } from '../../catalogue/make-plan.ts'
import type { LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import { partWords } from '../report/part-words.ts'
import { flagOf } from '../options/param-options.ts'
import { printLines } from '../command-line/print.ts'
import { version } from '../../core/version.ts'

/** Checks a pipeline and its parameters as a run does, and signs in if it needs a tenant. Reads and writes no rows. */
export const checkLoaded = async (
  loaded: LoadedPipeline,
  given: { readonly [name: string]: unknown },
  wish: TenantWish,
  cli: Cli,
): Promise<void> => {
  const { plan, params } = await makePlan(loaded, given, flagOf)
  const { usesGraph } = await checkEarly(plan, cli)
  const graph = usesGraph ? await openGraph(...(await connectionOf(wish, cli))) : undefined
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
  const ctx = checkContext({ ...cli, graph })
  const told = await Promise.all(checked.map(async ({ name, plan }) => ({ name, ...(await describe(plan, ctx)) })))
  const notResumable = notResumableIn(checked)
  const { tenant } = graph ?? {}
  if (cli.json())
    return printLines(cli, [
      JSON.stringify({
        pipeline: loaded.name,
        params,
        ...(told.length === 1 ? partsOf(told[0]!) : { phases: told }),
        resumable: notResumable === undefined,
        tenant: tenant ?? null,
      }),
    ])
  await printLines(cli, [
    `${loaded.name}: ${loaded.pipeline.summary}`,
    ...told.flatMap(phase => [...(told.length === 1 ? [] : [`  ${phase.name}:`]), ...partLines(phase)]),
    ...(tenant ? [`  tenant     ${tenant.name} (${tenant.id}), signed in`] : []),
    notResumable === undefined
      ? 'Ready to run. If it is interrupted, it can be resumed.'
      : `Ready to run. If it is interrupted, it has to start over: ${notResumable}.`,
  ])
}

const partsOf = ({ name: _, ...parts }: Described & { readonly name: string }): Described => parts

const partLines = ({ source, transforms, sink }: Described): readonly string[] => [
  `  reads      ${partWords(source)}`,
  ...transforms.map(step => `  then       ${partWords(step)}`),
  `  writes     ${partWords(sink)}`,
]
