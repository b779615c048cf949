import type { OperationRow, Values } from '../core/operation.ts'
import type { Database } from './database.ts'
import { storedResult } from './results.ts'
import type { ChangedQuery, ChangedRow } from './types.ts'

/** Results of changes that were sent, in the order in which they were recorded. */
export const changedRows = ({ sql }: Database, { after = 0, limit = 1000 }: ChangedQuery = {}): readonly ChangedRow[] =>
  sql
    .prepare(
      `select r.*, l.ordinal as place_in_ledger, l.kind, l.about, l.row, w.before
       from results r join ledger l on l.ordinal = r.entry join work w on w.ordinal = l.ordinal
       where r.sequence > ? and r.replacedIn is null and w.attempts > 0 order by r.sequence limit ?`,
    )
    .all(after, limit)
    .map(line => ({
      result: storedResult(line),
      ordinal: line['place_in_ledger'] as number,
      about: line['about'] as string,
      row: { kind: line['kind'] as string, ...(JSON.parse(line['row'] as string) as Omit<OperationRow, 'kind'>) },
      ...(typeof line['before'] === 'string' && { before: JSON.parse(line['before']) as Values }),
    }))
