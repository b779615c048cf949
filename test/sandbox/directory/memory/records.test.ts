import t from 'tap'
import { memoryOf } from '../../../../src/sandbox/directory/memory/memory.ts'
import { recordsOf } from '../../../../src/sandbox/directory/memory/records.ts'

const made = () => {
  const memory = memoryOf()
  return { memory, records: recordsOf(memory) }
}

t.test('values of every sort are read as they were added, also from a copy', async t => {
  const { memory, records } = made()
  const values = Array.from({ length: 5_000 }, (_, nth) => ({
    id: `id ${nth}`,
    flag: nth % 2 === 0,
    nothing: null,
    empty: '',
    name: nth % 3 === 0 ? `Zoë 😀 ${nth}` : `Plain ${nth}`,
    broken: `${nth} \ud800`,
    list: [`a ${nth}`, { deep: nth }],
    count: nth / 4,
    long: nth % 1000 === 999 ? 'ü'.repeat(30_000 + nth) : 'short',
  }))
  const numbers = values.map(each => records.add(each))
  const copy = made()
  for (const [name, part] of memory.parts)
    copy.memory.parts.get(name)!.load(part.save().map(piece => Uint8Array.from(piece)))
  for (const each of [records, copy.records]) {
    t.strictSame(numbers.map(each.fields), values)
    t.strictSame([each.value(numbers[7]!, 'name'), each.value(numbers[7]!, 'other')], ['Plain 7', undefined])
  }
  const more = copy.records.add({ id: 'later', name: 'Plain 7' })
  t.strictSame(copy.records.fields(more), { id: 'later', name: 'Plain 7' })
  t.strictSame(copy.records.fields(numbers[4_999]!), values[4_999])
})

t.test('a record with other values leaves the first one as it was', async t => {
  const { records } = made()
  const first = records.add({ a: 1, b: 'two', c: undefined })
  const second = records.with(first, { b: null, d: ['x'] })
  const third = records.without(second, ['a', 'd'])
  t.strictSame([first, second, third, 0].map(records.fields), [
    { a: 1, b: 'two', c: undefined },
    { a: 1, b: null, c: undefined, d: ['x'] },
    { b: null, c: undefined },
    {},
  ])
  t.strictSame([records.has(first, 'c'), records.has(third, 'a'), records.has(0, 'a')], [true, false, false])
})
