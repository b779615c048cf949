import { checkWithGraph, checkWithoutGraph } from '../../engine/check-parts.ts'
import { describe } from '../../engine/identity.ts'
import type { Described } from '../../engine/run-request.ts'
import { notResumableIn, readyPhases, usesGraphIn } from '../../engine/phases.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import type { Cli } from '../cli.ts'
import { openGraph } from '../../tenants/connect.ts'
import { connectionOf } from '../running/connection.ts'
import { makePlan } from '../../catalogue/make-plan.ts'
import type { LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import { partWords } from '../report/part-words.ts'
import { flagOf } from '../options/param-options.ts'
import { printLines } from '../command-line/print.ts'

/** Checks a pipeline and its parameters as a run does, and signs in if it needs a tenant. Reads and writes no rows. */
export const checkLoaded = async (
  loaded: LoadedPipeline,
  given: { readonly [name: string]: unknown },
  wish: TenantWish,
  cli: Cli,
): Promise<void> => {
  const { plan, params } = await makePlan(loaded, given, flagOf)
  const checked = await checkWithoutGraph(readyPhases(plan), cli)
  const graph = usesGraphIn(checked) ? await openGraph(...(await connectionOf(wish, cli))) : undefined
  await graph?.signedIn(cli.signal)
  await checkWithGraph(checked, { ...cli, graph })
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
