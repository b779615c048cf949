import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { noOutcomes, type Outcome, type OutcomeCounts } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import type { Database } from './database.ts'
import { lastResults } from './last-results.ts'
import type { FailureQuery, KeptResult, KeyQuery, ResultQuery, StoredFailure, StoredResult } from './types.ts'

/**
 * Keys have no declared type, so that 1 and "1" stay two. `replacedIn` is the epoch of the result that replaced this one;
 * null while this one is the last of its (phase, key, step). `ordinal` (`place` in version 1) orders failures as their rows were read. `counts` has
 * what each epoch added to an outcome, or took from it: rewinding to a checkpoint deletes the later epochs.
 */
export const resultsTable = `
  create table results (
    sequence integer primary key,
    phase text not null,
    key not null,
    step integer not null,
    epoch integer not null,
    outcome text not null,
    at integer not null,
    place integer not null,
    replacedIn integer,
    rest text not null,
    input text
  );
  create index results_by_outcome on results (outcome, sequence) where replacedIn is null;
  create index results_replaced on results (phase, replacedIn) where replacedIn is not null;
  create table counts (
    phase text, epoch integer, outcome text, n integer not null, primary key (phase, epoch, outcome)
  ) without rowid`

/** Rows that `hasFailed`, by their last result. */
const isFailure = `outcome in ('failed', 'unknown') and replacedIn is null`

/** Created when failures are first read, after the last row: rows of several shards come in any order. */
const failuresIndex = `create index if not exists results_failed on results (phase, ordinal, sequence)
  where ${isFailure}`

/** Created when a later phase first reads them in this order. */
const keyIndex = 'create index if not exists results_of_phase on results (phase, key, step) where replacedIn is null'

/** From version 1 to 2. */
export const resultsOrdinal = 'alter table results rename column place to ordinal'

/** A result to record. `entry` is the ordinal of its row in the ledger. */
type NewResult = KeptResult & { readonly entry?: number }

/** The results of all phases of a run. */
export interface Results {
  append(phase: string, epoch: number, results: readonly KeptResult[]): void
  /** As `append`, within a transaction of the run. Returns the sequences. */
  add(phase: string, epoch: number, results: readonly NewResult[]): readonly number[]
  /** Counts of one phase, or of all. */
  readResults(phase: string | undefined, query?: ResultQuery): readonly StoredResult[]
  countResults(phase: string | undefined): OutcomeCounts
  /** In the order of key and step. */
  readByKey(phase: string, query?: KeyQuery): readonly StoredResult[]
  readFailures(phase: string, query?: FailureQuery): readonly StoredFailure[]
  /** Deletes the results of a phase in this epoch or later, within a transaction of the run. */
  cutBack(phase: string, epoch: number): void
}

type Line = Record<string, SQLOutputValue>

/** Reads a line of `results`. */
export const storedResult = (line: Line): StoredResult => ({
  ...JSON.parse(line['rest'] as string),
  key: line['key'],
  phase: line['phase'],
  ...(line['step'] === 0 ? {} : { step: line['step'] }),
  outcome: line['outcome'],
  sequence: line['sequence'],
  at: new Date(line['at'] as number).toISOString(),
})

const failure = (line: Line): StoredFailure => ({
  result: storedResult(line),
  ordinal: line['ordinal'] as number,
  input: typeof line['input'] === 'string' ? JSON.parse(line['input']) : undefined,
})

const last = Number.MAX_SAFE_INTEGER
const leadingNumber = /^\d{1,15}(?=\/|$)/

/** Orders rows by number: that of the key, or the one with which it begins. Rows with other keys come last. */
export const ordinalOf = (key: Key): number => {
  if (typeof key === 'number') return Number.isSafeInteger(key) ? key : last
  const digits = leadingNumber.exec(key)?.[0]
  return digits === undefined ? last : Number(digits)
}

const ofPhase = (phase: string | undefined) =>
  phase === undefined ? { where: '', values: [] } : { where: 'and phase = ?', values: [phase] }

