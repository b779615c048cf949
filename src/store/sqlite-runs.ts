import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { given } from '../core/given.ts'
import { isDamage, onDisk } from './database.ts'
import { isLocked, takeLock, type HeldLock } from './held-lock.ts'
import { defaultRetentionMs, isUnfinished, prune, stopped } from './prune.ts'
import { giving } from './give-up.ts'
import { openRunFile } from './run-file.ts'

import { openRunIndex, type IndexedRun } from './run-index.ts'
import { runPaths } from './run-paths.ts'
import {
  expectResumable,
  newRunId,
  onlyCalled,
  refuseBeside,
  runActive,
  runUndecided,
  unknownRun,
} from './run-rules.ts'
import type { RunStore } from './run-store.ts'
import { syncFolderOf } from './seal.ts'
import { sqliteRun } from './sqlite-run.ts'
import { indexName } from './state-folder.ts'
import { isGivenUp, type RunInfo, type RunQuery } from './types.ts'

interface SqliteRunsOptions {
  /** Absolute. */
  readonly folder: string
  readonly clock: Clock
}

const finite = (limit: number) => (Number.isFinite(limit) ? limit : undefined)

/**
 * Keeps the records of runs in SQLite: an index, opened immediately, and a file per run, opened on demand. A run is held by a
 * lock that is released when its process dies.
 *
 * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`
 */
