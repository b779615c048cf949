import type { Values } from '../../core/operation.ts'
import type { ChangedQuery, ChangedRow } from '../types.ts'
import { rowOf } from './ledger-lines.ts'
import { resultColumns, storedResult, type ResultLine } from './results.ts'
import type { RunSql } from './run-sql.ts'
import { textOf } from './texts.ts'

interface ChangedLine extends ResultLine {
  readonly entry: number
  readonly kind: string
  readonly about: string
  readonly row: string
  readonly before: string | null
}

const changed = `
  select ${resultColumns('r')}, r.entry, l.kind, l.about, l.row, w.before
  from results r join ledger l on l.run = $1 and l.ordinal = r.entry join work w on w.run = $1 and w.ordinal = r.entry
  where r.run = $1 and r.sequence > $2 and r.replaced_in is null and w.attempts > 0 order by r.sequence limit $3`

/** Results of changes that were sent, in the order in which they were recorded. */
export const changedRows = async (
  { run, rows }: RunSql,
  { after = 0, limit = 1000 }: ChangedQuery = {},
): Promise<readonly ChangedRow[]> =>
  (await rows<ChangedLine>(changed, [run, after, limit])).map(line => ({
    result: storedResult(line),
    ordinal: line.entry,
    about: textOf(line.about),
    row: rowOf(line.kind, line.row),
    ...(line.before !== null && { before: JSON.parse(line.before) as Values }),
  }))
