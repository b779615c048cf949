import type { Key } from '../core/row.ts'
import type { Database } from './database.ts'
import { isLast, stored } from './results.ts'
import type { StoredResult } from './types.ts'

const isFailure = `results.outcome in ('failed', 'unknown')`

/**
 * Made when it is first needed, after the last row: sorting is 50 times cheaper than keeping keys in random order as
 * they come.
 */
const index = `create index if not exists results_failed on results (key, step) where ${isFailure}`

/** `/` is followed by `0`: between the two lie the keys of all rows made from a row, and those of some that begin alike. */
const statement = `
  with asked as materialized (select key as place, value from json_each(?1))
  select asked.place, results.* from asked cross join results indexed by results_failed
    on results.key = asked.value
  where ${isFailure} and ${isLast}
  union all
  select asked.place, results.* from asked cross join results indexed by results_failed
    on results.key > asked.value || '/' and results.key < asked.value || '0'
  where ${isFailure} and ${isLast}`

const made = /^(?:\/\d+)+$/

const isOf = (key: Key, asked: Key): boolean => key === asked || made.test(String(key).slice(String(asked).length))

/** `9/2` before `9/10`, as the rows were made. */
const byKey = new Intl.Collator('en', { numeric: true })
const inOrder = (a: StoredResult, b: StoredResult): number =>
  byKey.compare(String(a.key), String(b.key)) || (a.step ?? 0) - (b.step ?? 0)

/** Looks failures up by their rows: one statement for all that are asked for. */
export const failuresOf = ({
  sql,
  write,
}: Database): ((keys: readonly Key[]) => ReadonlyMap<Key, readonly StoredResult[]>) => {
  let isIndexed = false
  return keys => {
    if (!isIndexed) write(() => sql.exec(index))
    isIndexed = true
    const found = new Map<Key, StoredResult[]>()
    for (const { place, ...columns } of sql.prepare(statement).all(JSON.stringify(keys))) {
      const asked = keys[place as number]!
      const result = stored(columns)
      if (!isOf(result.key, asked)) continue
      const there = found.get(asked)
      if (there) there.push(result)
      else found.set(asked, [result])
    }
    for (const results of found.values()) results.sort(inOrder)
    return found
  }
}
