import t from 'tap'
import { joinSorted, mergeSorted, type SortedEntry } from '../../src/core/sorted.ts'

const entry = (key: string, at = 0): SortedEntry => ({ key, at, bytes: Buffer.from(key) })
const shown = ({ key, at }: SortedEntry): string => `${key}${at}`

t.test('merged inputs are in order, and of equal keys those of the first input come first', async t => {
  const inputs = [
    [entry('a', 1), entry('c', 1), entry('c', 2)],
    [],
    [entry('b', 3), entry('c', 3), entry('d', 3)],
    [entry('a', 4), entry('c', 4)],
  ]
  t.strictSame([...mergeSorted(inputs)].map(shown), ['a1', 'a4', 'b3', 'c1', 'c2', 'c3', 'c4', 'd3'])
  t.strictSame([...mergeSorted([])], [])
})

t.test('a join has each key once, with the entries of both inputs', async t => {
  const pairs = joinSorted([entry('a'), entry('b'), entry('d')], [entry('b', 1), entry('c', 1), entry('e', 1)])
  t.strictSame(
    [...pairs].map(([one, other]) => [one && shown(one), other && shown(other)]),
    [
      ['a0', undefined],
      ['b0', 'b1'],
      [undefined, 'c1'],
      ['d0', undefined],
      [undefined, 'e1'],
    ],
  )
  t.strictSame([...joinSorted([], [])], [])
})

t.test('a reader that stops early closes all inputs', async t => {
  let open = 0
  const input = function* (): Generator<SortedEntry> {
    open++
    try {
      for (let at = 0; ; at++) yield entry(String(at), at)
    } finally {
      open--
    }
  }
  for (const all of [mergeSorted([input(), input()]), joinSorted(input(), input())]) {
    for (const _ of all) break
    t.equal(open, 0)
  }
})
