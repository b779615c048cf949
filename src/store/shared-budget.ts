import { randomUUID } from 'node:crypto'
import type { Bucket, Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import { spendByBucket, unitsAhead, waitMs, type Spend } from './token-bucket.ts'
import { longestLeaseMs, openTokenFile, type Level } from './token-file.ts'

/** A budget that all processes of the machine share. */
export interface SharedBudget extends Budget {
  /** Returns the units that this process has leased and not spent. */
  close(): void
}

interface Lease {
  readonly bucket: Bucket
  readonly granted: number
  readonly until: number
  left: number
}

/** Most units that a process of this machine leases in advance. */
const mostLeased = 50

/**
 * Opens a budget that all processes of the machine share: token buckets in a file. A process leases units in advance, for at
 * most a tenth of the window and two seconds, so that most requests only read the file (10 µs; a change takes 60).
 *
 * Leased units count against the bucket's capacity until the lease ends. It is unknown how much of its lease a dead process has
 * spent, so all of it counts as spent and is refilled.
 */
export const sharedBudget = (path: string, clock: Clock): SharedBudget => {
  const file = openTokenFile(path, randomUUID())
  const leases = new Map<string, Lease>()

  const leased = (bucket: string, now: number) => {
    const lease = leases.get(bucket)
    return lease && lease.until > now ? lease : undefined
  }

  /** Ends the lease of this process and returns its unspent units. */
  const giveBack = (bucket: Bucket, now: number): Level => {
    const { tokens, most, own, pausedUntil } = file.level(bucket, now)
    const level = {
      tokens: Math.min(most + own, tokens + (leased(bucket.name, now)?.left ?? 0)),
      most: most + own,
      own: 0,
      pausedUntil,
    }
    leases.delete(bucket.name)
    file.save(bucket.name, level.tokens)
    file.lease(bucket.name, 0, 0)
    return level
  }

  const takeFromFile = (wanted: Spend, now: number): number =>
    file.write(() => {
      const levels = [...wanted.values()].map(of => ({ ...of, level: giveBack(of.bucket, now) }))
      const wait = Math.max(...levels.map(({ bucket, units, level }) => waitMs(bucket, units, level, now)))
      for (const { bucket, units, level } of levels) {
        if (wait > 0) continue
        const rest = level.tokens - units
        const granted = unitsAhead(bucket, rest, mostLeased)
        const until = now + Math.min(longestLeaseMs, Math.floor(bucket.windowMs / 10))
        file.save(bucket.name, rest - granted)
        file.lease(bucket.name, granted, until)
        if (granted > 0) leases.set(bucket.name, { bucket, granted, until, left: granted })
      }
      return wait
    })

  const takeFromLeases = (wanted: Spend, now: number): boolean => {
    for (const [name, { units }] of wanted) {
      const lease = leased(name, now)
      if (!lease || lease.left < units || file.pausedUntil(name, now) > now) return false
    }
    for (const [name, { units }] of wanted) leases.get(name)!.left -= units
    return true
  }

  return {
    async take(spend) {
      const wanted = spendByBucket(spend)
      const now = clock.now()
      if (wanted.size === 0 || takeFromLeases(wanted, now)) return 0
      return takeFromFile(wanted, now)
    },
    async settle(bucket, units) {
      const now = clock.now()
      const lease = leased(bucket.name, now)
      if (lease && lease.left >= units && lease.left - units <= lease.granted) {
        lease.left -= units
        return
      }
      file.write(() => {
        const { tokens, most } = file.level(bucket, now)
        file.save(bucket.name, Math.min(most, tokens - units))
      })
    },
    async pause(bucket, untilMs) {
      const now = clock.now()
      file.write(() => {
        file.level(bucket, now)
        file.pause(bucket.name, Math.ceil(untilMs), now)
      })
    },
    close() {
      const now = clock.now()
      try {
        if (leases.size > 0) file.write(() => [...leases.values()].forEach(({ bucket }) => giveBack(bucket, now)))
      } catch {
        // A lease that cannot be returned (full disk) ends by itself, so this is not an error.
      } finally {
        file.close()
      }
    },
  }
}
