import { given } from '../../core/given.ts'
import { isChangeSink } from '../../engine/changes/change-rows.ts'
import { operationsBy } from '../../engine/changes/ledger-sink.ts'
import { withoutInput } from '../../engine/changes/without-input.ts'
import { whyNote } from '../../engine/changes/run-notes.ts'
import { checkWithoutGraph } from '../../engine/check-parts.ts'
import { mapPlans, readyPhases, usesGraphIn, type Plans } from '../../engine/phases.ts'
import type { RunEnd, RunRequest } from '../../engine/run-request.ts'
import type { LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import { makePlan } from '../../catalogue/make-plan.ts'
import type { Tenant } from '../../core/graph.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { openChanging, OpenChanging } from '../changes/open-changing.ts'
import type { Cli } from '../cli.ts'
import { credentialsWish, openCredentials } from '../credentials/open-credentials.ts'
import type { ChangeOptions } from '../options/change-options.ts'
import { flagOf } from '../options/param-options.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import type { ConnectionWish } from './connection.ts'
import { runPlan } from './run-plan.ts'
import { withPlanCheck } from './with-plan-check.ts'
import { refuseWithoutEffect } from './without-effect.ts'

interface PipelineRun extends RunOptions, ChangeOptions {
  readonly force?: boolean
  /** Id of the run to resume. No other run is resumed. */
  readonly resume?: string
  /** Outcomes of rows that are sent or decided again. */
  readonly retry?: RunRequest['retry']
  /** Somebody has approved its changes when another run began. */
  readonly isApproved?: boolean
  /** Shows only how many rows failed: the rows themselves are the output. */
  readonly brief?: boolean
}

/** The note of a run that keeps its options of the tenant, so that `runs resume` uses the same ones. */
export const wishNote = 'wish'

/** Runs a pipeline with parameters. Every command with a run calls this. */
export const runPipeline = async (
  loaded: LoadedPipeline,
  values: { readonly [name: string]: unknown },
  wish: Pick<TenantWish, 'tenant' | 'auth'>,
  options: PipelineRun,
  caller: Cli,
): Promise<RunEnd & { readonly tenant: Tenant | undefined }> => {
  const cli = withConfig(caller)
  const { checkpointRows, maxFailed, maxDrift, fresh, force, resume, retry, quiet, brief } = options
  const made = await makePlan(loaded, values, flagOf)
  const kept = resume === undefined ? made.plan : await leftOf(made.plan, { ...options, run: resume }, cli)
  // A dry run of what is left of a run is a run of its own.
  const continued = options.dryRun ? undefined : resume
  const isApply = loaded.name === 'apply'
  const sized = mapPlans(kept, each => ({ ...each, ...given({ rowsPerCut: checkpointRows }) }))
  // What is checked is what the plan is applied from, also by a process that resumes it.
  const plan = isApply
    ? withPlanCheck(sized, (made.params as { readonly plan: string }).plan, async head => changing?.approve(head))
    : sized
  const phases = readyPhases(plan)
  const changePhases = phases.filter(({ plan: { sink } }) => isChangeSink(sink)).length
  const changes = changePhases > 0
  refuseWithoutEffect(phases, options, wish, changes)
  const checked = await checkWithoutGraph(phases, cli)
  const changing: OpenChanging | undefined = changes
    ? await opening(
        wish,
        options,
        cli,
        changePhases === 1,
        resume === undefined && !options.isApproved ? (isApply ? 'by plan' : undefined) : 'before',
      )
    : undefined
  const opened = changing ? changing : usesGraphIn(phases) ? { graph: await open(wish, cli, quiet) } : undefined
  const credentials = changing
    ? await openCredentials(
        credentialsWish(made.params),
        { begins: resume === undefined, isDry: changing.changing.dryRun === true },
        cli,
      )
    : undefined
  const end = await runPlan(
    {
      pipeline: loaded.name,
      label: loaded.label,
      params: made.params,
      plan,
      checked,
      graph: opened?.graph,
      changes:
        changing && options.dryRun && resume !== undefined
          ? { ...changing, changing: { ...changing.changing, restOf: { run: resume, retry: retry ?? [] } } }
          : changing,
      credentials,
      codeHash: loaded.codeHash,
      maxFailed,
      maxDrift,
      notes: {
        ...cli.watch?.notes,
        [wishNote]: { tenant: wish.tenant ?? null, auth: wish.auth ?? null },
        ...whyOf(options),
      },
      ...given({ fresh, force, resume: continued, retry: options.dryRun ? undefined : retry, quiet, brief }),
    },
    cli,
  )
  return { ...end, tenant: opened?.graph.tenant }
}

/** Parts read the configuration that `--config` names, too: it has the servers of inputs. */
const withConfig = (cli: Cli): Cli => {
  const config = cli.config()
  const { environment } = cli
  if (config === undefined) return cli
  return {
    ...cli,
    environment: {
      ...environment,
      variable: name => (name === 'ENTRAPIPE_CONFIG' ? config : environment.variable(name)),
    },
  }
}

/** The note with the reason and the ticket, if there are any. */
const whyOf = ({ reason, ticket }: Pick<ChangeOptions, 'reason' | 'ticket'>) =>
  reason === undefined && ticket === undefined ? {} : { [whyNote]: given({ reason, ticket }) }

/** The phases of a run that is continued, or in a dry run only previewed, with the rows in its ledgers. */
const leftOf = async (
  plan: Plans,
  { run, dryRun, retry = [] }: Pick<PipelineRun, 'dryRun' | 'retry'> & { readonly run: string },
  cli: Cli,
): Promise<Plans> => {
  const store = await cli.store()
  if (!dryRun) return withoutInput(plan, store, run)
  const [{ restOf }, { loadOperations }] = await Promise.all([
    import('../../engine/changes/rest-of.ts'),
    import('../../catalogue/operations.ts'),
  ])
  return restOf(plan, { store, run, retry, operationOf: operationsBy(await loadOperations()) })
}

const opening = async (...given: Parameters<typeof openChanging>): Promise<OpenChanging> =>
  (await import('../changes/open-changing.ts')).openChanging(...given)

/** The client is loaded on demand: a run over files does not need it. */
const open = async (wish: ConnectionWish, cli: Cli, quiet?: boolean): Promise<GraphClient> => {
  const [{ openGraph }, { connectionOf }] = await Promise.all([
    import('../../tenants/connect.ts'),
    import('./connection.ts'),
  ])
  return openGraph(...(await connectionOf(wish, cli, quiet)))
}
