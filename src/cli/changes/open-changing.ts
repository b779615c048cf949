import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Operations } from '../../core/operation.ts'
import { stopError } from '../../core/stop.ts'
import { loadOperations } from '../../catalogue/operations.ts'
import { pricesBySku, readPrices, type PriceFile } from '../../catalogue/licences/prices.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { Changing } from '../../engine/run-request.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { Prices } from '../../licensing/impact/price.ts'
import { readProducts } from '../../licensing/read-products.ts'
import { quotasOf, type Quotas } from '../../graph/quotas.ts'
import type { TenantWish } from '../../tenants/choose-tenant.ts'
import { openGraph } from '../../tenants/connect.ts'
import { missingRights } from '../../tenants/missing-rights.ts'
import { missingRole } from '../../tenants/missing-role.ts'
import type { Cli } from '../cli.ts'
import type { ChangeOptions } from '../options/change-options.ts'
import { paceOf } from '../options/pace.ts'
import { connectionOf } from '../running/connection.ts'
import type { PlanHead } from '../../formats/change-plan.ts'
import { expectAsNoted } from '../../engine/changes/plan-note.ts'
import { checkReports } from '../licenses/impact-reports.ts'
import { checkResults } from '../runs/write-results.ts'
import { protectionOf } from './protection.ts'
import { expectSecondPerson, planMissing, type Approved } from './approval.ts'
import { identityOf } from './identity.ts'
import { checkPlan } from './write-plan.ts'

/** Everything that a run needs to change a directory. */
export interface OpenChanging {
  readonly graph: GraphClient
  readonly operations: Operations
  readonly changing: Changing
  /** Called with the plan that is applied. @throws EntrapipeError `PLAN_REFUSED` if it was altered, or needs a second person */
  readonly approve: (head: PlanHead) => Promise<void>
  readonly options: ChangeOptions
  /** The quotas that the client uses. */
  readonly quotas: Quotas
  /** Prices of products, where they were given. */
  readonly prices?: Prices
}

/** How long the directory takes to show a change, at most, unless it is configured. In seconds. */
const usualLagBound = 60

/**
 * Creates a client that may change the directory, or a read-only one for a dry run or a plan.
 *
 * @param canPlan whether the run changes the directory in one phase: a plan has no others
 * @param approved how the changes were approved, if they were
 * @throws EntrapipeError `USAGE` if the results and the summary would both go to stdout, or options need others, `TENANT_MISSING` if no tenant is named,
 *   `PLAN_REFUSED` if the tenant requires a second person
 */
