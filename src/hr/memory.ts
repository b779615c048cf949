import type { GeneratedName } from './mapping.ts'
import { sameKey } from './claims.ts'
import { batches } from './batches.ts'
import { decisionsOf } from './decision-rows.ts'
import type { Decision } from './decision.ts'
import type { Remembered } from './candidate.ts'
import type { FeedFacts } from './read-feed.ts'
import type { EarlierFeed, FileFacts } from './safety.ts'
import type { Tables } from './tables.ts'

interface FeedRow {
  readonly ordinal: number
  readonly sha256: string
  readonly date: string | null
  readonly rows: number
  readonly columns: string
  readonly at: string
}

/** The last feed that was acted on. */
export const lastFeed = ({ sql }: Tables): EarlierFeed | undefined => {
  const found = sql.prepare('select * from feeds order by ordinal desc limit 1').get() as FeedRow | undefined
  return found && { ...found, columns: JSON.parse(found.columns) as Readonly<Record<string, number>> }
}

/** Whether a feed with this content was acted on, or began, before the last one was acted on. */
export const isEarlierFeed = ({ sql }: Tables, sha256: string, last: EarlierFeed | undefined): boolean =>
  last !== undefined &&
  last.sha256 !== sha256 &&
  sql
    .prepare('select 1 from feeds where sha256 = ?1 union select 1 from begun where sha256 = ?1 and after < ?2')
    .get(sha256, last.ordinal) !== undefined

/** Notes that a feed begins, after the last one that was acted on: it may end before it is remembered, superseded by a later one. */
export const noteBegun = (memory: Tables, sha256: string, last: EarlierFeed | undefined): void =>
  memory.write(
    () => void memory.sql.prepare('insert or replace into begun values (?, ?)').run(sha256, last?.ordinal ?? 0),
  )

const columns = 'person, key, seen, account, names, class, since, disabled'
const places = '?, ?, ?, ?, ?, ?, ?, ?'

interface PersonRow {
  readonly person: string
  readonly key: string
  readonly seen: number
  readonly account: string | null
  readonly names: string
  readonly class: Remembered['class']
  readonly since: string
  readonly disabled: number
}

const run = (statement: ReturnType<Tables['sql']['prepare']>, row: PersonRow): void => {
  const { person, key, seen, account, names, class: of, since, disabled } = row
  statement.run(person, key, seen, account, names, of, since, disabled)
}

/** Copies what is remembered of people into the tables of a run. */
export const loadRemembered = (tables: Tables, memory: Tables): void => {
  const insert = tables.sql.prepare(`insert into remembered (${columns}) values (${places})`)
  const batch = batches<PersonRow>(tables, row => run(insert, row))
  const all = memory.sql.prepare(`select ${columns} from people order by person`).iterate()
  for (const row of all as unknown as Iterable<PersonRow>) batch.add(row)
  batch.flush()
  tables.sql.exec('create index remembered_account on remembered (account)')
}

/** What a run did about a person. */
export interface Performed {
  /** Key of the decision. */
  readonly key: string
  /** Name of the operation. */
  readonly operation: string
  readonly outcome: string
  /** Id of the object that was created. */
  readonly id?: string | undefined
  /** Of a membership: the group as the decision names it. */
  readonly group?: string | undefined
}

/** What is remembered of a feed besides its people. */
interface ActedFeed {
  readonly file: FileFacts
  readonly facts: FeedFacts
  readonly ordinal: number
  readonly run: string
  /** When it was acted on, as an instant. */
  readonly at: string
  /** That day, in the time zone of the run. */
  readonly today: string
}

const happened = (outcome: string): boolean => outcome === 'done' || outcome === 'unchanged'

const generatedNames: readonly GeneratedName[] = ['userPrincipalName', 'mailNickname']

const namesIn = ({ wanted }: Decision): Readonly<Record<string, string>> =>
  Object.fromEntries(
    generatedNames.flatMap(name => (typeof wanted?.[name] === 'string' ? [[name, wanted[name]]] : [])),
  ) as Readonly<Record<string, string>>

interface Standing {
  readonly standing: string | null
  readonly starts: string | null
}

/** The class that is remembered of a person; undefined if it stays as it was. */
const classAfter = (
  { class: of, off, account }: Decision,
  { standing, starts }: Standing,
  isDisabled: boolean,
): Remembered['class'] | undefined => {
  if (off !== undefined || of === 'waiting' || of === 'unmatched') return undefined
  if (standing === null || standing === 'leaver') return isDisabled || account?.deleted ? 'leaver' : undefined
  if (starts !== null) return 'prehire'
  return standing === 'leave' ? 'leave' : 'active'
}

/**
 * Remembers a feed, and what became of its people. A feed counts once, however often it is acted on.
 *
 * @param performed what was done, in any order
 */
