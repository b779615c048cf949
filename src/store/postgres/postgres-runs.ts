import { systemAlarm, systemStopwatch, type Alarm, type Clock, type Stopwatch } from '../../core/clock.ts'
import { given } from '../../core/given.ts'
import { defaultRetentionMs, isUnfinished, prune } from '../prune.ts'
import {
  expectResumable,
  newRunId,
  onlyCalled,
  refuseBeside,
  runActive,
  runUndecided,
  unknownRun,
} from '../run-rules.ts'
import type { RunStore } from '../run-store.ts'
import { isGivenUp, type RunError, type RunInfo } from '../types.ts'
import { countTakeover, crashLoop } from './crash-loop.ts'
import type { Postgres, Sql } from './database.ts'
import { isTaken } from './errors.ts'
import { leaseConnection, leaseTimes, momentOf, type LeaseTimes } from './lease.ts'
import { heldRun, postgresRun, type HeldRun } from './postgres-run.ts'
import { changeRun, infoOf, insertRun, listRuns, lockRun, recordLapsed, runsCalled, type RunLine } from './run-lines.ts'
import { hasCredentials, hasSent, runRecord } from './run-record.ts'
import { readingSql } from './run-sql.ts'
import { recordTables } from './run-tables.ts'

/** Options of `postgresRuns`. */
interface PostgresRunsOptions {
  /** Migrated. Stays open when the store is closed. */
  readonly database: Postgres
  readonly clock: Clock
  /** The name of this process, for those who look at a run: the machine, and what tells it from others there. */
  readonly worker: string
  /** @default that of the machine */
  readonly stopwatch?: Stopwatch
  /** @default that of the machine */
  readonly alarm?: Alarm
  /** The same for all processes that share the database. @default 15 s */
  readonly times?: LeaseTimes
}

/** Serialises the beginnings of runs, so that each sees the others. Any number that no other program uses. */
const beginning = 4_911_703_553

/** How long it may take to remove what millions of rows have left. */
const removalMs = 600_000

const removeRecord = async (sql: Sql, run: number): Promise<void> => {
  for (const table of recordTables) await sql.run(`delete from ${table} where run = $1`, [run])
}

/** Removes the shares of a run. */
const removeShares = async (sql: Sql, run: string): Promise<void> => {
  for (const table of recordTables)
    await sql.run(`delete from ${table} where run in (select number from runs where share_of = $1)`, [run])
  await sql.run('delete from runs where share_of = $1', [run])
}

/**
 * Keeps the records of runs in PostgreSQL, for processes on any number of machines. A run is held by a lease of 15 seconds by the
 * clock of the database, which its process renews: a process that is stopped or cut off loses it, and what it writes afterwards is
 * refused (`LEASE_LOST`).
 *
 * @throws EntrapipeError as `Postgres`. `hold` also `CRASH_LOOP`, when those who took the run over died in turn: it is then failed
 */