export const openChanging = async (
  wish: Pick<TenantWish, 'tenant' | 'auth'>,
  options: ChangeOptions,
  cli: Cli,
  canPlan: boolean,
  approved?: Approved,
): Promise<OpenChanging> => {
  refuseTwoOutputs(options, cli)
  const pace = paceOf(options, approved === 'before')
  if (options.plan !== undefined && !canPlan) throw severalPhases()
  if (options.plan !== undefined) await checkPlan(options.plan, cli)
  if (options.results !== undefined) await checkResults({ to: options.results, option: '--results' }, cli)
  const dryRun = options.dryRun === true || options.plan !== undefined
  const priceFile = await impactOptions(options, dryRun, cli)
  const operations = await loadOperations()
  const [name, settings, connection] = await connectionOf(
    { ...wish, writes: true, dryRun, writeShare: options.quotaShare },
    cli,
    options.quiet,
  )
  const graph = await openGraph(name, settings, connection)
  const prices = priceFile && pricesBySku(priceFile, (await readProducts(graph, cli.signal)).products)
  const lacking = async (sendsNothing: boolean) =>
    missingRights((await graph.signedIn(cli.signal)).claims, {
      dryRun: sendsNothing,
      ...given({ includePrivileged: options.includePrivileged }),
    })
  const needsApproval = settings.approval === 'second-person' && !dryRun
  const unplanned = settings.approval === 'second-person' && !approved ? planMissing(graph, canPlan) : undefined
  if (unplanned && !dryRun) throw stopError(unplanned)
  return {
    async approve(head) {
      await expectAsNoted(head, await cli.store())
      if (needsApproval) await expectSecondPerson(head, graph, cli.signal)
    },
    graph,
    ...given({ prices }),
    operations,
    options,
    quotas: quotasOf({
      ...settings.quotas,
      size: settings.quotas?.size ?? 'L',
      ...given({ writeShare: connection.writeShare, timeScale: connection.timeScale }),
    }),
    changing: {
      lagBoundMs: (settings.lagBound ?? usualLagBound) * 1000,
      dryRun,
      pace,
      permitted: () => lacking(dryRun),
      ...(dryRun && { permittedToSend: () => lacking(false) }),
      refused: async kinds =>
        missingRole({ graph, signal: cli.signal }, (await graph.signedIn(cli.signal)).claims, kinds),
      ...(unplanned && options.plan === undefined && { stops: [unplanned] }),
      outputs: outputsOf(options),
      protection: protectionOf(graph, settings, options.includePrivileged, cli.signal),
      ...given({
        mostChanges: options.limit,
        maxRemovals: options.maxRemovals,
        irreversible: options.irreversible,
        waitsForWindow: options.wait,
      }),
      audit: {
        who: () => identityIn(graph, cli.signal),
        reason: options.reason,
        ticket: options.ticket,
      },
    },
  }
}

/** The person or app in the token. */
const identityIn = async (graph: GraphClient, signal: AbortSignal): Promise<Readonly<Record<string, string>>> => {
  const { claims } = await graph.signedIn(signal)
  return { identity: identityOf(claims), objectId: claims.objectId, app: claims.appId }
}

const outputsOf = ({ results, plan, impactReport: report = [] }: ChangeOptions) =>
  [
    ['--results', results] as const,
    ['--plan', plan] as const,
    ...report.map(path => ['--report', path] as const),
  ].flatMap(([what, path]) => (path === undefined || path === '-' ? [] : [{ what, path }]))

/** Checks what a preview reads and writes. @throws EntrapipeError `USAGE` where there is no preview; as `checkReports`, `readPrices` */
const impactOptions = async (
  { impactReport: report = [], impactPrices: prices, yes = false, results, plan }: ChangeOptions,
  dryRun: boolean,
  cli: Cli,
): Promise<PriceFile | undefined> => {
  const [named] = [...(report.length > 0 ? ['--report'] : []), ...(prices === undefined ? [] : ['--prices'])]
  if (named === undefined) return undefined
  if (yes && !dryRun)
    throw new EntrapipeError('USAGE', `${named} is about what is shown before the changes, and --yes shows nothing.`, {
      fix: `Add --dry-run, or leave ${named} out.`,
    })
  await checkReports(report, cli)
  const paths = new Map(
    [results, plan, prices].flatMap(path => (path === undefined ? [] : [[absolute(cli.environment, path), path]])),
  )
  for (const to of report) {
    const other = paths.get(absolute(cli.environment, to))
    if (other !== undefined)
      throw new EntrapipeError('USAGE', `--report would replace ${other}, which another option names.`, {
        fix: 'Name another file.',
      })
  }
  return prices === undefined ? undefined : readPrices(prices, checkContext({ ...cli, graph: undefined }))
}

const severalPhases = (): EntrapipeError =>
  new EntrapipeError(
    'USAGE',
    '--plan is not possible here: the run changes the directory in several phases, and a plan has the changes of one.',
    {
      fix: 'Use --dry-run, which shows the changes of all phases.',
    },
  )

const refuseTwoOutputs = ({ results }: ChangeOptions, cli: Cli): void => {
  if (results !== '-' || !cli.json()) return
  throw new EntrapipeError('USAGE', '--results - and --json both write to stdout.', {
    fix: 'Name a file with --results, or leave --json out.',
  })
}
