import { sameKey } from './claims.ts'
import { batches } from './batches.ts'
import { decisionsOf } from './decision-rows.ts'
import type { Decision } from './decision.ts'
import type { FeedFacts } from './read-feed.ts'
import {
  personColumns,
  personMemory,
  personPlaces,
  writePerson,
  type Performed,
  type PersonRow,
  type Standing,
} from './remember-people.ts'
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

/** Copies what is remembered of people into the tables of a run. */
export const loadRemembered = (tables: Tables, memory: Tables): void => {
  const insert = tables.sql.prepare(`insert into remembered (${personColumns}) values (${personPlaces})`)
  const batch = batches<PersonRow>(tables, row => writePerson(insert, row))
  const all = memory.sql.prepare(`select ${personColumns} from people order by person`).iterate()
  for (const row of all as unknown as Iterable<PersonRow>) batch.add(row)
  batch.flush()
  tables.sql.exec('create index remembered_account on remembered (account)')
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
  sql.exec('create temp table performed (key text not null, operation text not null, outcome text not null, id text)')
  const insert = sql.prepare('insert into performed (key, operation, outcome, id) values (?, ?, ?, ?)')
  const done = batches<Performed>(tables, ({ key, operation, outcome, id = null }) => {
    insert.run(sameKey(key), operation, outcome, id)
  })
  for await (const one of performed) done.add(one)
  done.flush()
  sql.exec('create index performed_key on performed (key)')

  const of = sql.prepare('select operation, outcome, id from performed where key = ?')
  const { ordinal, today, file, facts } = feed
  const isAgain = lastFeed(memory)?.ordinal === ordinal
  const standing = sql.prepare('select standing, starts from people where n = ?')
  const known = personMemory(memory, { ordinal, today })

  const people = batches<{ readonly decision: Decision; readonly person: number | null }>(
    memory,
    ({ decision, person }) =>
      known.remember(
        decision,
        person === null ? undefined : (standing.get(person) as unknown as Standing),
        of.all(sameKey(decision.key)) as unknown as readonly Performed[],
      ),
  )
  for (const { decision, person } of decisionsOf(tables))
    if (person !== null || decision.class !== 'unmatched') people.add({ decision, person })
  people.flush()
  // A person who is absent from a feed whose rows name nobody may be in it: it does not count as an absence.
  if (facts.nameless > 0 && !isAgain)
    memory.write(() => void memory.sql.prepare('update people set seen = seen + 1 where seen < ?').run(ordinal))
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

/** What `reconcile` notes of the feed of a run, for later phases. */
interface NotedFeed extends Pick<ActedFeed, 'file' | 'facts' | 'ordinal'> {
  /** The name of the feed in the mapping with which the run began. */
  readonly name: string
  /** Whether nothing was remembered. */
  readonly isFirst: boolean
}

/** What `reconcile` noted of the feed of a run; undefined if the tables are gone: they are removed once it has ended, unless rows failed. */
export const notedFeed = ({ sql }: Tables): NotedFeed | undefined => {
  const found = sql.prepare("select value from facts where name = 'feed'").get()
  return found && (JSON.parse(found['value'] as string) as NotedFeed)
}
