import t from 'tap'
import { words } from '../../../../src/sandbox/directory/memory/column.ts'
import { memoryOf, type Memory } from '../../../../src/sandbox/directory/memory/memory.ts'

const bytesOf = (memory: Memory): number =>
  memory.parts
    .get('numbers')!
    .save()
    .reduce((sum, { byteLength }) => sum + byteLength, 0)

const rows = [0, 1, 255, 256, 65_535, 65_536, 200_000]

t.test('a column grows as rows are set, also one that was loaded, and keeps what it has', async t => {
  const memory = memoryOf()
  const column = words(memory, 'numbers')
  for (const [at, row] of rows.entries()) {
    column.set(row, row + 7)
    const copy = memoryOf()
    const loaded = words(copy, 'numbers')
    copy.parts.get('numbers')!.load(
      memory.parts
        .get('numbers')!
        .save()
        .map(piece => piece.slice()),
    )
    // What was loaded grows like what was saved.
    for (const later of rows.slice(at)) loaded.set(later, later + 7)
    t.strictSame(
      rows.map(loaded.get),
      rows.map(row => row + 7),
    )
  }
  t.strictSame(
    rows.map(column.get),
    rows.map(row => row + 7),
  )
  t.strictSame([2, 300, 100_000, 10_000_000].map(column.get), [0, 0, 0, 0])
})

t.test('a column with few rows takes little memory', async t => {
  const memory = memoryOf()
  words(memory, 'numbers').set(3, 1)
  t.equal(bytesOf(memory), 1024)
})
