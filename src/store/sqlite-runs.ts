import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import { nameOfTarget } from '../core/targets.ts'
import { given } from '../core/given.ts'
import { onDisk } from './database.ts'
import { isLocked, takeLock, type HeldLock } from './held-lock.ts'
import { defaultRetentionMs, isUnfinished, prune, stopped } from './prune.ts'
import { openRunFile } from './run-file.ts'
import { openRunIndex, unknownRun, type IndexedRun } from './run-index.ts'
import { runPaths } from './run-paths.ts'
import type { RunStore } from './run-store.ts'
import { sqliteRun } from './sqlite-run.ts'
import { indexName } from './state-folder.ts'
import { writtenBy, type RunInfo, type RunQuery } from './types.ts'

interface SqliteRunsOptions {
  /** Absolute. */
  readonly folder: string
  readonly clock: Clock
}

/** Sorts by the time of making, and is short enough to be typed by its beginning. */
const newId = (now: number) => {
  const [day, time] = new Date(now).toISOString().replace(/[-:]/g, '').split('T')
  return `${day}-${time!.slice(0, 6)}-${randomBytes(4).toString('hex')}`
}

const finite = (limit: number) => (Number.isFinite(limit) ? limit : undefined)

const active = ({ id, pid }: RunInfo, why: string) =>
  new EntrapipeError('RUN_ACTIVE', `Run ${id} of process ${pid} ${why}.`, {
    facts: { run: id, pid },
    fix: 'Wait until it has ended, or stop that process.',
  })

/**
 * Keeps what is known of runs in SQLite: an index of all, opened at once, and a file a run, opened when it is asked for. A
 * run is held by a lock that dies with its process.
 *
 * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`
 */
export const sqliteRuns = ({ folder, clock }: SqliteRunsOptions): RunStore => {
  const index = openRunIndex(join(folder, indexName))
  const pathsOf = (id: string) => runPaths(folder, id)

  /** A run whose holder died was stopped; nobody was left to write that down. */
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

  const find = (id: string): IndexedRun => {
    const [run, another] = [index.get(id) ?? index.startingWith(id)].flat()
    if (!run) throw unknownRun(id)
    if (another) throw unknownRun(id, `Several runs begin with ${id}.`)
    return run
  }

  /** Within `index.write`, so that of two processes that ask at once one sees the other. */
  const refuseBeside = (run: RunInfo): void => {
    const beside = (query: RunQuery, why: string) => {
      const other = list({ ...query, status: ['running'] }).find(({ id }) => id !== run.id)
      if (other) throw active(other, why)
    }
    beside({ identity: run.identity }, 'is doing just this')
    for (const writesTo of writtenBy(run)) beside({ writesTo }, `is writing to ${nameOfTarget(writesTo)}`)
    if (run.writes && run.tenant)
      beside(
        { pipeline: run.pipeline, tenant: run.tenant.id, writes: true },
        `is writing to the tenant ${run.tenant.name}`,
      )
  }

  const lockOf = (run: RunInfo): HeldLock => {
    const lock = takeLock(pathsOf(run.id).lock)
    if (!lock) throw active(run, 'is going on')
    return lock
  }

  /** Takes the lock within the transaction that says so, and gives it back when that does not come to pass. */
  const hold = (claim: (take: (run: RunInfo) => void) => RunInfo) => {
    let lock: HeldLock | undefined
    try {
      const info = index.write(() => claim(run => void (lock = lockOf(run))))
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
  const removeFiles = (id: string) => rmSync(pathsOf(id).folder, { recursive: true, force: true })

  /** Of a run that the index does not know, nobody else would ever remove the files. */
  const forget = (id: string): void => {
    try {
      if (!index.get(id)) removeFiles(id)
    } catch {
      // Why it could not be made is what has to be told.
    }
  }

  return {
    async create(run) {
      const now = clock.now()
      const id = newId(now)
      try {
        return hold(take => {
          const { heldAt: _, ...info } = index.insert(id, run, now, process.pid)
          refuseBeside(info)
          makeFolder(id)
          take(info)
          // Before the index has it: whatever run is listed can be looked into and discarded.
          openRunFile(pathsOf(id).file, clock.now).close()
          return info
        })
      } catch (error) {
        forget(id)
        throw error
      }
    },
    hold: async (asked, alsoWrites) =>
      hold(take => {
        const { id, resumed } = find(asked)
        const before = seen(index.get(id)!)
        if (before.status === 'running') throw active(before, 'is going on')
        if (!isUnfinished(before))
          throw new EntrapipeError('RUN_NOT_RESUMABLE', `Run ${id} is ${before.status}: it cannot be gone on with.`, {
            facts: { run: id, status: before.status },
          })
        const { alsoWrites: _, ...same } = before
        refuseBeside({ ...same, ...given({ alsoWrites }) })
        makeFolder(id)
        take(before)
        const change = { status: 'running', heldAt: clock.now(), resumed: resumed + 1, pid: process.pid } as const
        index.change(id, { ...change, alsoWrites: alsoWrites ?? null, endedAt: null, error: null })
        return seen(index.get(id)!)
      }),
    async findUnfinished(identity) {
      const newest = list({ identity }).find(({ status }) => status !== 'discarded')
      return newest && isUnfinished(newest) ? newest : undefined
    },
    list: async query => list(query),
    get: async id => seen(find(id)),
    async read(asked, look) {
      const { id } = find(asked)
      const { file } = pathsOf(id)
      if (!existsSync(file)) throw unknownRun(id, `Nothing is left of run ${id} but its line in the index.`)
      const opened = openRunFile(file, clock.now)
      try {
        return await look(opened)
      } finally {
        opened.close()
      }
    },
    async discard(asked) {
      index.write(() => {
        const run = seen(find(asked))
        if (run.status === 'running') throw active(run, 'is going on')
        removeFiles(run.id)
        index.change(run.id, { status: 'discarded', endedAt: run.endedAt ?? clock.now() })
      })
    },
    prune: async (olderThanMs = defaultRetentionMs) =>
      index.write(() =>
        prune({
          runs: list(),
          now: clock.now(),
          olderThanMs,
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
