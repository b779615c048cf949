import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { explained, isBusy } from './database.ts'

/**
 * A lock that dies with its holder, however that dies: an exclusive transaction on an empty SQLite file, so that the
 * system's own file locks do the work on every platform.
 *
 * Nothing else in this process may open the file: closing any descriptor of it would drop the lock (fcntl(2)).
 */
export interface HeldLock {
  release(): void
}

/** Waits a second at most, for those who only look. Undefined when another holds it. */
export const takeLock = (path: string): HeldLock | undefined => {
  const sql = new DatabaseSync(path, { timeout: 1000 })
  try {
    chmodSync(path, 0o600)
    sql.exec('begin exclusive')
  } catch (error) {
    sql.close()
    if (isBusy(error)) return undefined
    throw explained(error, path)
  }
  return { release: () => sql.close() }
}

/** Whether somebody holds it; false when the file is not there. Those who look do not see one another. */
export const isLocked = (path: string): boolean => {
  let sql: DatabaseSync
  try {
    sql = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  } catch (error) {
    if (missing(error)) return false
    throw explained(error, path)
  }
  try {
    sql.exec('begin; select count(*) from sqlite_master')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw explained(error, path)
  } finally {
    sql.close()
  }
}

// SQLITE_CANTOPEN
const missing = (error: unknown) => error instanceof Error && 'errcode' in error && error.errcode === 14
