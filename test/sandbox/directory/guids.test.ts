import t from 'tap'
import { guids } from '../../../src/sandbox/directory/guids.ts'

t.test('the index of a version 4 GUID is found, also in upper case', async t => {
  const ids = guids(5)
  for (const index of [0, 1, 2, 999, 2 ** 31, 2 ** 32 - 1]) {
    t.match(ids.of(index), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    t.equal(ids.indexOf(ids.of(index), 2 ** 32), index)
    t.equal(ids.indexOf(ids.of(index).toUpperCase(), 2 ** 32), index)
  }
})

t.test('a GUID of another kind, and a string that is not a GUID, are not found', async t => {
  const ids = guids(5)
  t.equal(ids.indexOf(guids(6).of(3), 2 ** 32), undefined)
  t.equal(ids.indexOf('zzzzzzzz-0000-4000-8000-000000000000', 2 ** 32), undefined)
  t.equal(ids.indexOf('', 2 ** 32), undefined)
})
