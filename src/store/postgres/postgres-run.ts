import type { RunRecord } from '../run-store.ts'
import type { RunError } from '../types.ts'
import { leaseLost } from '../lease-lost.ts'
import type { Postgres, Sql } from './database.ts'
import { keepLease, type Lease, type Moment, type Timing } from './lease.ts'
import { changeRun, infoOf, type RunLine } from './run-lines.ts'
import { runRecord } from './run-record.ts'
import { heldSql, type RunSql } from './run-sql.ts'

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

/** A run whose lease this process renews. */
export interface HeldRun {
  readonly line: RunLine
  readonly sql: RunSql
  readonly lease: Lease
  readonly record: ReturnType<typeof runRecord>
  /** Ends the hold with a last change, in one transaction with the end of the lease. A second call has no effect. */
  end(change: (sql: Sql) => Promise<Parameters<typeof changeRun>[2]>): Promise<void>
}

/** How runs are held. */
interface Holding {
  readonly database: Postgres
  /** For renewals alone: they do not wait for what the run writes. */
  readonly connection: Postgres
  readonly timing: Timing
}

/** Holds a run that was acquired in the database. @param acquired a moment before that */
export const heldRun = ({ database, connection, timing }: Holding, line: RunLine, acquired: Moment): HeldRun => {
  const { number, id, token } = line
  const hold = { run: number, id, token }
  const lease = keepLease(connection, hold, acquired, timing)
  const sql = heldSql(database, hold, lease.signal)
  let isHeld = true
  return {
    line,
    sql,
    lease,
    record: runRecord(sql, timing.clock.now),
    async end(change) {
      if (!isHeld) return
      isHeld = false
      try {
        await sql.write(async each => void (await changeRun(each, number, await change(each), 'end')))
      } finally {
        lease.end()
      }
    },
  }
}

/** The record of a run that this process holds by a lease. */
export const postgresRun = (held: HeldRun, now: () => number): RunRecord => {
  const { line, sql, lease, record } = held
  const ended = (end: { readonly manifest?: unknown; readonly error?: RunError } = {}) => ({
    manifest: textOf(end.manifest),
    error: textOf(end.error),
  })
  let { resumable } = line
  const stopped = () => (resumable ? 'interrupted' : 'failed')
  return {
    ...record,
    id: line.id,
    info: infoOf(line),
    lost: lease.signal,
    token: line.token,
    expectHeld() {
      if (!lease.mayStillSend()) throw leaseLost(line.id)
    },
    async saveOver(end) {
      await sql.write(async each => void (await changeRun(each, line.number, { resumable: false, ...ended(end) })))
      resumable = false
    },
    finish: (status, { isOver = false, ...end } = {}) =>
      held.end(async () => ({
        status: status === 'interrupted' ? stopped() : status,
        ended: now(),
        died: false,
        ...ended(end),
        ...(isOver && { resumable: false }),
      })),
    release: () => held.end(async () => ({ status: stopped(), ended: now(), died: false })),
  }
}
