import { noOutcomes, type Outcome } from '../../core/result.ts'
import { settled } from '../ledger-tables.ts'
import { ascendingOutcomes } from '../row-counts.ts'
import type { RowCounts } from '../types.ts'
import { ledgerRange } from './ledger-lines.ts'
import type { RunSql } from './run-sql.ts'

const rank = `case when w.state = ${settled} then case w.outcome ${ascendingOutcomes.map((outcome, at) => `when '${outcome}' then ${at}`).join(' ')} end
  else ${ascendingOutcomes.length} end`

const inLedger = `
  select rank, count(*) as n from (
    select max(${rank}) as rank from ledger l left join work w on w.run = l.run and w.ordinal = l.ordinal
    where l.run = $1 and l.ordinal between $2 and $3 group by l.ordinal - l.step
  ) counted group by rank`

const rejected = `
  select outcome, count(*) as n from results where run = $1 and phase = $2 and replaced_in is null and entry is null group by outcome`

/** Counts the rows of a phase: those in its ledger, and those that were rejected before. Reads the whole ledger. */
export const rowCounts = ({ run, read }: RunSql, phase: string): Promise<RowCounts> =>
  read(async sql => {
    const { first, last } = await ledgerRange(sql, run, phase)
    const counts = { ...noOutcomes, pending: 0 }
    for (const { rank: at, n } of await sql.rows<{ rank: number; n: number }>(inLedger, [run, first, last]))
      counts[ascendingOutcomes[at] ?? 'pending'] += n
    for (const { outcome, n } of await sql.rows<{ outcome: Outcome; n: number }>(rejected, [run, phase]))
      counts[outcome] += n
    return counts
  })
