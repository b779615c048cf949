import type { SQLOutputValue } from 'node:sqlite'
import type { Outcome, Result } from '../core/result.ts'
import { bloomFilter, type BloomFilter } from './bloom-filter.ts'
import type { Database } from './database.ts'
import { mixText } from './key-text.ts'
import type { ResultQuery, StoredResult } from './types.ts'

/**
 * Keys are of no declared type, so that 1 and "1" stay two. `again` is 1 where the (key, step) may have come before, in
 * one of a thousand cases wrongly: whatever replaces another is among those, and only those are in the index. An index of all
 * cost 56 µs a result at a million keys in random order.
 */
export const resultsTable = `
  create table results (
    sequence integer primary key,
    key not null,
    step integer not null,
    epoch integer not null,
    outcome text not null,
    at integer not null,
    again integer not null,
    rest text not null
  );
  create index results_again on results (key, step) where again = 1`

/** SQL: no later result of the same key and step. */
export const isLast = `not exists (
  select 1 from results as later
  where later.again = 1 and later.key = results.key and later.step = results.step
    and later.sequence > results.sequence
)`

/** The results of one run. */
interface Results {
  readResults(query?: ResultQuery): readonly StoredResult[]
  countResults(): Readonly<Record<Outcome, number>>
  append(epoch: number, results: readonly Result[]): void
  /** Deletes what was written in this epoch or later; within a transaction of the run. */
  cutBack(epoch: number): void
}

/** A line of the table as a result. */
export const stored = (line: Record<string, SQLOutputValue>): StoredResult => ({
  ...JSON.parse(line['rest'] as string),
  key: line['key'],
  ...(line['step'] === 0 ? {} : { step: line['step'] }),
  outcome: line['outcome'],
  sequence: line['sequence'],
  at: new Date(line['at'] as number).toISOString(),
})

const counted: Readonly<Record<Outcome, number>> = { done: 0, unchanged: 0, skipped: 0, failed: 0, unknown: 0 }

const idOf = (key: unknown, step: unknown) => `${typeof key === 'number' ? '#' : ''}${key}/${step}`

/** Results of one run: memory two bytes a result, and only in who writes. A read finds each page by its place. */
export const results = (database: Database, now: () => number): Results => {
  const { sql } = database
  const insert = sql.prepare(
    'insert into results (key, step, epoch, outcome, at, again, rest) values (?, ?, ?, ?, ?, ?, ?)',
  )
  let filter: BloomFilter | undefined

  /** Whether it may have been there; from now on it was. */
  const cameBefore = (id: string, before: BloomFilter): boolean => {
    const high = mixText(id, 1)
    const low = mixText(id, 2)
    if (before.segment(high, low) >= 0) return true
    before.add(high, low)
    return false
  }
  const filled = () => {
    const all = bloomFilter({ bitsPerKey: 16, hashes: 8, firstCapacity: 1 << 15 })
    for (const line of sql.prepare('select key, step from results').iterate())
      cameBefore(idOf(line['key'], line['step']), all)
    return all
  }

  return {
    append(epoch, batch) {
      const at = now()
      database.write(() => {
        const before = (filter ??= filled())
        for (const { key, step = 0, outcome, ...rest } of batch) {
          const again = cameBefore(idOf(key, step), before) ? 1 : 0
          insert.run(key, step, epoch, outcome, at, again, JSON.stringify(rest))
        }
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
