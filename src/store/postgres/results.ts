import { noOutcomes, type Outcome, type OutcomeCounts } from '../../core/result.ts'
import { resultKeys, type ResultKeys } from '../result-keys.ts'
import { ordinalOf } from '../results.ts'
import type { FailureQuery, KeptResult, KeyQuery, ResultQuery, StoredFailure, StoredResult } from '../types.ts'
import type { Sql } from './database.ts'
import type { RunSql } from './run-sql.ts'
import { keyOf, keyText } from './texts.ts'

/** A result to record. `entry` is the ordinal of its row in the ledger. */
type NewResult = KeptResult & { readonly entry?: number }

/** A line of `results`. */
export interface ResultLine {
  readonly sequence: number
  readonly phase: string
  readonly key: string
  readonly step: number
  readonly outcome: Outcome
  readonly at: number
  readonly ordinal: number
  readonly rest: string
  readonly input: string | null
}

/** The columns of `ResultLine`. @param of alias of `results` */
export const resultColumns = (of: string): string =>
  ['sequence', 'phase', 'key', 'step', 'outcome', 'at', 'ordinal', 'rest', 'input'].map(name => `${of}.${name}`).join()

/** Reads a line of `results`. */
export const storedResult = ({ rest, key, phase, step, outcome, sequence, at }: ResultLine): StoredResult => ({
  ...(JSON.parse(rest) as Omit<StoredResult, 'key'>),
  key: keyOf(key),
  phase,
  ...(step !== 0 && { step }),
  outcome,
  sequence,
  at: new Date(at).toISOString(),
})

const failure = (line: ResultLine): StoredFailure => ({
  result: storedResult(line),
  ordinal: line.ordinal,
  input: line.input === null ? undefined : (JSON.parse(line.input) as StoredFailure['input']),
})

/** Rows in one statement. */
const batchRows = 5_000

/** Splits results so that no list has a row twice: the later one then replaces the earlier one. */
function* batches(results: readonly NewResult[]): Generator<readonly NewResult[]> {
  let batch: NewResult[] = []
  let seen = new Set<string>()
  for (const result of results) {
    const { key, step = 0 } = result
    const id = `${typeof key === 'number' ? '#' : ''}${key}/${step}`
    if (batch.length === batchRows || seen.has(id)) {
      yield batch
      batch = []
      seen = new Set()
    }
    seen.add(id)
    batch.push(result)
  }
  if (batch.length > 0) yield batch
}

/** The sink may be an epoch behind a transform: going back to the earlier one deletes the later of the two. */
const insert = `
  with n as materialized (
    select * from unnest($5::text[], $6::int[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[])
      with ordinality as n (key, step, outcome, ordinal, code, rest, input, entry, place)
  ), old as (
    update results r set replaced_in = greatest($3::int, r.epoch) from (
      select at.place from unnest($13::text[], $14::int[]) as m (key, step) cross join lateral (
        select ctid as place from results where run = $1 and phase = $2 and key = m.key and step = m.step and replaced_in is null offset 0
      ) at
    ) m where r.ctid = m.place
    returning r.replaced_in, r.outcome
  ), new as (
    insert into results (run, sequence, phase, key, step, epoch, outcome, at, ordinal, code, rest, input, entry)
    select $1, (select coalesce(max(sequence), 0) from results where run = $1) + place, $2, key, step, $3::int, outcome, $4::bigint,
      ordinal, code, rest, input, entry from n
    returning sequence, outcome
  ), counted as (
    insert into counts
    select $1, $2, epoch, outcome, sum(n) from (
      select $3::int as epoch, outcome, count(*) as n from new group by outcome
      union all select replaced_in, outcome, -count(*) from old group by replaced_in, outcome
    ) added group by epoch, outcome having sum(n) <> 0
    on conflict (run, phase, epoch, outcome) do update set n = counts.n + excluded.n
  )
  select min(sequence) as first from new`

interface Adding {
  readonly phase: string
  readonly epoch: number
  readonly atMs: number
}

/** Records results, within a transaction. Returns their sequences. */
export type AddResults = (sql: Sql, to: Adding, results: readonly NewResult[]) => Promise<readonly number[]>

/**
 * Records the results of a run. A result replaces an earlier one of its row: that is looked up, unless this process has recorded all
 * results of the run and remembers none.
 */
