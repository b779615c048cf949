import t from 'tap'
import type { SortedEntry } from '../../../src/core/sorted.ts'
import { combined, withoutRepeats, type How } from '../../../src/sources/selection/combined.ts'

const entries = (keys: string, from = 0): readonly SortedEntry[] =>
  [...keys].map((key, at) => ({ key, at: from + at, bytes: Buffer.alloc(0) }))
const shown = (how: How, one: string, other: string): string =>
  [...combined(how, entries(one), entries(other, 100))]
    .map(({ key, at }) => (at < 100 ? key : key.toUpperCase()))
    .join('')

t.test('also adds those that are missing, only keeps those in both, except takes out', async t => {
  for (const [one, other, also, only, except] of [
    ['bdf', 'abcdg', 'AbCdfG', 'bd', 'f'],
    ['abc', '', 'abc', '', 'abc'],
    ['', 'abc', 'ABC', '', ''],
    ['abc', 'abc', 'abc', 'abc', ''],
    ['bbdd', 'acd', 'AbbCdd', 'dd', 'bb'],
    ['aaa', 'b', 'aaaB', '', 'aaa'],
  ] as const)
    t.strictSame(
      [shown('also', one, other), shown('only', one, other), shown('except', one, other)],
      [also, only, except],
      `${one} and ${other}`,
    )
})

t.test('a term is read to its end, so that it can be counted, and closed when the reader stops', async t => {
  let read = 0
  let isClosed = false
  function* term(): Generator<SortedEntry, void, void> {
    try {
      for (const entry of entries('bcd')) {
        read++
        yield entry
      }
    } finally {
      isClosed = true
    }
  }
  t.equal([...combined('only', entries('a'), term())].length, 0)
  t.equal(read, 3)
  isClosed = false
  for (const _ of combined('also', entries('az'), term())) break
  t.ok(isClosed)
})

t.test('of repeated entries, the first is kept', async t => {
  t.strictSame(
    [...withoutRepeats(entries('aabccc'))].map(({ at }) => at),
    [0, 2, 3],
  )
})
