import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Phase } from '../../engine/phases.ts'
import type { Plan } from '../../engine/plan.ts'
import { brakedClasses, type Braked } from '../../hr/brakes.ts'
import { decided } from '../../hr/decided.ts'
import type { Decision, DecisionClass } from '../../hr/decision.ts'
import { accountListing } from '../../hr/read-accounts.ts'
import type { Mapping } from '../../hr/mapping.ts'
import { reconcile, runTablesOf } from '../../hr/reconcile.ts'
import { reasons, type Reason } from '../../hr/safety.ts'
import { stepsOf } from '../../hr/steps-of.ts'
import { decisionsTold } from '../../hr/decision-summary.ts'
import { summarize } from '../../hr/summary.ts'
import { graph } from '../../sinks/graph.ts'
import { deletedUsers } from '../../sources/deleted-users.ts'
import { users } from '../../sources/users.ts'
import { loadMapping } from '../load-mapping.ts'
import { rowSource, type InputOptions } from '../row-source.ts'
import { withManifest } from '../with-manifest.ts'
import { feedFile } from './feed-file.ts'
import { following } from './following.ts'
import { nowhere } from './nowhere.ts'
import { remembering } from './remembering.ts'
import { adPhase, reportPhases } from './reports.ts'

/** Parameters of `hr-feed`, named like its flags. */
export interface HrParams extends Omit<InputOptions, 'trailer' | 'captions'> {
  /** Absolute path of the mapping file. */
  readonly mapping: string
  readonly timeZone: string
  readonly report?: readonly string[]
  readonly adFile?: string
  readonly accept?: readonly string[]
  readonly maxJoiners?: string
  readonly maxMovers?: string
  readonly maxLeavers?: string
  readonly maxDeletions?: string
  readonly joiners: boolean
  readonly movers: boolean
  readonly leavers: boolean
  readonly leaversByAbsence?: number
  readonly deleteAfter?: string
  readonly cloudJoiners?: boolean
  readonly credentials?: string
}

/** The phases that change the directory, with the classes on which they act. The brakes of the classes count people, before the first phase. */
const acting = {
  accounts: ['joiner', 'rehire', 'mover', 'leave'],
  leavers: ['leaver'],
  deletions: ['deletion'],
} as const satisfies Readonly<Record<string, readonly DecisionClass[]>>

const off = ['joiners', 'movers', 'leavers'] as const

const reasonsIn = (given: readonly string[] = []): readonly Reason[] => {
  const strange = given.find(each => !(reasons as readonly string[]).includes(each))
  if (strange === undefined) return given as readonly Reason[]
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected --accept to be reasons of ${reasons.join(', ')}, got ${JSON.stringify(strange)}`,
  )
}

const daysIn = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const [, days] = /^(\d{1,4})d$/.exec(text.trim()) ?? []
  if (days !== undefined) return Number(days)
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected --delete-after to be a number of days such as 30d, got ${JSON.stringify(text)}`,
  )
}

const limitsOf = (params: HrParams): Partial<Record<Braked, string>> =>
  Object.fromEntries(
    brakedClasses.flatMap(of => {
      const limit = params[`max${of[0]!.toUpperCase()}${of.slice(1)}` as keyof HrParams]
      return limit === undefined ? [] : [[of, limit as string]]
    }),
  )