export const remember = async (
  tables: Tables,
  memory: Tables,
  feed: ActedFeed,
  performed: AsyncIterable<Performed>,
): Promise<void> => {
  const { sql } = tables
  sql.exec(
    'create temp table performed (key text not null, operation text not null, outcome text not null, id text, team text)',
  )
  const insert = sql.prepare('insert into performed (key, operation, outcome, id, team) values (?, ?, ?, ?, ?)')
  const done = batches<Performed>(tables, ({ key, operation, outcome, id = null, group = null }) => {
    insert.run(sameKey(key), operation, outcome, id, group)
  })
  for await (const one of performed) done.add(one)
  done.flush()
  sql.exec('create index performed_key on performed (key)')

  const of = sql.prepare('select operation, outcome, id, team as "group" from performed where key = ?')
  const standing = sql.prepare('select standing, starts from people where n = ?')
  const before = memory.sql.prepare(`select ${columns} from people where person = ?`)
  const put = memory.sql.prepare(`insert or replace into people (${columns}) values (${places})`)
  const member = memory.sql.prepare('insert or replace into memberships (person, team, given) values (?, ?, ?)')
  const noMember = memory.sql.prepare('delete from memberships where person = ? and team = ?')
  const { ordinal, today, file, facts } = feed

  const rememberPerson = (decision: Decision, number: number | null): void => {
    const person = sameKey(decision.key)
    const known = before.get(person) as PersonRow | undefined
    const seen = number === null ? (known?.seen ?? ordinal) : ordinal
    if (decision.class === 'failed' || decision.class === 'conflict') {
      if (known) run(put, { ...known, seen })
      return
    }
    const all = of.all(person) as unknown as readonly Performed[]
    const did = (...operations: readonly string[]): Performed | undefined =>
      all.find(({ operation, outcome }) => operations.includes(operation) && happened(outcome))
    const created = did('create-user')
    const [on, off] = [isSwitched(decision, true, all), isSwitched(decision, false, all)]
    const disabled = off || (created !== undefined && decision.wanted?.['accountEnabled'] === false)
    const at = (number === null ? undefined : (standing.get(number) as unknown as Standing)) ?? {
      standing: null,
      starts: null,
    }
    const next = classAfter(decision, at, off || decision.account?.enabled === false) ?? known?.class
    const account = created?.id ?? decision.account?.id ?? known?.account ?? null
    const names = { ...(JSON.parse(known?.names ?? '{}') as object), ...namesIn(decision) }
    if (next === undefined && account === null) return
    const now = next ?? 'active'
    const since = known?.class === now ? known.since : today
    run(put, {
      person,
      key: decision.key,
      seen,
      account,
      names: JSON.stringify(names),
      class: now,
      since,
      disabled: disabled ? 1 : on ? 0 : (known?.disabled ?? 0),
    })
    for (const { operation, outcome, group } of all) {
      if (group === undefined || group === null) continue
      if (!happened(outcome)) {
        // It is taken by the next run, as if the feed had given it.
        if (operation === 'remove-member') member.run(person, group, 1)
        continue
      }
      if (operation === 'add-member') member.run(person, group, outcome === 'done' ? 1 : 0)
      if (operation === 'remove-member') noMember.run(person, group)
    }
  }

  const people = batches<{ readonly decision: Decision; readonly person: number | null }>(
    memory,
    ({ decision, person }) => rememberPerson(decision, person),
  )
  for (const { decision, person } of decisionsOf(tables))
    if (person !== null || decision.class !== 'unmatched') people.add({ decision, person })
  people.flush()
  const filled = JSON.stringify(facts.columns)
  const count = sql.prepare("select count(*) as people from people where person <> ''").get() as { people: number }
  memory.write(() =>
    memory.sql
      .prepare(
        `insert or replace into feeds (ordinal, sha256, date, rows, people, columns, at, run) values (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(ordinal, file.sha256, file.date ?? null, facts.rows, count.people, filled, feed.at, feed.run),
  )
  sql.exec('drop table performed')
}

/** Whether the account was enabled or disabled. */
const isSwitched = ({ changes }: Decision, to: boolean, all: readonly Performed[]): boolean =>
  changes['accountEnabled']?.new === to &&
  all.some(
    ({ operation, outcome }) =>
      [to ? 'enable-user' : 'disable-user', 'update-user'].includes(operation) && happened(outcome),
  )

/** What `reconcile` notes of the feed of a run, for later phases. */
interface NotedFeed extends Pick<ActedFeed, 'file' | 'facts' | 'ordinal'> {
  /** The name of the feed in the mapping with which the run began. */
  readonly name: string
  /** Whether nothing was remembered. */
  readonly isFirst: boolean
}

/** What `reconcile` noted of the feed of a run. */
export const notedFeed = ({ sql }: Tables): NotedFeed => {
  const { value } = sql.prepare("select value from facts where name = 'feed'").get() as { value: string }
  return JSON.parse(value) as NotedFeed
}
