import type { Context } from '../../../core/context.ts'
import type { Changed } from '../drift.ts'
import type { DeltaKey } from './delta-memory.ts'
import { objectKey, type ObjectKey } from './object-key.ts'

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

/** What a run of a delta keeps on disk until it ends. */
export interface DeltaRun {
  /** Notes the keys of rows that are about to be passed on. */
  add(keys: readonly string[], gone: boolean): void
  /** The keys of all rows, sorted, each once: as it was noted last. */
  keys(): Iterable<DeltaKey>
  /** The number of keys whose rows say that they are gone. */
  gone(): number
  /** Adds entries of the changes. */
  addEntries(stream: number, entries: readonly Changed[], idOf: (entry: Changed) => string): void
  /** Removes all entries, to read them again. */
  clear(): void
  /** Called when all entries are there. */
  end(next: NextLinks): void
  /** Undefined before `end`. */
  readonly next: NextLinks | undefined
  /** Changed objects in the order of their ids, in lists of at most so many. @param after the id before the first one */
  objects(after: string | undefined, atOnce: number): Iterable<readonly ChangedObject[]>
}

// A machine that crashes keeps what is in a checkpoint, and so it must keep this.
const versions = [
  `create table keys (key blob not null, gone integer not null);
  create table entries (n integer primary key, id text not null, stream integer not null, entry text not null);
  create index entries_id on entries (id, n);
  create table next (links text not null, since integer not null, counted integer);`,
] as const

/** Opens what this run keeps of a delta. */
export const deltaRun = (ctx: Context): DeltaRun => {
  const database = ctx.store.database('delta', versions)
  const { sql, write } = database
  sql.exec('pragma synchronous = full')
  return {
    add(keys, gone) {
      if (keys.length === 0) return
      const insert = sql.prepare('insert into keys (key, gone) values (?, ?)')
      write(() => {
        for (const key of keys) insert.run(objectKey(key), Number(gone))
      })
    },
    *keys() {
      // Of several rows SQLite returns the one with the maximum.
      const all = sql.prepare('select key, gone, max(rowid) from keys group by key order by key').iterate()
      for (const { key, gone } of all) yield { key: key as ObjectKey, gone: gone === 1 }
    },
    gone() {
      const sum = sql.prepare(
        'select coalesce(sum(gone), 0) as gone from (select gone, max(rowid) from keys where key in (select key from keys where gone = 1) group by key)',
      )
      return Number(sum.get()!['gone'])
    },
    addEntries(stream, entries, idOf) {
      const insert = sql.prepare('insert into entries (id, stream, entry) values (?, ?, ?)')
      write(() => {
        for (const entry of entries) insert.run(idOf(entry), stream, JSON.stringify(entry))
      })
    },
    clear: () => write(() => sql.exec('delete from entries')),
    end: ({ links, sinceMs, counted }) =>
      write(
        () =>
          void sql
            .prepare('insert into next (links, since, counted) values (?, ?, ?)')
            .run(JSON.stringify(links), sinceMs, counted ?? null),
      ),
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