/** People and the accounts of their decisions, compared with the directory. */
const reconciling = async (
  params: HrParams,
): Promise<{
  readonly source: Source<Decision>
  readonly feed: string
  readonly mapping: Awaited<ReturnType<typeof loadMapping>>['mapping']
}> => {
  const { mapping: path, timeZone, accept, joiners: _, movers: __, leavers: ___, ...input } = params
  if (params.from === '-')
    throw new EntrapipeError(
      'OPTION_INVALID',
      'A feed is compared with the last one by its hash, so it cannot come from stdin.',
      {
        fix: 'Name its file with --from.',
      },
    )
  const { mapping, codeHash } = await loadMapping(path, { cwd: '/' })
  const rows = rowSource({ ...given(input), from: params.from, trailer: 'always' } as InputOptions)
  const whole = withManifest(rows, params.from, ({ completeness, limit, why }) => given({ completeness, limit, why }))
  const file = feedFile(whole, params.from)
  const listing = accountListing(mapping)
  const source = reconcile({
    mapping,
    feed: file.source,
    accounts: {
      live: users(listing) as Source<never>,
      deleted: deletedUsers({ select: listing.select }) as Source<never>,
    },
    file: file.facts,
    timeZone,
    accept: reasonsIn(accept),
    limits: limitsOf(params),
    off: off.filter(name => !params[name]),
    ...given({
      leaversByAbsence: params.leaversByAbsence,
      deleteAfterDays: daysIn(params.deleteAfter),
      cloudJoiners: params.cloudJoiners,
    }),
  })
  return {
    mapping,
    feed: mapping.name,
    source: {
      ...source,
      // It starts over: no page has a position.
      resumable: true,
      describe: async ctx => ({ ...((await source.describe!(ctx)) as object), mapping: codeHash }) as Json,
      async *read(ctx, ...at) {
        for await (const { rows } of source.read(ctx, ...at)) yield { rows, unfinished: true }
        await ctx.tell(decisionsTold, summarize(runTablesOf(ctx)) as object as Json)
        yield { rows: [] }
      },
    },
  }
}

const changing = (
  name: keyof typeof acting,
  { timeZone }: HrParams,
  { name: feed, match }: Mapping,
  check?: Source<unknown>['check'],
): Phase => {
  const properties = match.map(({ path }) => path)
  const source = decided({
    kind: `hr-${name}`,
    classes: acting[name],
    as: (decision): readonly Decision[] => (stepsOf(decision).length === 0 ? [] : [decision]),
  })
  return {
    name,
    plan: {
      source: { ...source, usesGraph: true, ...given({ check }) },
      sink: graph<Decision>(decision => stepsOf(decision, properties), {
        supersedes: `the accounts of the feed ${feed}`,
        owns: true,
        follow: following({ feed, timeZone }),
        // Members that the rules of movers remove are counted by the engine: the first of these phases has them.
        limited: name === 'accounts' ? 'objects' : 'all',
      }),
    } as object as Plan,
  }
}

/** New accounts get passwords that nobody knows but their file. @throws EntrapipeError `OPTION_INVALID` */
const expectCredentials =
  ({ joiners, credentials }: HrParams): NonNullable<Source<unknown>['check']> =>
  async ({ dryRun }) => {
    if (dryRun || !joiners || credentials !== undefined) return
    throw new EntrapipeError(
      'OPTION_INVALID',
      'New accounts get a password, and --credentials does not say into which file it is written.',
      { fix: 'Add --credentials with a new file, or --no-joiners.' },
    )
  }

/**
 * The phases of an HR feed: reconcile, reports, accounts, leavers, deletions, remember.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_MISSING`, `MAPPING_INVALID`
 */
export const hrPlan = async (params: HrParams): Promise<readonly Phase[]> => {
  const { source, feed, mapping } = await reconciling(params)
  const changes: readonly Phase[] = [
    changing('accounts', params, mapping, expectCredentials(params)),
    changing('leavers', params, mapping),
    ...(params.deleteAfter === undefined ? [] : [changing('deletions', params, mapping)]),
  ]
  const names = changes.map(({ name }) => name)
  return [
    { name: 'reconcile', plan: { source, sink: nowhere() as Sink<never> } as object as Plan },
    ...reportPhases(params.report ?? [], feed),
    ...(params.adFile === undefined ? [] : [adPhase(params.adFile)]),
    ...changes,
    {
      name: 'remember',
      plan: { source: remembering(mapping, params.timeZone, names), sink: nowhere() as Sink<never> } as object as Plan,
    },
  ]
}
