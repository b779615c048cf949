import { chmodSync, existsSync } from 'node:fs'
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
  let sql: DatabaseSync | undefined
  try {
    const opened = (sql = new DatabaseSync(path, { timeout: 1000 }))
    chmodSync(path, 0o600)
    opened.exec('begin exclusive')
    return { release: () => opened.close() }
  } catch (error) {
    sql?.close()
    if (isBusy(error)) return undefined
    throw explained(error, path)
  }
}

/** Whether somebody holds it; false when the file is not there. Those who look do not see one another. */
export const isLocked = (path: string): boolean => {
  let sql: DatabaseSync
  try {
    sql = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  } catch (error) {
    // It can also not be opened for want of file descriptors or rights, and then nobody knows who holds it.
    if (!existsSync(path)) return false
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
