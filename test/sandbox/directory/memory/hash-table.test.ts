import t from 'tap'
import { hashTable } from '../../../../src/sandbox/directory/memory/hash-table.ts'
import { memoryOf } from '../../../../src/sandbox/directory/memory/memory.ts'

t.test('after thousands of additions and removals, also of equal hashes, every row is found', async t => {
  const memory = memoryOf()
  const table = hashTable(memory, 'rows')
  const copy = memoryOf()
  const loaded = hashTable(copy, 'rows')
  const hashOf = (row: number): number => (row % 1500) * 0x10001
  const expected = new Set<number>()
  for (let step = 0; step < 20_000; step++) {
    const row = (step * 7919) % 6000
    if (expected.delete(row)) table.remove(hashOf(row), row)
    else {
      table.add(hashOf(row), row)
      expected.add(row)
    }
  }
  table.remove(hashOf(7), 9_000)
  copy.parts.get('rows')!.load(memory.parts.get('rows')!.save())
  for (const each of [table, loaded])
    t.strictSame(
      Array.from({ length: 6000 }, (_, row) => each.find(hashOf(row), found => found === row)),
      Array.from({ length: 6000 }, (_, row) => (expected.has(row) ? row : -1)),
    )
})
