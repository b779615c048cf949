import type { Bucket } from '../core/budget.ts'
import { openDatabase, type Database } from './database.ts'

/** The content of a bucket, as one process sees it within a transaction. */
export interface Level {
  /** Units neither spent nor leased. Negative after a spend larger than the bucket. */
  readonly tokens: number
  /** Maximum of `tokens`: the capacity without leased units. */
  readonly most: number
  /** Units leased to this process. */
  readonly own: number
  /** No process may take units before this time. */
  readonly pausedUntil: number
}

/** Tokens and leases in a file that all processes of the machine share. All calls but `pausedUntil` must be within `write`. */
interface TokenFile extends Pick<Database, 'write' | 'close'> {
  pausedUntil(bucket: string, now: number): number
  /** Refills the bucket up to now. A new bucket is full. */
  level(bucket: Bucket, now: number): Level
  save(bucket: string, tokens: number): void
  pause(bucket: string, until: number, now: number): void
  /** Leases units for at most `longestLeaseMs`. Zero units end the lease. */
  lease(bucket: string, units: number, until: number): void
}

/** Longest lease. One that ends later was made while the clock was ahead. */
export const longestLeaseMs = 2000

const versions = [
  `create table buckets (
     name text primary key, tokens real not null, at integer not null, pausedUntil integer not null
   ) without rowid;
   create table leases (
     bucket text, holder text, units real not null, until integer not null, primary key (bucket, holder)
   ) without rowid`,
  `alter table buckets add column pausedAt integer not null default 0`,
]

/** Opens the quotas that all processes of the machine share. `holder` identifies this process. */
export const openTokenFile = (path: string, holder: string): TokenFile => {
  const { sql, write, close } = openDatabase(path, { versions })
  const bucketOf = sql.prepare('select tokens, at from buckets where name = ?')
  // A pause that starts in the future was written while the clock was ahead. It is unknown how much of it is left.
  const pausedOf = sql.prepare('select pausedUntil from buckets where name = ? and pausedAt <= ?')
  const insert = sql.prepare('insert into buckets values (?, ?, ?, 0, 0)')
  const refill = sql.prepare('update buckets set tokens = ?, at = ? where name = ?')
  const save = sql.prepare('update buckets set tokens = ? where name = ?')
  const pause = sql.prepare('update buckets set pausedUntil = ?, pausedAt = ? where name = ?')
  const leased = sql.prepare(
    'select total(units) as everyone, total(units) filter (where holder = ?) as own from leases where bucket = ?',
  )
  const expire = sql.prepare('delete from leases where bucket = ? and (until <= ? or until > ?)')
  const lease = sql.prepare('insert or replace into leases values (?, ?, ?, ?)')
  const endLease = sql.prepare('delete from leases where bucket = ? and holder = ?')
  const pausedUntil = (bucket: string, now: number) => Number(pausedOf.get(bucket, now)?.['pausedUntil'] ?? 0)
  return {
    write,
    close,
    pausedUntil,
    level({ name, capacity, windowMs }, now) {
      expire.run(name, now, now + longestLeaseMs)
      const { everyone, own } = leased.get(holder, name) as { everyone: number; own: number }
      const most = capacity - everyone
      const line = bucketOf.get(name)
      if (!line) {
        insert.run(name, most, now)
        return { tokens: most, most, own, pausedUntil: 0 }
      }
      // If the clock was set back, nothing is refilled once.
      const passedMs = Math.max(0, now - Number(line['at']))
      const tokens = Math.min(most, Number(line['tokens']) + (passedMs * capacity) / windowMs)
      refill.run(tokens, now, name)
      return { tokens, most, own, pausedUntil: pausedUntil(name, now) }
    },
    save: (bucket, tokens) => void save.run(tokens, bucket),
    pause: (bucket, until, now) => void pause.run(Math.max(until, pausedUntil(bucket, now)), now, bucket),
    lease(bucket, units, until) {
      if (units > 0) lease.run(bucket, holder, units, until)
      else endLease.run(bucket, holder)
    },
  }
}