export const sqliteRuns = ({ folder, clock }: SqliteRunsOptions): RunStore => {
  const index = openRunIndex(join(folder, indexName))
  const pathsOf = (id: string) => runPaths(folder, id)

  /** A run whose holder died was stopped without recording it. */
  const seen = ({ heldAt: _, ...run }: IndexedRun): RunInfo =>
    run.status === 'running' && !isLocked(pathsOf(run.id).lock) ? { ...run, status: stopped(run) } : run

  const list = ({ status, limit = Infinity, ...query }: RunQuery = {}): readonly RunInfo[] => {
    const mayBeDead = status?.includes('interrupted') || status?.includes('failed')
    const written = mayBeDead ? [...status!, 'running' as const] : status
    const found: RunInfo[] = []
    for (let { after } = query; found.length < limit;) {
      const page = index.list({ ...query, ...given({ status: written, after, limit: finite(limit) }) }).map(seen)
      found.push(...page.filter(run => !status || status.includes(run.status)))
      if (page.length < limit) break
      after = page.at(-1)
    }
    return found.slice(0, limit)
  }

  const find = (id: string): IndexedRun => onlyCalled(id, [index.get(id) ?? index.startingWith(id)].flat())

  /** Called within `index.write`, so that concurrent processes see each other. */
  const expectAlone = (run: RunInfo): void => refuseBeside(run, list({ status: ['running'] }))

  const lockOf = (run: RunInfo): HeldLock => {
    const lock = takeLock(pathsOf(run.id).lock)
    if (!lock) throw runActive(run)
    return lock
  }

  /** Acquires the lock within the transaction that records it, and releases it if the transaction fails. */
  const hold = (claim: (take: (run: RunInfo) => void) => RunInfo, write = index.write) => {
    let lock: HeldLock | undefined
    try {
      const info = write(() => claim(run => void (lock = lockOf(run))))
      return sqliteRun({ info, paths: pathsOf(info.id), lock: lock!, index, clock })
    } catch (error) {
      lock?.release()
      throw error
    }
  }

  const makeFolder = (id: string) => {
    const path = pathsOf(id).folder
    return onDisk(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }))
  }
  /** @param except a file that stays: some systems do not remove an open file */
  const removeFiles = (id: string, except?: string) => {
    const { folder } = pathsOf(id)
    if (except === undefined) return rmSync(folder, { recursive: true, force: true })
    for (const name of readdirSync(folder))
      if (join(folder, name) !== except) rmSync(join(folder, name), { recursive: true, force: true })
  }

  /** Whether a run has what must not be lost. A file that cannot be read may have it. */
  const has = (what: 'hasSent' | 'hasCredentials', { id, writes }: RunInfo): boolean => {
    const { file } = pathsOf(id)
    if (!writes || !existsSync(file)) return false
    let opened: ReturnType<typeof openRunFile> | undefined
    try {
      opened = openRunFile(file, clock.now)
      return opened[what]()
    } catch (error) {
      if (isDamage(error)) return true
      throw error
    } finally {
      opened?.close()
    }
  }

  /** Removes the files of a run that is not in the index: nothing else would. */
  const forget = (id: string): void => {
    try {
      if (!index.get(id)) removeFiles(id)
    } catch {
      // The error that is reported is why the run could not be created.
    }
  }

  const giveUp = giving({
    index,
    clock,
    find,
    seen,
    claim(run) {
      if (run.status === 'running') throw runActive(run)
      makeFolder(run.id)
      return lockOf(run)
    },
    remove({ id, writes }, isReleased) {
      const { lock, state } = pathsOf(id)
      // What a run changed in the directory stays known: undo and the next run need it.
      if (!writes) removeFiles(id, isReleased ? undefined : lock)
      else if (!isReleased) rmSync(state, { recursive: true, force: true })
    },
  })

  return {
    async create(run) {
      const now = clock.now()
      const id = newRunId(now)
      try {
        return hold(
          take => {
            const { heldAt: _, ...info } = index.insert(id, run, now, process.pid)
            expectAlone(info)
            makeFolder(id)
            take(info)
            // Created before the index entry, so that every listed run can be read and discarded.
            openRunFile(pathsOf(id).file, clock.now).close()
            // Marks are flushed to disk before a change is sent, and are only found by the line of their run.
            if (run.writes) syncFolderOf(pathsOf(id).folder)
            return info
          },
          run.writes ? index.writeDurably : index.write,
        )
      } catch (error) {
        forget(id)
        throw error
      }
    },
    hold: async (asked, alsoWrites, again = false) =>
      hold(take => {
        const { id, resumed } = find(asked)
        const before = seen(index.get(id)!)
        if (before.status === 'running') throw runActive(before)
        expectResumable(before, again)
        const { alsoWrites: _, ...same } = before
        expectAlone({ ...same, ...given({ alsoWrites }) })
        makeFolder(id)
        take(before)
        const change = { status: 'running', heldAt: clock.now(), resumed: resumed + 1, pid: process.pid } as const
        // A retried run can be resumed, however it had ended.
        const open = again ? { isOver: false } : {}
        index.change(id, { ...change, ...open, alsoWrites: alsoWrites ?? null, endedAt: null, error: null })
        return seen(index.get(id)!)
      }),
    async findUnfinished(identity) {
      const newest = list({ identity }).find(run => !isGivenUp(run))
      return newest && isUnfinished(newest) ? newest : undefined
    },
    list: async query => list(query),
    get: async id => seen(find(id)),
    async read(asked, look) {
      const { id } = find(asked)
      const { file } = pathsOf(id)
      if (!existsSync(file))
        throw unknownRun(
          id,
          `Nothing is left of run ${id} but its line in the index.`,
          `If the folder ${dirname(file)} is on another disk, mount it. If it is lost, end the run with: entrapipe runs discard ${id}`,
        )
      const opened = openRunFile(file, clock.now)
      try {
        return await look(opened)
      } finally {
        opened.close()
      }
    },
    async alter(asked, work) {
      let lock: HeldLock | undefined
      try {
        const { id } = index.write(() => {
          const found = seen(find(asked))
          if (found.status === 'running') throw runActive(found)
          lock = lockOf(found)
          return found
        })
        const opened = openRunFile(pathsOf(id).file, clock.now)
        try {
          return await work(opened)
        } finally {
          opened.close()
        }
      } finally {
        lock?.release()
      }
    },
    discard: (asked, remove = async () => undefined) =>
      giveUp(asked, { status: 'discarded' }, run => {
        if (has('hasSent', run)) throw runUndecided(run)
        return () => remove(run)
      }),
    supersede: (asked, error, work) =>
      giveUp(asked, { status: 'superseded', error }, run => async () => {
        const opened = openRunFile(pathsOf(run.id).file, clock.now)
        try {
          await work(run, opened.phase)
        } finally {
          opened.close()
        }
      }),
    saveDue: async (asked, dueMs) => index.writeDurably(() => index.change(find(asked).id, { dueAt: dueMs ?? null })),
    prune: async (olderThanMs = defaultRetentionMs) =>
      index.write(() =>
        prune({
          runs: list(),
          hasCredentials: run => has('hasCredentials', run),
          now: clock.now(),
          olderThanMs,
          isUndecided: run => has('hasSent', run),
          lastAt: ({ id, endedAt }) => endedAt ?? index.get(id)!.heldAt,
          remove({ id }) {
            removeFiles(id)
            index.remove(id)
          },
        }),
      ),
    close: async () => index.close(),
  }
}
