import type { Context } from '../../../core/context.ts'
import type { Changed } from '../drift.ts'
import type { DeltaKey } from './delta-memory.ts'
import { packed, unpacked, type ObjectKey } from './object-key.ts'

/** Where the changes of the next run begin. */
export interface NextLinks {
  /** A link for each collection. */
  readonly links: readonly string[]
  /** In milliseconds since 1970. */
  readonly sinceMs: number
  /** The objects that the service counted before the changes were read. */
  readonly counted?: number | undefined
}

/** What one object is in the changes: its entries in the order in which they came. */
export interface ChangedObject {
  readonly id: string
  readonly entries: readonly Changed[]
  /** The collection that they are of. */
  readonly stream: number
}

/** An entry of the changes. */
export interface DeltaEntry {
  /** Of the object. */
  readonly id: string
  readonly stream: number
  readonly entry: Changed
}

/** What a run of a delta keeps on disk until it ends. */
export interface DeltaRun {
  /** Notes the keys of rows that are about to be passed on. */
  add(keys: readonly string[], gone: boolean): void
  /** The keys of all rows in the order in which they were noted. A process that resumes the run may note one again. */
  keys(): Iterable<DeltaKey>
  /** The keys of which some row says that it is gone, or all keys: each once, as it was noted last, in lists of at most so many. */
  last(of: 'gone' | 'all', atOnce: number): Iterable<readonly DeltaKey[]>
  /** Adds entries of the changes. */
  addEntries(stream: number, entries: readonly Changed[], idOf: (entry: Changed) => string): void
  /** Removes all entries, to read them again. */
  clear(): void
  /** Called when all entries are there. */
  end(next: NextLinks): void
  /** Undefined before `end`. */
  readonly next: NextLinks | undefined
  /** All entries in the order of the ids of their objects, and in that in which they came. */
  entries(): Iterable<DeltaEntry>
  /** Changed objects in the order of their ids, in lists of at most so many. @param after the id before the first one */
  objects(after: string | undefined, atOnce: number): Iterable<readonly ChangedObject[]>
}

/** Of the pages of the database. */
const cacheKb = 2_000

const versions = [
  `create table keys (width integer not null, bytes blob not null, gone integer not null);
  create table entries (n integer primary key, id text not null, stream integer not null, entry text not null);
  create index entries_id on entries (id, n);
  create table next (links text not null, since integer not null, counted integer);`,
] as const

/** Opens what this run keeps of a delta. */
export const deltaRun = (ctx: Context): DeltaRun => {
  const database = ctx.store.database('delta', versions)
  const { sql, write } = database
  // Rows are added at the end and read in order, so that a large cache would only be held.
  sql.exec(`pragma cache_size = -${cacheKb}`)
  function* keys(): Generator<DeltaKey, void, void> {
    for (const { width, bytes, gone } of sql.prepare('select width, bytes, gone from keys order by rowid').iterate())
      for (const key of unpacked({ width: Number(width), bytes: bytes as Uint8Array })) yield { key, gone: gone === 1 }
  }
  return {
    add(keys, gone) {
      if (keys.length === 0) return
      const insert = sql.prepare('insert into keys (width, bytes, gone) values (?, ?, ?)')
      write(() => {
        for (const { width, bytes } of packed(keys)) insert.run(width, bytes, Number(gone))
      })
    },
    keys,
    *last(of, atOnce) {
      if (of === 'gone' && !sql.prepare('select 1 from keys where gone = 1').get()) return
      write(() => {
        sql.exec(`drop table if exists temp.last;
          create temp table last (n integer primary key, key blob not null, gone integer not null)`)
        const insert = sql.prepare('insert into temp.last (key, gone) values (?, ?)')
        for (const { key, gone } of keys()) insert.run(key, Number(gone))
        sql.exec('create index temp.last_key on last (key, n, gone)')
      })
      // Of the rows of a group, SQLite takes the one that has the maximum.
      const next = sql.prepare(
        `select key, gone, max(n) from temp.last where key > ? group by key ${of === 'gone' ? 'having sum(gone) > 0' : ''} order by key limit ?`,
      )
      // Numbers come before texts and bytes.
      for (let after: ObjectKey | number = -1; ;) {
        const found = next.all(after, atOnce)
        if (found.length === 0) break
        yield found.map(({ key, gone }) => ({ key: key as ObjectKey, gone: gone === 1 }))
        after = found.at(-1)!['key'] as ObjectKey
      }
      sql.exec('drop table temp.last')
    },
    addEntries(stream, entries, idOf) {
      const insert = sql.prepare('insert into entries (id, stream, entry) values (?, ?, ?)')
      write(() => {
        for (const entry of entries) insert.run(idOf(entry), stream, JSON.stringify(entry))
      })
    },
    clear: () => write(() => sql.exec('drop index if exists entries_id; delete from entries')),
    end: ({ links, sinceMs, counted }) =>
      write(() => {
        // When all are there: ids come in no order, and an index that is built once is written once.
        sql.exec('create index if not exists entries_id on entries (id, n)')
        sql
          .prepare('insert into next (links, since, counted) values (?, ?, ?)')
          .run(JSON.stringify(links), sinceMs, counted ?? null)
      }),
    get next() {
      const found = sql.prepare('select links, since, counted from next').get()
      return (
        found && {
          links: JSON.parse(String(found['links'])) as readonly string[],
          sinceMs: Number(found['since']),
          counted: found['counted'] === null ? undefined : Number(found['counted']),
        }
      )
    },
    *entries() {
      for (const { id, stream, entry } of sql.prepare('select id, stream, entry from entries order by id, n').iterate())
        yield { id: String(id), stream: Number(stream), entry: JSON.parse(String(entry)) as Changed }
    },
    *objects(after, atOnce) {
      const ids = sql.prepare(
        'select id, min(stream) as stream from entries where id > ? group by id order by id limit ?',
      )
      const entries = sql.prepare('select entry from entries where id = ? order by n')
      for (let last = after ?? ''; ;) {
        const found = ids.all(last, atOnce).map(({ id, stream }) => ({ id: String(id), stream: Number(stream) }))
        if (found.length === 0) return
        yield found.map(({ id, stream }) => ({
          ...{ id, stream },
          entries: entries.all(id).map(({ entry }) => JSON.parse(String(entry)) as Changed),
        }))
        last = found.at(-1)!.id
      }
    },
  }
}
