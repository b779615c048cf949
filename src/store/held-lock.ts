import { chmodSync, existsSync, truncateSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { withDiskExplained, isBusy, isDamage } from './database.ts'

/**
 * A lock that is released when its holder dies, also after a crash: an exclusive transaction on an empty SQLite file, which
 * uses the system's file locks on every platform.
 *
 * Nothing else in this process may open the file: closing any descriptor of it would release the lock (fcntl(2)).
 */
export interface HeldLock {
  release(): void
}

/** Acquires the lock. Waits at most a second, for processes that only check it. Returns undefined if another process holds it. */
export const takeLock = (path: string): HeldLock | undefined => take(path, true)

const take = (path: string, mayMend: boolean): HeldLock | undefined => {
  let sql: DatabaseSync | undefined
  try {
    const opened = (sql = new DatabaseSync(path, { timeout: 1000 }))
    chmodSync(path, 0o600)
    opened.exec('begin exclusive')
    return { release: () => opened.close() }
  } catch (error) {
    sql?.close()
    if (isBusy(error)) return undefined
    if (!mayMend || !isDamage(error)) throw withDiskExplained(error, path)
    // SQLite read the file, so no process holds it. Nothing is stored in it: it is emptied, not replaced, since another process may be
    // doing the same.
    truncateSync(path)
    return take(path, false)
  }
}

/** Whether a process holds the lock; false if the file does not exist. Processes that only check do not affect each other. */
export const isLocked = (path: string): boolean => {
  let sql: DatabaseSync
  try {
    sql = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  } catch (error) {
    // Without file descriptors or permissions it cannot be opened, and its holder is unknown.
    if (!existsSync(path)) return false
    throw withDiskExplained(error, path)
  }
  try {
    sql.exec('begin; select count(*) from sqlite_master')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    // SQLite read the file, so no process holds it.
    if (isDamage(error)) return false
    throw withDiskExplained(error, path)
  } finally {
    sql.close()
  }
}
