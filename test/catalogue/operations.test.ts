import t from 'tap'
import { loadOperations, operationNames } from '../../src/catalogue/operations.ts'

t.test('every file in operations is an operation of its name, and no other name has one', async t => {
  const names = operationNames()
  const find = await loadOperations()
  t.ok(names.includes('add-member'))
  t.strictSame(
    names.map(name => find(name)?.kind),
    names,
  )
  t.equal(find('links'), undefined)
})
