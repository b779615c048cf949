import { randomUUID } from 'node:crypto'
import t from 'tap'
import { idSet } from '../../../src/operations/links/id-set.ts'

t.test('a set has the ids that were added, in any case, and no others', t => {
  const ids = Array.from({ length: 20_000 }, () => randomUUID() as string)
  const set = idSet()
  for (const id of [...ids, ...ids]) set.add(id)
  t.equal(set.size, ids.length)
  t.ok(ids.every(id => set.has(id) && set.has(id.toUpperCase())))
  t.notOk(Array.from({ length: 20_000 }, () => randomUUID()).some(id => set.has(id)))
  t.end()
})
