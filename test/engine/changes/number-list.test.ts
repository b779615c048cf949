import t from 'tap'
import { numberList } from '../../../src/engine/changes/number-list.ts'

t.test('numbers stay in the order in which they were added until they are sorted', t => {
  const list = numberList()
  t.strictSame([list.length, [...list.all()]], [0, []])
  const added = Array.from({ length: 100 }, (_, at) => (at * 37) % 101)
  added.forEach(number => list.add(number))
  t.strictSame([list.length, [...list.all()], list.at(3)], [100, added, 111 - 101])
  list.sort()
  t.strictSame(
    [...list.all()],
    added.toSorted((one, other) => one - other),
  )
  list.add(-1)
  t.equal(list.at(100), -1)
  t.end()
})
