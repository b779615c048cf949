import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { EntrapipeError, systemCode } from '../core/errors.ts'

// https://www.sqlite.org/rescode.html, primary result codes
const busy = 5
const full = 13

// A file that is damaged, or none of SQLite's.
const corrupt = 11
const notADatabase = 26

const resultCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined

/** Whether another process wrote for longer than one waits. */
export const isBusy = (error: unknown): boolean => resultCode(error) === busy

/** Whether the file is damaged, none of SQLite's, or has other tables than it was made with. */
export const isDamage = (error: unknown): boolean => {
  const code = resultCode(error instanceof EntrapipeError ? error.cause : error)
  return code === 1 || code === corrupt || code === notADatabase
}

/** An error of SQLite, or that of a full disk, in our words; any other is answered as it is. */
export const explained = (error: unknown, path: string): unknown => {
  const code = resultCode(error)
  const isFull = code === full || ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(error) ?? '')
  if (isFull && !(error instanceof EntrapipeError))
    return new EntrapipeError('DISK_FULL', `There is no room left on the disk of ${path}.`, {
      cause: error,
      facts: { path },
    })
  if (code === undefined || code === 1) return error
  const options = { cause: error, facts: { path, sqlite: code } }
  if (code === busy)
    return new EntrapipeError('STORE_UNUSABLE', `Another process has been writing to ${path} for too long.`, {
      ...options,
      fix: 'Try again; if it stays so, look for a stopped or hanging entrapipe process and end it.',
    })
  const isDamaged = code === corrupt || code === notADatabase
  return new EntrapipeError('STORE_UNUSABLE', `${path} cannot be used: ${(error as Error).message}.`, {
    ...options,
    fix: isDamaged
      ? `It is damaged: move it, and any ${path}-wal and ${path}-shm, to another place; it is made anew, without what it knew.`
      : 'Check that you may read and write it and its folder, or name another folder in ENTRAPIPE_STORE.',
  })
}

/** How long a writer waits for another one. */
const timeoutMs = 10_000

interface DatabaseOptions {
  /** Statements that lead from one version of the file to the next, from an empty file on. */
  readonly versions: readonly string[]
  /** For a file that only one connection ever opens: no shared memory, no lock a transaction. @default false */
  readonly exclusive?: boolean
  /** Of the page cache. @default 2_000_000 */
  readonly cacheBytes?: number
}

/** A file of SQLite in WAL mode, at the newest of its versions. */
export interface Database {
  readonly path: string
  readonly sql: DatabaseSync
  /** Runs `work` in `begin immediate`, waiting up to 10 s for other writers; rolled back when it throws. */
  write<T>(work: () => T): T
  /** Runs `work` on one snapshot. */
  read<T>(work: () => T): T
  close(): void
}

const wrap = (sql: DatabaseSync, path: string): Database => {
  const transaction = <T>(begin: string, work: () => T): T => {
    try {
      sql.exec(begin)
      const value = work()
      sql.exec('commit')
      return value
    } catch (error) {
      // A full disk has rolled back already.
      if (sql.isTransaction) sql.exec('rollback')
      throw explained(error, path)
    }
  }
  return {
    path,
    sql,
    write: work => transaction('begin immediate', work),
    read: work => transaction('begin', work),
    close: () => sql.close(),
  }
}

const upgrade = (database: Database, versions: readonly string[]): void => {
  const version = () => Number(database.sql.prepare('pragma user_version').get()?.['user_version'])
  if (version() === versions.length) return
  database.write(() => {
    const from = version()
    if (from > versions.length)
      throw new EntrapipeError('STORE_UNUSABLE', `${database.path} was written by a newer entrapipe.`, {
        fix: 'Use that version, or name another folder in ENTRAPIPE_STORE.',
        facts: { path: database.path, version: from },
      })
    for (const statements of versions.slice(from)) database.sql.exec(statements)
    database.sql.exec(`pragma user_version = ${versions.length}`)
  })
}

/**
 * Opens a file of the store, made and brought up to date when need be: WAL, 0600, a commit survives the process's
 * death; what must survive the machine's is written with `durable`.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when it is damaged, newer than this program or cannot be opened, `DISK_FULL`
 */
export const openDatabase = (
  path: string,
  { versions, exclusive, cacheBytes = 2_000_000 }: DatabaseOptions,
): Database => {
  let sql: DatabaseSync | undefined
  try {
    sql = new DatabaseSync(path, { timeout: timeoutMs, enableForeignKeyConstraints: false })
    // By path: opening and closing the file here would drop the locks that SQLite holds on it (fcntl(2)).
    chmodSync(path, 0o600)
    if (exclusive) sql.exec('pragma locking_mode = exclusive')
    sql.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -${cacheBytes >> 10}`)
    const database = wrap(sql, path)
    upgrade(database, versions)
    return database
  } catch (error) {
    sql?.close()
    throw explained(error, path)
  }
}

/** Runs `work` so that what it commits, and all commits before it, are on the disk when it returns. */
export const durable = <T>(database: Database, work: () => T): T => {
  database.sql.exec('pragma synchronous = full')
  try {
    return work()
  } finally {
    database.sql.exec('pragma synchronous = normal')
  }
}

/** Works on files beside SQLite's. @throws EntrapipeError `DISK_FULL` */
export const onDisk = <T>(path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw explained(error, path)
  }
}
