import { openDatabase } from './database.ts'

const versions = [
  `create table names (number integer primary key, name text not null unique);
   create table keys (number integer, key text, epoch integer not null, primary key (number, key)) without rowid;
   create table entries (
     number integer, key text, epoch integer, value text not null, primary key (number, key, epoch)
   ) without rowid`,
]

/**
 * Keys and values of all parts of a run, in a file of their own: it is deleted when the run has ended. Everything
 * carries the epoch it was written in.
 */
export interface KeyFile {
  /** Of a set or map, the same for the same name. */
  number(name: string): number
  keys(number: number): Iterable<string>
  hasKey(number: number, key: string): boolean
  addKeys(number: number, keys: readonly (readonly [key: string, epoch: number])[]): void
  setValues(number: number, epoch: number, entries: readonly (readonly [key: string, value: string])[]): void
  /** The newest. */
  value(number: number, key: string): string | undefined
  /** What is to be done before the state at a cut is safe. */
  beforeCheckpoint(flush: () => void): void
  /** Writes all that is pending. Once the checkpoint at `cut` is saved, `saved` is told: older values are not needed then. */
  flush(): void
  saved(cut: number): void
  close(): void
}

/** Opens the file, made when it is not there, without what was written in epoch `cut` or later. */
export const openKeyFile = (path: string, cut: number): KeyFile => {
  // 8 MB keep the upper levels of a tree of millions of keys in memory.
  const { sql, write, close } = openDatabase(path, { versions, exclusive: true, cacheBytes: 8_000_000 })
  write(() => {
    for (const table of ['keys', 'entries']) sql.prepare(`delete from ${table} where epoch >= ?`).run(cut)
  })
  const addName = sql.prepare('insert or ignore into names (name) values (?)')
  const numberOf = sql.prepare('select number from names where name = ?')
  const has = sql.prepare('select 1 from keys where number = ? and key = ?')
  const add = sql.prepare('insert or ignore into keys values (?, ?, ?)')
  const set = sql.prepare('insert or replace into entries values (?, ?, ?, ?)')
  const get = sql.prepare('select value from entries where number = ? and key = ? order by epoch desc limit 1')
  const forget = sql.prepare(`
    delete from entries where number = ?1 and key = ?2 and epoch < (
      select max(epoch) from entries where number = ?1 and key = ?2 and epoch < ?3
    )`)
  const flushes: (() => void)[] = []
  let lastSaved = cut
  return {
    number(name) {
      addName.run(name)
      return Number(numberOf.get(name)?.['number'])
    },
    *keys(number) {
      for (const line of sql.prepare('select key from keys where number = ?').iterate(number))
        yield line['key'] as string
    },
    hasKey: (number, key) => has.get(number, key) !== undefined,
    addKeys(number, keys) {
      if (keys.length > 0) write(() => keys.forEach(([key, epoch]) => add.run(number, key, epoch)))
    },
    setValues(number, epoch, entries) {
      if (entries.length === 0) return
      write(() => {
        for (const [key, value] of entries) {
          set.run(number, key, epoch, value)
          forget.run(number, key, lastSaved)
        }
      })
    },
    value: (number, key) => get.get(number, key)?.['value'] as string | undefined,
    beforeCheckpoint: flush => void flushes.push(flush),
    flush: () => flushes.forEach(flush => flush()),
    saved: saved => void (lastSaved = saved),
    close,
  }
}
