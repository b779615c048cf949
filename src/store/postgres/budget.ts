import { randomUUID } from 'node:crypto'
import type { Bucket } from '../../core/budget.ts'
import type { Clock } from '../../core/clock.ts'
import type { SharedBudget } from '../shared-budget.ts'
import { spendByBucket, unitsAhead, waitMs, type Spend } from '../token-bucket.ts'
import { longestLeaseMs, type Level } from '../token-file.ts'
import type { Postgres, Sql } from './database.ts'
import type { SchemaPart } from './migrations.ts'

/** Times are milliseconds since 1970 by the clock of the database. */
export const budgetTables: SchemaPart = {
  name: 'budget',
  versions: [
    `
    create table buckets (
      name text primary key,
      tokens double precision not null,
      at double precision not null,
      paused_until double precision not null default 0,
      paused_at double precision not null default 0
    );
    create table bucket_leases (
      bucket text not null, holder text not null, units double precision not null, until double precision not null,
      primary key (bucket, holder)
    )`,
  ],
}

/** Most requests that a process leases in advance: one question to the database for so many. */
const mostLeased = 100

interface BudgetOptions {
  /** Migrated. Stays open when the budget is closed. */
  readonly database: Postgres
  readonly clock: Clock
  /** @default the clock of the database */
  readonly databaseNow?: () => number
}

interface Lease {
  readonly granted: number
  /** By the clock of this process, counted from before the database was asked. */
  readonly until: number
  left: number
}

interface BucketLine {
  readonly name: string
  readonly tokens: number
  readonly at: number
  readonly paused_until: number
  readonly paused_at: number
}

/**
 * A budget that all processes of a fleet share: token buckets in PostgreSQL, by its clock. A process leases units in advance, for at
 * most a tenth of the window and two seconds, so that most requests ask nobody. A pause reaches the others with their next lease.
 *
 * Leased units count against the bucket until the lease ends. Those of a process that died are refilled then.
 */
