import { isFields, type Fields } from '../../core/json.ts'
import { isCreated } from '../../engine/changes/created-ids.ts'
import { licenceMoves, type LicenceMove } from '../../licensing/ledger/licence-moves.ts'
import type { AuditEntry, AuditLine } from '../../store/audit-line.ts'
import { openPassingDatabase, type PassingDatabase } from '../../store/passing-database.ts'

/** What of the log belongs to a ledger. Times are those of Graph's format, or shorter. */
interface LedgerWish {
  /** Id of the tenant. */
  readonly tenant: string
  /** ISO time from which on changes count. */
  readonly since?: string
  /** ISO time before which changes count. */
  readonly until?: string
}

/** Who made changes, and why. */
interface Author {
  readonly who: string
  readonly reason: string | null
  readonly ticket: string | null
}

/** A line of a ledger. */
interface LedgerLine extends LicenceMove, Author {
  readonly at: string
  readonly run: string
  readonly operation: string
}

/** The sums of a product. */
interface LedgerTotal {
  readonly sku: string
  readonly gained: number
  readonly lost: number
  /** Units taken, less those freed; null if it was not recorded of a line. */
  readonly units: number | null
}

/** Changes that are not in a ledger, with some of their runs. */
interface LeftOut {
  readonly changes: number
  readonly runs: readonly string[]
}

/** A ledger, collected. Nothing of it is in memory. */
export interface CollectedLedger {
  readonly lines: () => Iterable<readonly LedgerLine[]>
  readonly totals: readonly LedgerTotal[]
  /** Changes of licences whose details the log lacks. */
  readonly unclear: LeftOut
  /** Changes that were sent, and of which nobody knows whether they were made. */
  readonly unknown: LeftOut
  readonly close: () => void
}

const tables = `
  create table moves (
    run text not null, step text not null, at text not null, sequence integer not null, operation text not null,
    change text not null, sku text not null, user text, "group" text, userPrincipalName text, units integer,
    who text not null, reason text, ticket text,
    primary key (run, step, sku, change)
  ) without rowid;
  create table leftOut (run text not null, step text not null, at text not null, why text not null, primary key (run, step))
    without rowid`

/** Lines that are read at once. */
const atOnce = 1_000
/** Runs that a message names. */
const mostNamed = 5

/**
 * Collects who got or lost which product, from the log of changes. The last result of a change counts: one that was found to be somebody else's is
 * no change of its run.
 *
 * @throws EntrapipeError `VERIFY_FAILED` at a changed line
 */
export const collectLedger = async (
  log: AsyncIterable<readonly AuditLine[]>,
  { tenant, since = '', until = '\uffff' }: LedgerWish,
): Promise<CollectedLedger> => {
  const database = openPassingDatabase(tables)
  try {
    await fill(database, log, tenant.toLowerCase())
    for (const table of ['moves', 'leftOut'])
      database.prepare(`delete from ${table} where at < ? or at >= ?`).run(since, until)
  } catch (error) {
    database.close()
    throw error
  }
  return {
    *lines() {
      const page = database.prepare(
        'select * from moves where (at, sequence, step, sku, change) > (?, ?, ?, ?, ?) order by at, sequence, step, sku, change limit ?',
      )
      database.exec('create index if not exists moves_by_time on moves (at, sequence, step, sku, change)')
      for (let after: readonly (string | number)[] = ['', 0, '', '', '']; ;) {
        const rows = page.all(...after, atOnce)
        if (rows.length === 0) return
        yield rows as unknown as readonly LedgerLine[]
        const last = rows.at(-1)!
        after = [last['at'], last['sequence'], last['step'], last['sku'], last['change']] as (string | number)[]
      }
    },
    totals: database
      .prepare(
        `select sku, sum(change = 'gained') as gained, sum(change = 'lost') as lost,
           iif(count(*) = count(units), sum(units), null) as units
         from moves group by sku order by sku`,
      )
      .all() as unknown as readonly LedgerTotal[],
    unclear: leftOut(database, 'unclear'),
    unknown: leftOut(database, 'unknown'),
    close: () => database.close(),
  }
}

const leftOut = (database: PassingDatabase, why: string): LeftOut => ({
  changes: Number(database.prepare('select count(*) as n from leftOut where why = ?').get(why)!['n']),
  runs: database
    .prepare('select distinct run from leftOut where why = ? order by run limit ?')
    .all(why, mostNamed)
    .map(({ run }) => String(run)),
})

const fill = async (
  database: PassingDatabase,
  log: AsyncIterable<readonly AuditLine[]>,
  tenant: string,
): Promise<void> => {
  const forget = ['moves', 'leftOut'].map(table => database.prepare(`delete from ${table} where run = ? and step = ?`))
  const keep = database.prepare('insert or replace into moves values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const leaveOut = database.prepare('insert or replace into leftOut values (?, ?, ?, ?)')
  const authors = new Map<string, Author>()
  for await (const lines of log) {
    database.exec('begin')
    for (const { sequence, entry } of lines) {
      const run = String(entry['run'])
      const author = authorIn(entry)
      if (author) authors.set(run, author)
      if (entry['event'] !== 'change' || String(entry['tenant']).toLowerCase() !== tenant) continue
      const moves = movesIn(entry)
      if (moves === undefined) continue
      const step = JSON.stringify([entry['phase'] ?? null, entry['key'] ?? null, entry['step'] ?? 0])
      for (const statement of forget) statement.run(run, step)
      const at = String(entry['at'])
      const { outcome } = entry
      if (outcome === 'unknown' && moves.length > 0) leaveOut.run(run, step, at, 'unknown')
      if (outcome !== 'done') continue
      if (moves === 'unclear') leaveOut.run(run, step, at, 'unclear')
      else {
        const { who, reason, ticket } = authors.get(run) ?? { who: '', reason: null, ticket: null }
        for (const { change, sku, user, group, userPrincipalName, units } of moves)
          keep.run(
            ...[run, step, at, sequence, String(entry['operation']), change, sku],
            ...[user, group, userPrincipalName, units, who, reason, ticket],
          )
      }
    }
    database.exec('commit')
  }
}

const movesIn = (entry: AuditEntry): ReturnType<typeof licenceMoves> => {
  const { operation, before = null, after = null, id = null } = entry
  const value = isFields(after) ? after : {}
  const { user } = value
  return licenceMoves({
    operation: String(operation),
    // A step before created the user: the row names that step, and the result has the id.
    value: typeof user === 'string' && isCreated(user) ? { ...value, user: id } : value,
    before: isFields(before) ? before : null,
  })
}

/** Who sends the changes of a run from this entry on; undefined for one that does not say. */
const authorIn = ({ event, who, reason = null, ticket = null }: AuditEntry): Author | undefined => {
  if (event !== 'started' && event !== 'resumed' && event !== 'retried') return undefined
  const { identity, user, host } = (isFields(who ?? null) ? who : {}) as Fields
  return {
    who: [identity, typeof user === 'string' ? `${user}@${String(host)}` : undefined]
      .filter(text => typeof text === 'string' && text !== '')
      .join(', '),
    reason: typeof reason === 'string' ? reason : null,
    ticket: typeof ticket === 'string' ? ticket : null,
  }
}
