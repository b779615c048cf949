import { outcomes as allOutcomes } from '../../core/result.ts'
import type { KeptInput } from '../kept-input.ts'
import { settled } from '../ledger-tables.ts'
import type { PendingQuery, PendingRow, RowQuery, RowResult } from '../types.ts'
import { inputReader } from './ledger-inputs.ts'
import { sealedText, type EntryLine } from './ledger-lines.ts'
import { resultColumns, storedResult, type ResultLine } from './results.ts'
import type { RunSql } from './run-sql.ts'
import { keyOf, textOf } from './texts.ts'

interface RowLine extends ResultLine {
  readonly changed: string | null
  readonly secrets: string | null
}

interface PendingLine extends Pick<EntryLine, 'ordinal' | 'key' | 'step' | 'kind' | 'about'> {
  readonly input: string | null
  readonly secrets: string | null
}

const page = (place: number) => `(select sequence, ordinal from results
  where run = $1 and replaced_in is null and outcome = $${place} and (ordinal, sequence) > ($2, $3) order by ordinal, sequence limit $4)`

const left = `
  select l.ordinal, l.key, l.step, l.kind, l.about, f.input, ${sealedText('f')} as secrets
  from ledger l left join work w on w.run = l.run and w.ordinal = l.ordinal
  join ledger f on f.run = l.run and f.ordinal = l.ordinal - l.step
  where l.run = $1 and l.ordinal > $2 and coalesce(w.state, 0) <> ${settled} order by l.ordinal limit $3`

/** Results in the order of their rows, over all phases; see `row-results.ts` of the other store. */
export const rowResults = ({ run, read }: RunSql) => {
  const inputs = inputReader(run)
  return {
    async read({ after, limit = 1000, outcomes = allOutcomes }: RowQuery = {}): Promise<readonly RowResult[]> {
      const wanted = allOutcomes.filter(outcome => outcomes.includes(outcome))
      if (wanted.length === 0) return []
      const pages = wanted.map((_, at) => page(at + 5)).join(' union all ')
      const text = `select ${resultColumns('r')}, l.input as changed, ${sealedText('l')} as secrets
        from (select * from (${pages}) p order by ordinal, sequence limit $4) p
        join results r on r.run = $1 and r.sequence = p.sequence left join ledger l on l.run = $1 and l.ordinal = r.entry - r.step
        order by p.ordinal, p.sequence`
      const place = [after?.ordinal ?? Number.MIN_SAFE_INTEGER, after?.result.sequence ?? 0]
      const lines = await read(async sql => {
        await inputs.refresh(sql)
        return sql.rows<RowLine>(text, [run, ...place, limit, ...wanted])
      })
      return lines.map(line => {
        const isChange = line.changed !== null
        const input = isChange
          ? inputs.read(line.changed, line.secrets ?? undefined)
          : line.input === null
            ? undefined
            : (JSON.parse(line.input) as KeptInput)
        return { result: storedResult(line), ordinal: line.ordinal, isChange, ...(input && { input }) }
      })
    },
    async pending({ after = 0, limit = 1000 }: PendingQuery = {}): Promise<readonly PendingRow[]> {
      const lines = await read(async sql => {
        await inputs.refresh(sql)
        return sql.rows<PendingLine>(left, [run, after, limit])
      })
      return lines.map(({ ordinal, key, step, kind, about, input, secrets }) => ({
        ordinal,
        key: keyOf(key),
        step,
        about: textOf(about),
        operation: kind,
        ...(input !== null && { input: inputs.read(input, secrets ?? undefined) }),
      }))
    },
  }
}
