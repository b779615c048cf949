import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'

/** A held lock. Releasing it twice has no effect. */
export interface Lock {
  release(): void
}

const busy = 5

/** Acquires the lock if it is free. The system releases it when the process ends, even after a crash. */
export const tryLock = (path: string): Lock | undefined => {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA busy_timeout = 0')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined
    throw error
  }
  return { release: () => void (database.isOpen && database.close()) }
}

/** Acquires the lock. @throws EntrapipeError `SANDBOX_UNAVAILABLE` when it is not released within `waitMs` */
export const acquireLock = async (path: string, clock: Clock, waitMs: number): Promise<Lock> => {
  for (const until = clock.now() + waitMs; ;) {
    const lock = tryLock(path)
    if (lock) return lock
    if (clock.now() >= until)
      throw new EntrapipeError(
        'SANDBOX_UNAVAILABLE',
        `Another process has been starting the sandbox for ${Math.round(waitMs / 1000)} seconds; stop it and try again`,
        { facts: { path } },
      )
    await clock.sleep(25)
  }
}
