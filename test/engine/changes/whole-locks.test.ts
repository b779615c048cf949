import t from 'tap'
import { wholeLocks } from '../../../src/engine/changes/whole-locks.ts'

/** Rows of these locks, so many of each. */
const page = (...counts: readonly (readonly [lock: string, rows: number])[]) =>
  counts.flatMap(([lock, rows]) => Array.from({ length: rows }, () => ({ locks: [lock] })))
const locksOf = (rows: ReturnType<typeof page>) => wholeLocks(rows).map(({ locks }) => locks[0]!)

t.test('the few rows of the last lock are left for the next page', async t => {
  t.strictSame(locksOf(page(['a', 3], ['b', 2])), ['a', 'a', 'a'])
  t.equal(locksOf(page(['a', 3], ['b', 20])).length, 3)
})

t.test('many rows of one lock are divided, and a page is never empty', async t => {
  t.equal(locksOf(page(['a', 3], ['b', 21])).length, 24)
  t.equal(locksOf(page(['a', 5])).length, 5)
  t.strictSame(locksOf([]), [])
})
