import type { Test } from 'tap'
import type { Alarm } from '../../../src/core/clock.ts'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { migrate } from '../../../src/store/postgres/migrations.ts'
import { postgresRuns } from '../../../src/store/postgres/postgres-runs.ts'
import { runTables } from '../../../src/store/postgres/run-tables.ts'
import type { RunStore } from '../../../src/store/run-store.ts'
import type { postgres } from '../../servers/postgres.ts'
import { handClock } from '../fixtures.ts'

/** An alarm that rings when it is told to. */
const handAlarm = () => {
  const set = new Set<() => void>()
  const alarm: Alarm = (_, ring) => {
    set.add(ring)
    return () => set.delete(ring)
  }
  return {
    alarm,
    /** How many are set. */
    get count() {
      return set.size
    },
    ring() {
      const all = [...set]
      set.clear()
      all.forEach(each => each())
    },
  }
}

/** A process with a store of its own, whose time is moved by hand. */
export const worker = (t: Pick<Test, 'teardown'>, url: string, name: string) => {
  const clock = handClock()
  const alarm = handAlarm()
  let watch = 1000
  const database = openPostgres({ url, clock, connections: 2, connectMs: 2_000, lockMs: 2_000 })
  const runs: RunStore = postgresRuns({ database, clock, worker: name, stopwatch: () => watch, alarm: alarm.alarm })
  t.teardown(async () => {
    await runs.close()
    await database.close()
  })
  return {
    runs,
    database,
    alarm,
    moveWall: clock.move,
    moveWatch: (ms: number) => void (watch += ms),
    move(ms: number) {
      clock.move(ms)
      watch += ms
    },
  }
}

/** A database with the tables of runs. */
export const runsDatabase = async (server: Awaited<ReturnType<typeof postgres>>): Promise<string> => {
  const url = await server.database()
  const database = openPostgres({ url, clock: handClock() })
  await migrate(database, [runTables])
  await database.close()
  return url
}

/** Lets time pass by the clock of the database. */
export const passing = (server: Awaited<ReturnType<typeof postgres>>, url: string, seconds: number) =>
  server.query(url, `update entrapipe.runs set lease_until = lease_until - interval '${seconds} s'`)
