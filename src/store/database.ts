import { chmodSync, closeSync, fdatasyncSync, openSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EntrapipeError, systemCode } from '../core/errors.ts'

// https://www.sqlite.org/rescode.html, primary result codes
const busy = 5
const ioError = 10
const full = 13

// A file that is corrupted, or not an SQLite file.
const corrupt = 11
const notADatabase = 26

const resultCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined

/** Whether another process was writing for longer than the wait. */
export const isBusy = (error: unknown): boolean => resultCode(error) === busy

/** Whether the file is corrupted, is not an SQLite file, or has unexpected tables. */
export const isDamage = (error: unknown): boolean => {
  const code = resultCode(error instanceof EntrapipeError ? error.cause : error)
  return code === 1 || code === corrupt || code === notADatabase
}

/** SQLite reports an I/O error if there is not even space for the file that its connections share. */
const sharedBytes = 64 * 1024

const hasNoSpace = (path: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize < sharedBytes
  } catch {
    return false
  }
}

const refused = 'Check that you can read and write the file and its folder, or set ENTRAPIPE_STORE to another folder.'

/** Why the system refuses a file of the store: `chmod` meets it before SQLite does, which can read such a file. */
const refusals: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'it belongs to another user',
}

/** Explains errors of SQLite, of a full disk, and of a file that may not be written. Returns any other error unchanged. */
export const withDiskExplained = (error: unknown, path: string): unknown => {
  const code = resultCode(error)
  const isFull =
    code === full ||
    (code === ioError && hasNoSpace(path)) ||
    ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(error) ?? '')
  if (isFull && !(error instanceof EntrapipeError))
    return new EntrapipeError('DISK_FULL', `The disk that has ${path} is full.`, {
      cause: error,
      facts: { path },
    })
  const why = refusals[systemCode(error) ?? '']
  if (why !== undefined && !(error instanceof EntrapipeError))
    return new EntrapipeError('STORE_UNUSABLE', `${path} cannot be used: ${why}.`, {
      cause: error,
      facts: { path },
      fix: refused,
    })
  if (code === undefined || code === 1) return error
  const options = { cause: error, facts: { path, sqlite: code } }
  if (code === busy)
    return new EntrapipeError(
      'STORE_UNUSABLE',
      `${path} is locked: another process has been writing to it for too long.`,
      {
        ...options,
        fix: 'Try again. If it fails again, end any stopped or hanging entrapipe process.',
      },
    )
  const isDamaged = code === corrupt || code === notADatabase
  return new EntrapipeError('STORE_UNUSABLE', `${path} cannot be used: ${(error as Error).message}.`, {
    ...options,
    fix: isDamaged
      ? `The file is corrupted. Move it, and any ${path}-wal and ${path}-shm, to another folder. An empty one is then created.`
      : refused,
  })
}

/** How long a writer waits for another. */
const timeoutMs = 10_000

interface DatabaseOptions {
  /** Statements that migrate the file from each version to the next, starting with an empty file. */
  readonly versions: readonly string[]
  /** For a file that only one connection opens: no shared memory, and no lock per transaction. @default false */
  readonly exclusive?: boolean
  /** Size of the page cache. @default 2_000_000 */
  readonly cacheBytes?: number
}

/** An SQLite file in WAL mode, at its newest version. */
export interface Database {
  readonly path: string
  readonly sql: DatabaseSync
  /** Runs `work` in `begin immediate`, waiting up to 10 s for other writers. Rolls back when it throws. */
  write<T>(work: () => T): T
  /** Runs `work` on a single snapshot. */
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
      // SQLite has already rolled back when the disk is full.
      if (sql.isTransaction) sql.exec('rollback')
      throw withDiskExplained(error, path)
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
      throw new EntrapipeError('STORE_UNUSABLE', `${database.path} was written by a newer version of entrapipe.`, {
        fix: 'Use that version, or set ENTRAPIPE_STORE to another folder.',
        facts: { path: database.path, version: from },
      })
    for (const statements of versions.slice(from)) database.sql.exec(statements)
    database.sql.exec(`pragma user_version = ${versions.length}`)
  })
}

/**
 * Opens a file of the store in WAL mode. Creates it with mode 0600 or migrates it, if necessary. A commit survives a crash of
 * the process; what must survive a crash of the machine is written with `durable`.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when it is corrupted, newer than this program or cannot be opened, `DISK_FULL`
 */
export const openDatabase = (
  path: string,
  { versions, exclusive, cacheBytes = 2_000_000 }: DatabaseOptions,
): Database => {
  let sql: DatabaseSync | undefined
  try {
    sql = new DatabaseSync(path, { timeout: timeoutMs, enableForeignKeyConstraints: false })
    // By path, because opening and closing the file here would release the locks that SQLite holds on it (fcntl(2)).
    chmodSync(path, 0o600)
    if (exclusive) sql.exec('pragma locking_mode = exclusive')
    sql.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -${cacheBytes >> 10}`)
    const database = wrap(sql, path)
    upgrade(database, versions)
    return database
  } catch (error) {
    sql?.close()
    throw withDiskExplained(error, path)
  }
}

/** Runs `work`, and flushes its commits and all earlier ones to disk before it returns. */
export const durable = <T>(database: Database, work: () => T): T => {
  database.sql.exec('pragma synchronous = full')
  try {
    return work()
  } finally {
    database.sql.exec('pragma synchronous = normal')
  }
}

/** Runs `work` on other files of the store. @throws EntrapipeError `DISK_FULL` */
export const onDisk = <T>(path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw withDiskExplained(error, path)
  }
}

/** Flushes a file of the store to disk. @throws EntrapipeError `DISK_FULL` */
export const toDisk = (path: string): void =>
  onDisk(path, () => {
    const file = openSync(path, 'r+')
    try {
      fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
  })
