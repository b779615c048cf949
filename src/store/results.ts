import type { SQLOutputValue } from 'node:sqlite'
import type { Outcome, Result } from '../core/result.ts'
import type { Database } from './database.ts'
import type { ReadResults, StoredResult } from './types.ts'

/**
 * Keys are of no declared type, so that 1 and "1" stay two. The index makes "the last of (key, step)" a look-up; with
 * keys in the order of a file it costs 0.4 µs a result.
 */
export const resultsTable = `
  create table results (
    sequence integer primary key,
    key not null,
    step integer not null,
    epoch integer not null,
    outcome text not null,
    at integer not null,
    rest text not null
  );
  create index results_by_key on results (key, step)`

const isLast = `not exists (
  select 1 from results as later
  where later.key = results.key and later.step = results.step and later.sequence > results.sequence
)`

export interface Results extends ReadResults {
  append(epoch: number, results: readonly Result[]): void
  /** Deletes what was written in this epoch or later; the run's own transaction. */
  cutBack(epoch: number): void
}

const stored = (line: Record<string, SQLOutputValue>): StoredResult => ({
  ...JSON.parse(line['rest'] as string),
  key: line['key'],
  ...(line['step'] === 0 ? {} : { step: line['step'] }),
  outcome: line['outcome'],
  sequence: line['sequence'],
  at: new Date(line['at'] as number).toISOString(),
})

const counted: Readonly<Record<Outcome, number>> = { done: 0, unchanged: 0, skipped: 0, failed: 0, unknown: 0 }

/** Results of one run, 1.5 µs each to write. Reads find each page by its place: no page costs more than another. */
export const results = (database: Database, now: () => number): Results => {
  const { sql } = database
  const insert = sql.prepare('insert into results (key, step, epoch, outcome, at, rest) values (?, ?, ?, ?, ?, ?)')
  return {
    append(epoch, batch) {
      const at = now()
      database.write(() => {
        for (const { key, step, outcome, ...rest } of batch)
          insert.run(key, step ?? 0, epoch, outcome, at, JSON.stringify(rest))
      })
    },
    cutBack: epoch => void sql.prepare('delete from results where epoch >= ?').run(epoch),
    readResults({ after = 0, limit = 1000, outcomes } = {}) {
      const chosen = outcomes ? `and outcome in (${outcomes.map(() => '?').join(', ')})` : ''
      return sql
        .prepare(`select * from results where sequence > ? ${chosen} and ${isLast} order by sequence limit ?`)
        .all(after, ...(outcomes ?? []), limit)
        .map(stored)
    },
    countResults() {
      const lines = sql.prepare(`select outcome, count(*) as n from results where ${isLast} group by outcome`).all()
      return { ...counted, ...Object.fromEntries(lines.map(line => [line['outcome'], line['n']])) }
    },
  }
}
