import t from 'tap'
import { guidColumn } from '../../../../src/sandbox/directory/memory/guid-column.ts'
import { memoryOf } from '../../../../src/sandbox/directory/memory/memory.ts'

const texts = [
  '00000000-0000-4000-8000-000000000001',
  'ffffffff-ffff-ffff-ffff-fffffffffffe',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '8a6f0000-1234-4abc-9def-0123456789ab',
  '8A6F0000-1234-4ABC-9DEF-0123456789AB',
  '8a6f0000-1234-4abc-9def-0123456789a',
  '8a6f0000+1234-4abc-9def-0123456789ab',
  '8a6f0000-1234-4abc-9def-0123456789aü',
  'control',
  '',
]

t.test('GUIDs and other texts are read, found and compared as they were set, also from a copy', async t => {
  const memory = memoryOf()
  const column = guidColumn(memory, 'ids')
  for (const [row, text] of texts.entries()) column.set(row + 1, text)
  column.set(99, undefined)
  const copy = memoryOf()
  const loaded = guidColumn(copy, 'ids')
  for (const [name, part] of memory.parts) copy.parts.get(name)!.load(part.save())
  for (const each of [column, loaded]) {
    t.strictSame(
      texts.map((_, row) => each.get(row + 1)),
      texts,
    )
    t.equal(each.get(99), undefined)
    for (const text of texts) {
      each.seek(text)
      t.strictSame(
        texts.filter((_, row) => each.isSought(row + 1)),
        [text],
      )
    }
    each.seek('unknown')
    t.notOk(texts.some((_, row) => each.isSought(row + 1)))
    const rows = texts.map((_, row) => row + 1).sort(each.compare)
    t.strictSame(rows.map(each.get), [...texts].sort())
  }
})
