import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { judgeBrakes, type Braked, type Limits } from './brakes.ts'
import { checkReturns } from './check-returns.ts'
import { choosePeople } from './choose-people.ts'
import type { Moment } from './claims.ts'
import { countedReads, noteReads } from './counted-reads.ts'
import { isTimeZone } from '../core/time-window.ts'
import { dayAt } from './days.ts'
import { decideGroups } from './decide-groups.ts'
import { decideManagers } from './decide-managers.ts'
import { decideNames } from './decide-names.ts'
import { decidePeople } from './decide-people.ts'
import { decisionRows, decisionsOf } from './decision-rows.ts'
import type { Decision, DecisionClass } from './decision.ts'
import { groupsIn, leaveAllGroups, type GroupsOf } from './leaver-groups.ts'
import { refuseLostZeros } from './leading-zeros.ts'
import type { Mapping } from './mapping.ts'
import { matchPeople } from './match-people.ts'
import { isEarlierFeed, lastFeed, loadRemembered, noteBegun } from './memory.ts'
import { dropEnabled, loadEffects, namedGroups, renameGroups } from './effects.ts'
import { expectSound, memoryOf } from './open-memory.ts'
import { readAccounts, type AccountSources } from './read-accounts.ts'
import { readFeed } from './read-feed.ts'
import {
  judgeChanges,
  judgeClock,
  judgeFailures,
  judgeFeed,
  type FailedRow,
  type FileFacts,
  type Reason,
  type Unsafe,
} from './safety.ts'
import { changedIn } from './report-rows.ts'
import { groupsFound, ruleGroups, type FindGroups } from './rule-groups.ts'
import { runTables, type Tables } from './tables.ts'
import { takenElsewhere, type TakenElsewhere } from './taken-names.ts'

/** Options of `reconcile`. */
export interface ReconcileOptions {
  readonly mapping: Mapping
  /** Rows of the feed. */
  readonly feed: Source<Fields>
  /** Users, live and deleted, with what `accountListing` selects. */
  readonly accounts: AccountSources
  /** What is known of the file. Called when its rows were read. */
  readonly file: (ctx: Context) => Promise<FileFacts>
  /** Time zone of people whose row has none: `Europe/Berlin`. */
  readonly timeZone: string
  /** Reasons for which the feed is acted on nevertheless. */
  readonly accept?: readonly Reason[]
  /** Most people of a class. */
  readonly limits?: Limits
  /** Classes that are reported and not acted on. */
  readonly off?: readonly ('joiners' | 'movers' | 'leavers')[]
  /** Feeds without a person that make a leaver. @default none do */
  readonly leaversByAbsence?: number
  /** Days after which the account of a leaver is deleted. @default never */
  readonly deleteAfterDays?: number
  /** Whether new people get accounts although the directory is synchronized from Active Directory. @default false */
  readonly cloudJoiners?: boolean
  /** Looks up names of other objects than users. @default in groups and contacts */
  readonly takenElsewhere?: TakenElsewhere
  /** Finds the groups of the rules. @default in the directory */
  readonly findGroups?: FindGroups
  /** Reads the groups of leavers. @default from the directory */
  readonly groupsOf?: GroupsOf
}

/** Name of the run's database that has `runTables`. */
const runDatabase = 'hr-feed'

/** The tables of a run. */
export const runTablesOf = (ctx: Context): Tables => ctx.store.database(runDatabase, runTables)

const failuresIn = ({ sql }: Tables): readonly Unsafe[] => {
  const counted = sql.prepare('select count(*) as people, count(fault) as failed from people').get()
  const { people, failed } = counted as { readonly people: number; readonly failed: number }
  const first = sql.prepare('select line, fault from people where fault is not null order by n limit 1').get()
  return judgeFailures(failed, people, first as FailedRow | undefined)
}

const brakeOf: Readonly<Partial<Record<DecisionClass, Braked>>> = {
  joiner: 'joiners',
  rehire: 'joiners',
  mover: 'movers',
  leave: 'movers',
  leaver: 'leavers',
  deletion: 'deletions',
}

