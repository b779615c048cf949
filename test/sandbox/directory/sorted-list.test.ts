import t from 'tap'
import { scatter } from '../../../src/sandbox/directory/permutation.ts'
import { sortedList } from '../../../src/sandbox/directory/sorted-list.ts'

t.test('after thousands of additions and removals the list equals a sorted array', async t => {
  const list = sortedList<number>((one, other) => one - other, [5, 1, 3])
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
  t.strictSame(
    sorted.map((_, index) => list.at(index)),
    sorted,
  )
  t.strictSame(
    [-1, 0, 1500, 2999, 4000].map(bound => list.indexWhere(value => value >= bound)),
    [-1, 0, 1500, 2999, 4000].map(bound => sorted.filter(value => value < bound).length),
  )
  list.remove(-7)
  t.equal(list.length, sorted.length)
})
