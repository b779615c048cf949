import { noOutcomes, type Outcome } from '../core/result.ts'
import type { Database } from './database.ts'
import { ledgerRange } from './ledger-range.ts'
import { settled } from './ledger-tables.ts'
import type { RowCounts } from './types.ts'

/** What a row is called whose steps ended differently: the last one of these that a step has. */
export const ascendingOutcomes = [
  'unchanged',
  'done',
  'waiting',
  'skipped',
  'failed',
  'unknown',
] as const satisfies readonly Outcome[]

const rank = `iif(w.state is ${settled}, case w.outcome ${ascendingOutcomes.map((outcome, at) => `when '${outcome}' then ${at}`).join(' ')} end, ${ascendingOutcomes.length})`

/** Counts the rows of a phase: those in its ledger, and those that were rejected before. Reads the whole ledger. */
export const rowCounts = ({ sql, read }: Database, phase: string): RowCounts =>
  read(() => {
    const { first, last } = ledgerRange({ sql }, phase)()
    const inLedger = sql
      .prepare(
        `select rank, count(*) as n from (
           select max(${rank}) as rank from ledger l left join work w using (ordinal)
           where l.ordinal between ? and ? group by l.ordinal - l.step
         ) group by rank`,
      )
      .all(first, last)
      .map(({ rank: at, n }) => [ascendingOutcomes[at as number] ?? 'pending', n as number] as const)
    const rejected = sql
      .prepare(
        `select outcome, count(*) as n from results
         where phase = ? and replacedIn is null and entry is null group by outcome`,
      )
      .all(phase)
      .map(({ outcome, n }) => [outcome as Outcome, n as number] as const)
    const counts = { ...noOutcomes, pending: 0 }
    for (const [name, n] of [...inLedger, ...rejected]) counts[name] += n
    return counts
  })
