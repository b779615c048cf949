import { EntrapipeError } from '../../core/errors.ts'
import { leaseLost } from '../lease-lost.ts'
import type { Postgres, Sql } from './database.ts'

/** Statements about one run. Those of its holder take effect in the order of the calls, and reads come after earlier writes. */
export interface RunSql extends Pick<Sql, 'rows'> {
  /** Number of the run in the tables. */
  readonly run: number
  /** Runs `work` on one snapshot. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /**
   * Runs `work` in one transaction, while no other process holds the run.
   *
   * @throws EntrapipeError `LEASE_LOST` (facts: run) when another one does, or has in between: `work` then had no effect
   */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T>
}

/** What names the holder of a run: the token grows with each one. */
export interface Hold {
  readonly run: number
  readonly id: string
  readonly token: number
}

/** Reads a run that another process may hold. */
export const readingSql = (database: Postgres, run: number): RunSql => ({
  run,
  rows: database.rows,
  read: work => database.transaction(work, { isolation: 'repeatable read' }),
  write: () => Promise.reject(new EntrapipeError('INTERNAL', 'A run that is only read was written to.')),
})

/** How long a statement may take that gives millions of rows a state. */
const longestMs = 600_000

/** A lock that is compatible with renewals of the lease, and not with another token. */
const fence = `select 1 from runs where number = $1 and token = $2 and lease_until is not null for key share`

/** Changes a run that this process holds. @param lost what is waited for then ends with its reason */
export const heldSql = (database: Postgres, hold: Hold, lost: AbortSignal): RunSql => {
  const { run, token } = hold
  const isLost = new Promise<never>((_, reject) => lost.addEventListener('abort', () => reject(lost.reason as Error)))
  isLost.catch(() => undefined)
  /** A database that does not answer holds up nobody who has lost the run. */
  const unlessLost = <T>(work: () => Promise<T>): Promise<T> => {
    lost.throwIfAborted()
    return Promise.race([work(), isLost])
  }
  let last: Promise<unknown> = Promise.resolve()
  const after = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(() => unlessLost(work))
    last = next.catch(() => undefined)
    return next
  }
  return {
    run,
    rows: (text, values) => last.then(() => unlessLost(() => database.rows(text, values))),
    read: work => last.then(() => unlessLost(() => database.transaction(work, { isolation: 'repeatable read' }))),
    write: work =>
      after(() =>
        database.transaction(
          async sql => {
            if ((await sql.rows(fence, [run, token])).length === 0) throw leaseLost(hold.id)
            return work(sql)
          },
          { statementMs: longestMs },
        ),
      ),
  }
}
