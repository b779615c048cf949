import type { SQLOutputValue } from 'node:sqlite'
import { outcomes as allOutcomes } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import type { Database } from './database.ts'
import type { KeptInput } from './kept-input.ts'
import { inputReader } from './ledger-inputs.ts'
import { sealedText } from './ledger-rows.ts'
import { storedResult } from './results.ts'
import { settled } from './ledger-tables.ts'
import type { PendingQuery, PendingRow, RowQuery, RowResult } from './types.ts'

/** Created when the run has ended, or when results are first read in this order: they come in another one. */
const index = `create index if not exists results_by_row on results (outcome, ordinal, sequence) where replacedIn is null`

/** Results in the order of their rows, over all phases. */
interface RowResults {
  prepare(): void
  read(query?: RowQuery): readonly RowResult[]
  pending(query?: PendingQuery): readonly PendingRow[]
}

/** The input of a row whose change is in the ledger is there, with its first step; of a row that was rejected it is with its result. */
export const rowResults = ({ sql, write }: Database): RowResults => {
  let isIndexed = false
  const readInput = inputReader(sql)
  const prepare = (): void => {
    if (!isIndexed) write(() => sql.exec(index))
    isIndexed = true
  }
  const secretsOf = (line: Record<string, SQLOutputValue>) => (line['secrets'] ?? undefined) as string | undefined
  const page = `select * from (select sequence, ordinal from results
    where replacedIn is null and outcome = ? and (ordinal, sequence) > (?, ?) order by ordinal, sequence limit ?)`
  return {
    prepare,
    read({ after, limit = 1000, outcomes = allOutcomes } = {}) {
      prepare()
      const wanted = allOutcomes.filter(outcome => outcomes.includes(outcome))
      if (wanted.length === 0) return []
      const place = [after?.ordinal ?? Number.MIN_SAFE_INTEGER, after?.result.sequence ?? 0]
      return sql
        .prepare(
          `select r.*, l.input as changed, ${sealedText('l')} as secrets
           from (${wanted.map(() => page).join(' union all ')} order by ordinal, sequence limit ?) p
           join results r on r.sequence = p.sequence left join ledger l on l.ordinal = r.entry - r.step
           order by p.ordinal, p.sequence`,
        )
        .all(...wanted.flatMap(outcome => [outcome, ...place, limit]), limit)
        .map(line => {
          const isChange = typeof line['changed'] === 'string'
          const text = isChange ? line['changed'] : line['input']
          return {
            result: storedResult(line),
            ordinal: line['ordinal'] as number,
            isChange,
            ...(typeof text === 'string' && {
              input: isChange ? readInput(text, secretsOf(line)) : (JSON.parse(text) as KeptInput),
            }),
          }
        })
    },
    pending: ({ after = 0, limit = 1000 } = {}) =>
      sql
        .prepare(
          `select l.ordinal, l.key, l.step, l.kind, l.about, f.input, ${sealedText('f')} as secrets
           from ledger l left join work w using (ordinal) join ledger f on f.ordinal = l.ordinal - l.step
           where l.ordinal > ? and ifnull(w.state, 0) <> ${settled} order by l.ordinal limit ?`,
        )
        .all(after, limit)
        .map(line => ({
          ordinal: line['ordinal'] as number,
          key: line['key'] as Key,
          step: line['step'] as number,
          about: line['about'] as string,
          operation: line['kind'] as string,
          ...(typeof line['input'] === 'string' && { input: readInput(line['input'], secretsOf(line)) }),
        })),
  }
}
