import type { Alarm, Clock, Stopwatch } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { leaseLost } from '../lease-lost.ts'
import type { Postgres } from './database.ts'
import { leaseEnd } from './run-lines.ts'
import type { Hold } from './run-sql.ts'

/** The times of a lease, in milliseconds. */
export interface LeaseTimes {
  /** How long a holder may stay away, by the clock of the database. */
  readonly leaseMs: number
  /** How old the last renewal may be when a request leaves: what left then arrives before another process holds the run. */
  readonly freshMs: number
  /** Time from one renewal to the next one. */
  readonly renewalMs: number
}

/** See `LeaseTimes`. */
export const leaseTimes: LeaseTimes = { leaseMs: 15_000, freshMs: 10_000, renewalMs: 3_000 }

/** What measures time. */
export interface Timing {
  readonly clock: Clock
  readonly stopwatch: Stopwatch
  readonly alarm: Alarm
  readonly times: LeaseTimes
}

/** Times by both clocks: one that is set back or stands still hides no time from the other. */
export interface Moment {
  readonly wall: number
  readonly watch: number
}

/** A lease that is renewed until it ends. */
export interface Lease {
  /** Whether a request may leave now: another process cannot hold the run before it has arrived. */
  mayStillSend(): boolean
  /** Aborts, with `LEASE_LOST`, when another process holds the run, or may. */
  readonly signal: AbortSignal
  /** Renews no more. */
  end(): void
}

/** How long a renewal may take, and its reply after that: if one is lost, the next one is tried in time. */
const [patienceMs, replyMs] = [2_500, 500]

/** Opens the connection on which leases are renewed. */
export const leaseConnection = (database: Postgres): Postgres =>
  database.apart({ connectMs: patienceMs, statementMs: patienceMs, replyMs })

const renew = `update runs set lease_until = ${leaseEnd('$3')} where number = $1 and token = $2 and lease_until is not null returning 1 as one`

/** Renews the lease of a run that was acquired at a moment before `acquired`. */
export const keepLease = (
  connection: Postgres,
  hold: Hold,
  acquired: Moment,
  { clock, stopwatch, alarm, times: { leaseMs, freshMs, renewalMs } }: Timing,
): Lease => {
  const lost = new AbortController()
  let confirmed = acquired
  let isOver = false
  let cancel = (): void => undefined

  const isFresh = (): boolean => {
    const wall = clock.now() - confirmed.wall
    return wall > -freshMs && wall < freshMs && stopwatch() - confirmed.watch < freshMs
  }
  const lose = (): void => {
    isOver = true
    cancel()
    if (!lost.signal.aborted) lost.abort(leaseLost(hold.id))
  }
  const renewOnce = async (): Promise<void> => {
    // Counted from before it was asked: the database may have renewed it then.
    const asked = { wall: clock.now(), watch: stopwatch() }
    try {
      const found = await connection.rows(renew, [hold.run, hold.token, leaseMs])
      if (isOver) return
      if (found.length === 0) return lose()
      confirmed = asked
    } catch (error) {
      // A database that is away for a moment; one that stays away makes the lease too old.
      if (!(error instanceof EntrapipeError)) throw error
    }
    if (isOver) return
    if (isFresh()) schedule()
    else lose()
  }
  const schedule = (): void => {
    cancel = alarm(renewalMs, () => void renewOnce())
  }
  schedule()

  return {
    mayStillSend: () => !isOver && isFresh(),
    signal: lost.signal,
    end() {
      isOver = true
      cancel()
    },
  }
}

/** The moment before a lease is asked for. */
export const momentOf = ({ clock, stopwatch }: Pick<Timing, 'clock' | 'stopwatch'>): Moment => ({
  wall: clock.now(),
  watch: stopwatch(),
})
