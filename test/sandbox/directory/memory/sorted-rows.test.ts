import t from 'tap'
import { scatter } from '../../../../src/sandbox/directory/permutation.ts'
import { sortedRows } from '../../../../src/sandbox/directory/memory/sorted-rows.ts'

t.test('after thousands of additions and removals the list equals a sorted array', async t => {
  const list = sortedRows((one, other) => one - other, Uint32Array.of(1, 3, 5))
  const set = new Set([5, 1, 3])
  for (let step = 0; step < 6000; step++) {
    const value = scatter(step) % 3000
    if (set.has(value)) {
      list.remove(value)
      set.delete(value)
    } else {
      list.add(value)
      set.add(value)
    }
  }
  const sorted = [...set].sort((one, other) => one - other)
  t.equal(list.length, sorted.length)
  t.strictSame([...list.all()], sorted)
  const from = list.walk(1000)
  t.strictSame([from(), from()], sorted.slice(1000, 1002))
  const back = list.walk(1, true)
  t.strictSame([back(), back()], [sorted[0], undefined])
  t.strictSame(
    [-1, 0, 1500, 2999, 4000].map(bound => list.indexWhere(value => value >= bound)),
    [-1, 0, 1500, 2999, 4000].map(bound => sorted.filter(value => value < bound).length),
  )
  list.remove(7_000)
  t.equal(list.length, sorted.length)
})