/** The option that switches a class off. */
const switchOf: Readonly<Record<Braked, 'joiners' | 'movers' | 'leavers'>> = {
  joiners: 'joiners',
  movers: 'movers',
  leavers: 'leavers',
  deletions: 'leavers',
}

const unsafe = (
  found: readonly Unsafe[],
  accept: readonly Reason[],
  others: readonly { of: Braked; text: string }[],
): void => {
  const refused = found.filter(({ reason, isFinal }) => isFinal || !accept.includes(reason))
  const texts = [...refused.map(({ text }) => text), ...others.map(({ text }) => text)]
  if (texts.length === 0) return
  const accepted = [...new Set(refused.filter(({ isFinal }) => !isFinal).map(({ reason }) => reason))]
  const hasFinal = refused.some(({ isFinal }) => isFinal)
  const flags = [
    ...(accepted.length === 0 ? [] : [`--accept ${accepted.join(',')}`]),
    ...others.map(({ of }) => `a higher --max-${of}`),
  ]
  throw new EntrapipeError(
    'FEED_UNSAFE',
    `The feed is not acted on. ${texts.length === 1 ? texts[0] : `\n  ${texts.join('\n  ')}`}`,
    {
      facts: { reasons: [...refused.map(({ reason }) => reason), ...others.map(({ of }) => of)] },
      fix: hasFinal
        ? 'Correct the feed or the mapping.'
        : `Check the feed. If it is right, run it again with ${flags.join(' and ')}.`,
    },
  )
}

const acting = Object.keys(brakeOf) as DecisionClass[]

/** Marks the decisions that are switched off. */
const switchOff = (tables: Tables, off: NonNullable<ReconcileOptions['off']>): void => {
  if (off.length === 0) return
  const rows = decisionRows(tables)
  tables.write(() => {
    for (const { n, decision } of decisionsOf(tables, acting)) {
      const name = switchOf[brakeOf[decision.class]!]
      if (decision.off === undefined && off.includes(name)) rows.update(n, { ...decision, off: `--no-${name}` })
    }
  })
}

/** Counts the decisions that are acted on, and the properties that would change. */
const tally = (tables: Tables) => {
  const counts: Record<Braked, number> = { joiners: 0, movers: 0, leavers: 0, deletions: 0 }
  const changes = new Map<string, number>()
  for (const { decision } of decisionsOf(tables, acting)) {
    if (decision.off !== undefined) continue
    const brake = brakeOf[decision.class]!
    counts[brake]++
    if (brake === 'movers')
      for (const property of changedIn(decision)) changes.set(property, (changes.get(property) ?? 0) + 1)
  }
  return { counts, changes }
}

const numberOf = ({ sql }: Tables, query: string): number => (sql.prepare(query).get() as { count: number }).count

/** A question about many things, with how many were asked for so far. */
const told = <T>(ctx: Context, what: string, ask: (of: readonly string[]) => Promise<T>): typeof ask => {
  let done = 0
  return async of => {
    ctx.doing({ what, done })
    const found = await ask(of)
    ctx.doing({ what, done: (done += of.length) })
    return found
  }
}

/** Of the page cache of a database. */
const cacheKiB = 4000

/** Rows in one page. */
const rowsPerPage = 1000

const pagesOf = function* (tables: Tables) {
  let rows: { key: string; value: Decision }[] = []
  for (const { decision } of decisionsOf(tables)) {
    rows.push({ key: decision.key, value: decision })
    if (rows.length < rowsPerPage) continue
    yield { rows }
    rows = []
  }
  yield { rows }
}

/**
 * Compares an HR feed with the directory. Its rows are decisions, one a person in the order of the keys, then the accounts that
 * nobody has. Nothing is changed. The decisions are also in the run's database, for later phases.
 *
 * @throws EntrapipeError `FEED_UNSAFE`; `INPUT_INCOMPLETE` if the directory does not return all users; `OPTION_INVALID`
 */