export const addingResults = (run: number): AddResults => {
  let own: ResultKeys | 'not all' | undefined
  return async (sql, { phase, epoch, atMs }, results) => {
    const sequences: number[] = []
    for (const batch of batches(results)) {
      own ??=
        (await sql.rows('select 1 from results where run = $1 limit 1', [run])).length > 0 ? 'not all' : resultKeys()
      const known = own
      const lines = batch.map(({ key, step = 0, outcome, input, entry, ...rest }) => [
        keyText(key),
        step,
        outcome,
        ordinalOf(key),
        rest.code ?? null,
        JSON.stringify(rest),
        input === undefined ? null : JSON.stringify(input),
        entry ?? null,
      ])
      const columns = Array.from({ length: 8 }, (_, at) => lines.map(line => line[at]))
      const again = batch.filter(({ key, step = 0 }) => known === 'not all' || known.mayHave(phase, key, step))
      const [found] = await sql.rows<{ first: number }>(insert, [
        ...[run, phase, epoch, atMs, ...columns],
        again.map(({ key }) => keyText(key)),
        again.map(({ step = 0 }) => step),
      ])
      batch.forEach((_, at) => sequences.push(found!.first + at))
    }
    return sequences
  }
}

/** Deletes the results of a phase in this epoch or later, within a transaction. */
export const cutBackResults = async (sql: Sql, run: number, phase: string, epoch: number): Promise<void> => {
  await sql.run('delete from results where run = $1 and phase = $2 and epoch >= $3', [run, phase, epoch])
  await sql.run('update results set replaced_in = null where run = $1 and phase = $2 and replaced_in >= $3', [
    run,
    phase,
    epoch,
  ])
  await sql.run('delete from counts where run = $1 and phase = $2 and epoch >= $3', [run, phase, epoch])
}

/** Reads the results of a run: of one phase, or of all. */
export const resultReader = ({ run, rows }: RunSql) => ({
  async readResults(
    phase: string | undefined,
    { after = 0, limit = 1000, outcomes }: ResultQuery = {},
  ): Promise<readonly StoredResult[]> {
    const page = (outcome: string) =>
      `(select ${resultColumns('r')} from results r where r.run = $1 and r.replaced_in is null and ($2::text is null or r.phase = $2)
        and r.sequence > $3 ${outcome} order by r.sequence limit $4)`
    const wanted = outcomes ?? []
    if (outcomes && wanted.length === 0) return []
    const pages = outcomes ? wanted.map((_, at) => page(`and r.outcome = $${at + 5}`)) : [page('')]
    const text = `select * from (${pages.join(' union all ')}) r order by sequence limit $4`
    return (await rows<ResultLine>(text, [run, phase ?? null, after, limit, ...wanted])).map(storedResult)
  },
  async countResults(phase: string | undefined): Promise<OutcomeCounts> {
    const text = `select outcome, sum(n) as n from counts where run = $1 and ($2::text is null or phase = $2) group by outcome`
    const counts = await rows<{ outcome: Outcome; n: number }>(text, [run, phase ?? null])
    return { ...noOutcomes, ...Object.fromEntries(counts.map(({ outcome, n }) => [outcome, n])) }
  },
  async readByKey(phase: string, { after, limit = 1000 }: KeyQuery = {}): Promise<readonly StoredResult[]> {
    const text = `select ${resultColumns('r')} from results r where r.run = $1 and r.phase = $2 and r.replaced_in is null
      and (r.key, r.step) > ($3, $4::int) order by r.key, r.step limit $5`
    const place = after ? [keyText(after.key), after.step ?? 0] : ['', 0]
    return (await rows<ResultLine>(text, [run, phase, ...place, limit])).map(storedResult)
  },
  async readFailures(phase: string, { after, limit = 1000 }: FailureQuery = {}): Promise<readonly StoredFailure[]> {
    const page = (outcome: Outcome) =>
      `(select ${resultColumns('r')} from results r where r.run = $1 and r.phase = $2 and r.replaced_in is null
        and r.outcome = '${outcome}' and (r.ordinal, r.sequence) > ($3, $4) order by r.ordinal, r.sequence limit $5)`
    const text = `select * from (${page('failed')} union all ${page('unknown')}) r order by ordinal, sequence limit $5`
    const place = [after?.ordinal ?? Number.MIN_SAFE_INTEGER, after?.result.sequence ?? 0]
    return (await rows<ResultLine>(text, [run, phase, ...place, limit])).map(failure)
  },
})