export const postgresRuns = ({
  database,
  clock,
  worker,
  stopwatch = systemStopwatch,
  alarm = systemAlarm,
  times = leaseTimes,
}: PostgresRunsOptions): RunStore => {
  const timing = { clock, stopwatch, alarm, times }
  const { leaseMs } = times
  const connection = leaseConnection(database)
  const holding = { database, connection, timing }

  const find = async (id: string, sql: Pick<Sql, 'rows'> = database): Promise<RunLine> =>
    onlyCalled(id, await runsCalled(sql, id))

  /** Acquires a run in a transaction that returns it, and then renews its lease. */
  const acquire = async <R extends { readonly line: RunLine }>(work: (sql: Sql) => Promise<R>) => {
    let acquired = momentOf(timing)
    const found = await database.transaction(sql => {
      acquired = momentOf(timing)
      return work(sql)
    })
    return { ...found, held: heldRun(holding, found.line, acquired) }
  }
  const holder = () => ({ pid: process.pid, worker, atMs: clock.now(), leaseMs })

  /** Locks a run that no process holds. */
  const lockFree = async (sql: Sql, asked: string): Promise<RunLine> => {
    const { number } = await find(asked, sql)
    const line = await lockRun(sql, number)
    if (!line) throw unknownRun(asked)
    if (line.is_held) throw runActive(infoOf(line))
    return line
  }

  /** Fails a run that workers take over in turn, and die of. @throws EntrapipeError `CRASH_LOOP` */
  const expectNoLoop = async (asked: string): Promise<void> => {
    const looped = await database.transaction(async sql => {
      const line = await lockFree(sql, asked)
      if (!line.lapsed || (await countTakeover(sql, line))) return undefined
      const { code, message, fix } = crashLoop(line.id)
      const change = { status: 'failed', takeovers: 0, died: false, ended: clock.now() } as const
      await changeRun(sql, line.number, { ...change, error: JSON.stringify({ code, message, fix }) }, 'end')
      return line.id
    })
    if (looped !== undefined) throw crashLoop(looped)
  }

  /** Called within a transaction that begins a run, so that concurrent processes see each other. */
  const expectAlone = async (sql: Sql, run: RunInfo): Promise<void> => {
    await sql.rows('select pg_advisory_xact_lock($1)', [beginning])
    await recordLapsed(sql)
    refuseBeside(run, (await listRuns(sql, { status: ['running'], ...given({ shareOf: run.shareOf }) })).map(infoOf))
  }

  /** Ends an unfinished run finally; see `giving` of the other store. */
  const giveUp = async (
    asked: string,
    end: { readonly status: 'discarded' | 'superseded'; readonly error?: RunError },
    refuse: (sql: Sql, line: RunLine) => Promise<void>,
    work: (held: HeldRun, info: RunInfo) => Promise<void>,
  ): Promise<void> => {
    const { held, before } = await acquire(async sql => {
      const found = await lockFree(sql, asked)
      await refuse(sql, found)
      const { pid, atMs } = holder()
      // The run of the pipeline that gives it up is in progress.
      const change = {
        status: 'running',
        resumable: false,
        is_writing: false,
        held: atMs,
        pid,
        worker,
        ended: null,
      } as const
      return { before: found, line: await changeRun(sql, found.number, change, { take: leaseMs }) }
    })
    const { number, status, resumable, held: heldAt, pid, worker: by, ended } = before
    try {
      await work(held, infoOf(before))
    } catch (error) {
      await held.end(async () => ({ status, resumable, held: heldAt, pid, worker: by, ended }))
      throw error
    }
    await held.end(async sql => {
      // What a run changed in the directory stays known: undo and the next run need it.
      if (!before.writes) await removeRecord(sql, number)
      await removeShares(sql, before.id)
      return {
        status: end.status,
        ended: ended ?? clock.now(),
        died: false,
        is_removed: !before.writes,
        ...(end.error && { error: JSON.stringify(end.error) }),
      }
    })
  }

  return {
    async create(run) {
      const atMs = clock.now()
      const id = newRunId(atMs)
      const { held } = await acquire(async sql => {
        await sql.rows('select pg_advisory_xact_lock($1)', [beginning])
        await recordLapsed(sql)
        const line = await insertRun(sql, id, run, { ...holder(), atMs })
        await expectAlone(sql, infoOf(line))
        return { line }
      }).catch(async (error: unknown) => {
        if (!isTaken(error, 'runs_writing')) throw error
        // Its process was stopped while it was writing: the database frees what it has locked before the lease ends.
        const query = { pipeline: run.pipeline, writes: true, ...given({ tenant: run.tenant?.id }) }
        const [other] = await listRuns(database, { ...query, limit: 1 })
        throw other ? runActive(infoOf(other)) : error
      })
      return postgresRun(held, clock.now)
    },
    async hold(asked, alsoWrites, again = false) {
      await expectNoLoop(asked)
      const { held } = await acquire(async sql => {
        await sql.rows('select pg_advisory_xact_lock($1)', [beginning])
        const line = await lockFree(sql, asked)
        const before = infoOf(line)
        expectResumable(before, again)
        const { alsoWrites: _, ...same } = before
        await expectAlone(sql, { ...same, ...given({ alsoWrites }) })
        const takeover = line.lapsed ? await countTakeover(sql, line) : { takeovers: 0 }
        const { pid, atMs } = holder()
        const change = {
          ...({
            status: 'running',
            held: atMs,
            resumed: line.resumed + 1,
            pid,
            worker,
            ended: null,
            error: null,
            died: false,
          } as const),
          also_writes: alsoWrites ? JSON.stringify(alsoWrites) : null,
          is_writing: line.writes && before.tenant !== undefined,
          // A retried run can be resumed, however it had ended.
          ...(again && { resumable: (JSON.parse(line.run) as RunInfo).resumable }),
          ...takeover,
        }
        return { line: await changeRun(sql, line.number, change, { take: leaseMs }) }
      })
      return postgresRun(held, clock.now)
    },
    async findUnfinished(identity) {
      const runs = (await listRuns(database, { identity })).map(infoOf)
      const newest = runs.find(run => !isGivenUp(run))
      return newest && isUnfinished(newest) ? newest : undefined
    },
    list: async query => (await listRuns(database, query)).map(infoOf),
    get: async id => infoOf(await find(id)),
    async read(asked, look) {
      const { number, id, is_removed } = await find(asked)
      if (is_removed) throw unknownRun(id, `Nothing is left of run ${id} but its line in the index.`)
      return look(runRecord(readingSql(database, number), clock.now))
    },
    async alter(asked, work) {
      const { held } = await acquire(async sql => {
        const { number } = await lockFree(sql, asked)
        return { line: await changeRun(sql, number, {}, { take: leaseMs }) }
      })
      try {
        return await work(held.record)
      } finally {
        await held.end(async () => ({}))
      }
    },
    discard: (asked, remove = async () => undefined) =>
      giveUp(
        asked,
        { status: 'discarded' },
        async (sql, line) => {
          if (await hasSent(sql, line.number)) throw runUndecided(infoOf(line))
        },
        (_, run) => remove(run),
      ),
    supersede: (asked, error, work) =>
      giveUp(
        asked,
        { status: 'superseded', error },
        async () => undefined,
        ({ record }, run) => work(run, record.phase),
      ),
    async saveDue(asked, dueMs) {
      const { number } = await find(asked)
      await changeRun(database, number, { due: dueMs ?? null })
    },
    prune: (olderThanMs = defaultRetentionMs) =>
      database.transaction(
        async sql => {
          const lines = (await listRuns(sql)).filter(({ is_held }) => !is_held)
          const byId = new Map(lines.map(line => [line.id, line]))
          const now = clock.now()
          const lastAt = ({ ended, held }: RunLine) => ended ?? held
          const old = lines.filter(line => now - lastAt(line) > olderThanMs)
          const undecided = new Set<string>()
          const secret = new Set<string>()
          for (const { id, number, writes } of old) {
            if (writes && (await hasSent(sql, number))) undecided.add(id)
            if (writes && (await hasCredentials(sql, number))) secret.add(id)
          }
          const gone: number[] = []
          const pruned = prune({
            runs: lines.map(infoOf),
            now,
            olderThanMs,
            lastAt: ({ id }) => lastAt(byId.get(id)!),
            isUndecided: ({ id }) => undecided.has(id),
            hasCredentials: ({ id }) => secret.has(id),
            remove: ({ id }) => void gone.push(byId.get(id)!.number),
          })
          for (const number of gone) {
            const line = await lockRun(sql, number)
            if (!line || line.is_held) throw runActive(infoOf(line ?? lines.find(each => each.number === number)!))
            await removeRecord(sql, number)
            await removeShares(sql, line.id)
            await sql.run('delete from runs where number = $1', [number])
          }
          return pruned
        },
        { statementMs: removalMs },
      ),
    close: () => connection.close(),
  }
}