export const postgresBudget = ({
  database,
  clock,
  databaseNow,
}: BudgetOptions): SharedBudget & { close(): Promise<void> } => {
  const holder = randomUUID()
  const leases = new Map<string, Lease>()
  let last: Promise<unknown> = Promise.resolve()

  /** One question at a time: those that wait for it then find a lease. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
  const leased = (name: string, now: number): Lease | undefined => {
    const lease = leases.get(name)
    return lease && lease.until > now ? lease : undefined
  }
  const takeFromLeases = (wanted: Spend): boolean => {
    const now = clock.now()
    for (const [name, { units }] of wanted) if ((leased(name, now)?.left ?? -1) < units) return false
    for (const [name, { units }] of wanted) leases.get(name)!.left -= units
    return true
  }

  /** Ends the leases of this process, and returns what is left of them: nothing takes from them while the database is asked. */
  const givenBack = (buckets: readonly Bucket[]): ReadonlyMap<string, number> => {
    const now = clock.now()
    const left = new Map(buckets.map(({ name }) => [name, leased(name, now)?.left ?? 0]))
    for (const { name } of buckets) leases.delete(name)
    return left
  }

  /** Locks buckets in the order of their names, and refills them up to now, with what this process gives back. */
  const refilled = async (sql: Sql, buckets: readonly Bucket[], own: ReadonlyMap<string, number>) => {
    const names = buckets.map(({ name }) => name).sort()
    const fresh = `insert into buckets (name, tokens, at) select name, 'infinity', 0 from unnest($1::text[]) as n (name) order by name
      on conflict do nothing`
    await sql.run(fresh, [names])
    const lines = await sql.rows<BucketLine>(
      'select name, tokens, at, paused_until, paused_at from buckets where name = any($1) order by name for update',
      [names],
    )
    const [time] = await sql.rows<{ now: number }>(
      'select extract(epoch from clock_timestamp())::double precision * 1000 as now',
    )
    const now = databaseNow?.() ?? time!.now
    await sql.run('delete from bucket_leases where bucket = any($1) and (until <= $2 or until > $3 or holder = $4)', [
      names,
      now,
      now + longestLeaseMs,
      holder,
    ])
    const others = await sql.rows<{ bucket: string; units: number }>(
      'select bucket, sum(units) as units from bucket_leases where bucket = any($1) group by bucket',
      [names],
    )
    const levels = new Map<string, Omit<Level, 'own'>>()
    for (const { name, capacity, windowMs } of buckets) {
      const line = lines.find(each => each.name === name)!
      const most = capacity - (others.find(({ bucket }) => bucket === name)?.units ?? 0)
      // If the clock was set back, nothing is refilled once.
      const passedMs = Math.max(0, now - line.at)
      const tokens = Math.min(most, line.tokens + (passedMs * capacity) / windowMs + (own.get(name) ?? 0))
      // A pause that starts in the future was written while the clock was ahead.
      levels.set(name, { tokens, most, pausedUntil: line.paused_at <= now ? line.paused_until : 0 })
    }
    return { now, levels }
  }
  const save = (sql: Sql, levels: readonly (readonly [name: string, tokens: number])[], now: number) =>
    sql.run(
      'update buckets b set tokens = n.tokens, at = $3 from unnest($1::text[], $2::float8[]) as n (name, tokens) where b.name = n.name',
      [levels.map(([name]) => name), levels.map(([, tokens]) => tokens), now],
    )

  const takeFromDatabase = async (wanted: Spend): Promise<number> => {
    const asked = [...wanted.values()]
    const buckets = asked.map(({ bucket }) => bucket)
    const before = clock.now()
    const own = givenBack(buckets)
    const found = await database.transaction(async sql => {
      const { now, levels } = await refilled(sql, buckets, own)
      const wait = Math.max(...asked.map(({ bucket, units }) => waitMs(bucket, units, levels.get(bucket.name)!, now)))
      const rest = asked.map(({ bucket, units }) => {
        const { tokens } = levels.get(bucket.name)!
        const left = wait > 0 ? tokens : tokens - units
        const granted = wait > 0 ? 0 : unitsAhead(bucket, left, mostLeased)
        const lastsMs = Math.min(longestLeaseMs, Math.floor(bucket.windowMs / 10))
        return { name: bucket.name, left: left - granted, granted, lastsMs }
      })
      await save(
        sql,
        rest.map(({ name, left }) => [name, left]),
        now,
      )
      const ahead = rest.filter(({ granted }) => granted > 0)
      if (ahead.length > 0)
        await sql.run(
          'insert into bucket_leases select name, $1, units, until from unnest($2::text[], $3::float8[], $4::float8[]) as n (name, units, until)',
          [
            holder,
            ahead.map(({ name }) => name),
            ahead.map(({ granted }) => granted),
            ahead.map(({ lastsMs }) => now + lastsMs),
          ],
        )
      return { wait, ahead }
    })
    for (const { name, granted, lastsMs } of found.ahead)
      leases.set(name, { granted, until: before + lastsMs, left: granted })
    return found.wait
  }

  /** Changes one bucket. Its lease of this process ends. */
  const change = (bucket: Bucket, work: (sql: Sql, level: Omit<Level, 'own'>, now: number) => Promise<unknown>) =>
    inTurn(() => {
      const own = givenBack([bucket])
      return database.transaction(async sql => {
        const { now, levels } = await refilled(sql, [bucket], own)
        await work(sql, levels.get(bucket.name)!, now)
      })
    })

  return {
    async take(spend) {
      const wanted = spendByBucket(spend)
      if (wanted.size === 0 || takeFromLeases(wanted)) return 0
      return inTurn(async () => (takeFromLeases(wanted) ? 0 : takeFromDatabase(wanted)))
    },
    async settle(bucket, units) {
      const lease = leased(bucket.name, clock.now())
      if (lease && lease.left >= units && lease.left - units <= lease.granted) {
        lease.left -= units
        return
      }
      await change(bucket, (sql, { tokens, most }, now) =>
        save(sql, [[bucket.name, Math.min(most, tokens - units)]], now),
      )
    },
    async pause(bucket, untilMs) {
      const lengthMs = Math.ceil(untilMs) - clock.now()
      await change(bucket, async (sql, { tokens, pausedUntil }, now) => {
        await save(sql, [[bucket.name, tokens]], now)
        await sql.run('update buckets set paused_until = $2, paused_at = $3 where name = $1', [
          bucket.name,
          Math.max(now + lengthMs, pausedUntil),
          now,
        ])
      })
    },
    async close() {
      await last
      if (leases.size === 0) return
      // A lease that cannot be returned ends by itself.
      const left = [...leases.entries()].filter(([, { until }]) => until > clock.now())
      leases.clear()
      await database
        .transaction(async sql => {
          await sql.run(
            'update buckets b set tokens = tokens + n.units from unnest($1::text[], $2::float8[]) as n (name, units) where b.name = n.name',
            [left.map(([name]) => name), left.map(([, { left: units }]) => units)],
          )
          await sql.run('delete from bucket_leases where holder = $1', [holder])
        })
        .catch(() => undefined)
    },
  }
}
