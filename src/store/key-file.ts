import { openDatabase, type Database } from './database.ts'

/**
 * `tail` has the entries since the last run of keys, in the order they came. `entries` has the runs. They are never changed, so
 * that a page of the tree is written once and not for every key in it.
 */
const versions = [
  `create table names (number integer primary key, name text not null unique);
   create table tail (number integer not null, key text not null, epoch integer not null, value text not null);
   create table entries (
     number integer, run integer, key text, epoch integer, value text not null,
     primary key (number, run, key, epoch)
   ) without rowid`,
]

/** A value and the epoch in which it was written. */
export interface Entry {
  readonly key: string
  readonly epoch: number
  readonly value: string
}

/** Keys and values of all parts of a run, in a separate file, which is deleted when the run has ended. */
export interface KeyFile {
  /** Number of a set or map, the same for the same name. */
  number(name: string): number
  /** Entries since the last run of keys, in the order they came. */
  tail(number: number): Iterable<Entry>
  /** Entries of every run of keys, by run. */
  keys(number: number): Iterable<{ readonly run: number; readonly key: string }>
  /** Returns the newest value of a key in a run. */
  value(number: number, run: number, key: string): string | undefined
  /** All valid entries: of a key written twice in an epoch since the last run of keys, only the last one. */
  all(number: number): Iterable<Entry>
  addTail(number: number, entries: readonly Entry[]): void
  /** Replaces the tail by a run, whose keys are in order. */
  addRun(number: number, run: number, entries: readonly Entry[]): void
  close(): void
}

/** Opens the file, or creates it. Entries of epoch `cut` or later are removed. */
export const openKeyFile = (path: string, cut: number): KeyFile => {
  // 4 MB keep the upper levels of a tree of millions of keys in memory.
  const database = openDatabase(path, { versions, exclusive: true, cacheBytes: 4_000_000 })
  try {
    return keyFile(database, cut)
  } catch (error) {
    database.close()
    throw error
  }
}

const keyFile = ({ sql, write, close }: Database, cut: number): KeyFile => {
  write(() => {
    for (const table of ['tail', 'entries']) sql.prepare(`delete from ${table} where epoch >= ?`).run(cut)
  })
  const addName = sql.prepare('insert or ignore into names (name) values (?)')
  const numberOf = sql.prepare('select number from names where name = ?')
  const get = sql.prepare(
    'select value from entries where number = ? and run = ? and key = ? order by epoch desc limit 1',
  )
  const append = sql.prepare('insert into tail values (?, ?, ?, ?)')
  const dropTail = sql.prepare('delete from tail where number = ?')
  const insert = sql.prepare('insert into entries values (?, ?, ?, ?, ?)')
  return {
    number(name) {
      addName.run(name)
      return Number(numberOf.get(name)?.['number'])
    },
    tail: number =>
      sql
        .prepare('select key, epoch, value from tail where number = ? order by rowid')
        .iterate(number) as Iterable<unknown> as Iterable<Entry>,
    keys: number =>
      sql.prepare('select run, key from entries where number = ?').iterate(number) as Iterable<unknown> as Iterable<{
        run: number
        key: string
      }>,
    all: number =>
      sql
        .prepare(
          `select key, epoch, value from entries where number = ?1
           union all
           select key, epoch, value from tail
           where rowid in (select max(rowid) from tail where number = ?1 group by key, epoch)`,
        )
        .iterate(number) as Iterable<unknown> as Iterable<Entry>,
    value: (number, run, key) => get.get(number, run, key)?.['value'] as string | undefined,
    addTail: (number, entries) =>
      write(() => entries.forEach(({ key, epoch, value }) => append.run(number, key, epoch, value))),
    addRun: (number, run, entries) =>
      write(() => {
        dropTail.run(number)
        for (const { key, epoch, value } of entries) insert.run(number, run, key, epoch, value)
      }),
    close,
  }
}