/** Opens the results of one run. A writer holds four bytes per result in memory; a reader finds each page by its position. */
export const results = (database: Database, now: () => number): Results => {
  const { sql } = database
  const insert = sql.prepare(
    `insert into results (phase, key, step, epoch, outcome, at, ordinal, rest, input, entry)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const replace = sql.prepare('update results set replacedIn = ? where sequence = ?')
  const count = sql.prepare(`insert into counts values (?, ?, ?, ?) on conflict do update set n = n + excluded.n`)
  const before = lastResults(database)
  let isIndexed = false
  let isIndexedByKey = false

  const addCounts = (phase: string, epoch: number, added: ReadonlyMap<Outcome, number>) => {
    for (const [outcome, n] of added) if (n !== 0) count.run(phase, epoch, outcome, n)
  }

  const add = (phase: string, epoch: number, batch: readonly NewResult[]): readonly number[] => {
    const at = now()
    const added = new Map<Outcome, number>()
    const sequences = batch.map(({ key, step = 0, outcome, input, entry, ...rest }) => {
      const replaced = before.find(phase, key, step)
      if (replaced) {
        // The sink may be an epoch behind a transform: going back to the earlier one deletes the later of the two.
        const over = Math.max(epoch, replaced.epoch)
        replace.run(over, replaced.sequence)
        count.run(phase, over, replaced.outcome, -1)
      }
      added.set(outcome, (added.get(outcome) ?? 0) + 1)
      const kept = input === undefined ? null : JSON.stringify(input)
      const text = JSON.stringify(rest)
      return Number(
        insert.run(phase, key, step, epoch, outcome, at, ordinalOf(key), text, kept, entry ?? null).lastInsertRowid,
      )
    })
    addCounts(phase, epoch, added)
    return sequences
  }

  return {
    add,
    append: (phase, epoch, batch) => void database.write(() => add(phase, epoch, batch)),
    cutBack(phase, epoch) {
      sql.prepare('delete from results where phase = ? and epoch >= ?').run(phase, epoch)
      sql.prepare('update results set replacedIn = null where phase = ? and replacedIn >= ?').run(phase, epoch)
      sql.prepare('delete from counts where phase = ? and epoch >= ?').run(phase, epoch)
      before.forget()
    },
    readResults(phase, { after = 0, limit = 1000, outcomes } = {}) {
      const { where, values } = ofPhase(phase)
      const page = (outcome: string) =>
        `select * from (select * from results where replacedIn is null ${outcome} ${where} and sequence > ? order by sequence limit ?)`
      const all: SQLInputValue[][] = outcomes ? outcomes.map(outcome => [outcome, ...values]) : [values]
      const text = all.map(() => page(outcomes ? 'and outcome = ?' : '')).join(' union all ')
      return sql
        .prepare(`${text} order by sequence limit ?`)
        .all(...all.flatMap(each => [...each, after, limit]), limit)
        .map(storedResult)
    },
    countResults(phase) {
      const { where, values } = ofPhase(phase)
      const lines = sql
        .prepare(`select outcome, sum(n) as n from counts where true ${where} group by outcome`)
        .all(...values)
      return { ...noOutcomes, ...Object.fromEntries(lines.map(line => [line['outcome'], line['n']])) }
    },
    readByKey(phase, { after, limit = 1000 } = {}) {
      if (!isIndexedByKey) database.write(() => sql.exec(keyIndex))
      isIndexedByKey = true
      const [where, values] = after ? ['and (key, step) > (?, ?)', [after.key, after.step ?? 0]] : ['', []]
      return sql
        .prepare(`select * from results where phase = ? and replacedIn is null ${where} order by key, step limit ?`)
        .all(phase, ...values, limit)
        .map(storedResult)
    },
    readFailures(phase, { after, limit = 1000 } = {}) {
      if (!isIndexed) database.write(() => sql.exec(failuresIndex))
      isIndexed = true
      return sql
        .prepare(
          `select * from results where ${isFailure} and phase = ?
           and (ordinal, sequence) > (?, ?) order by ordinal, sequence limit ?`,
        )
        .all(phase, after?.ordinal ?? Number.MIN_SAFE_INTEGER, after?.result.sequence ?? 0, limit)
        .map(failure)
    },
  }
}