export const reconcile = (options: ReconcileOptions): Source<Decision> => {
  const { mapping, feed, accounts, timeZone, accept = [], limits = {}, off = [] } = options
  const { leaversByAbsence, deleteAfterDays, cloudJoiners = false } = options
  return {
    kind: 'reconcile',
    usesGraph: true,
    resumable: false,
    async check(ctx) {
      if (!isTimeZone(timeZone))
        throw new EntrapipeError(
          'OPTION_INVALID',
          `${JSON.stringify(timeZone)} is not a time zone. Write one such as Europe/Berlin.`,
        )
      judgeBrakes({ joiners: 0, movers: 0, leavers: 0, deletions: 0 }, 0, limits)
      await feed.check?.(ctx)
    },
    describe: async ctx => ({ from: ((await feed.describe?.(ctx)) ?? null) as Json, name: mapping.name, timeZone }),
    async *read(ctx) {
      const tables = runTablesOf(ctx)
      const memory = memoryOf(ctx, mapping)
      // Tables are read in their order, so that large caches would only take memory.
      for (const { sql } of [tables, memory]) sql.exec(`pragma cache_size = -${cacheKiB}`)
      expectSound(memory, mapping, ctx)
      const { ctx: reading, reads } = countedReads(ctx)
      const moment: Moment = { nowMs: ctx.clock.now(), timeZone }
      const facts = await readFeed(tables, mapping, feed, ctx, moment)
      const file = await options.file(ctx)
      const last = lastFeed(memory)
      const isEarlier = isEarlierFeed(memory, file.sha256, last)
      const found = judgeFeed(file, facts, mapping, last, isEarlier)
      unsafe([...judgeClock(moment.nowMs, last), ...found], accept, [])
      choosePeople(tables, mapping, moment)
      unsafe(failuresIn(tables), accept, [])
      loadRemembered(tables, memory)
      loadEffects(tables, memory)
      await ctx.untilShown()
      const rules = await ruleGroups(mapping, namedGroups(memory), options.findGroups ?? groupsFound(reading))
      await readAccounts(tables, mapping, accounts, reading)
      ctx.doing({ what: 'comparing people with accounts' })
      dropEnabled(tables, ctx.dryRun ? undefined : memory)
      matchPeople(tables, mapping)
      refuseLostZeros(tables, mapping)
      const ordinal = last === undefined ? 1 : last.sha256 === file.sha256 ? last.ordinal : last.ordinal + 1
      decidePeople(tables, mapping, {
        ordinal,
        leaversByAbsence,
        deleteAfterDays,
        cloudJoiners,
        nameless: facts.nameless,
        today: dayAt(moment.nowMs, timeZone),
      })
      checkReturns(tables)
      // Nobody is given a manager who is not created.
      switchOff(
        tables,
        off.filter(name => name === 'joiners'),
      )
      const elsewhere = options.takenElsewhere ?? takenElsewhere(reading)
      await decideNames(tables, mapping, told(ctx, 'looking up names among groups and contacts', elsewhere))
      decideManagers(tables, mapping)
      if (mapping.leavers.groups === 'all' && !off.includes('leavers'))
        await leaveAllGroups(tables, told(ctx, 'reading groups of leavers', options.groupsOf ?? groupsIn(reading)))
      decideGroups(tables, memory, rules)
      switchOff(tables, off)
      const { counts, changes } = tally(tables)
      const people = numberOf(
        tables,
        'select count(*) as count from claims where account is not null and conflict is null',
      )
      const owned = numberOf(
        tables,
        'select count(*) as count from accounts where deleted = 0 and owned = 1 and guest = 0',
      )
      unsafe(judgeChanges(changes, people), accept, judgeBrakes(counts, owned, limits))
      const acted = JSON.stringify({ name: mapping.name, file, facts, ordinal, isFirst: last === undefined })
      tables.sql.prepare("insert or replace into facts (name, value) values ('feed', ?)").run(acted)
      noteReads(tables, reads())
      if (!ctx.dryRun) {
        renameGroups(memory, rules.ids)
        noteBegun(memory, file.sha256, last)
      }
      yield* pagesOf(tables)
    },
  }
}
