import t from 'tap'
import { columnTypeOf } from '../../src/data/column-types.ts'
import { schema } from '../../src/data/graph-types.ts'
import { propertiesOfType } from '../../src/data/properties.ts'

t.test('every property of every type of the schema has a type', async t => {
  const without = Object.keys(schema.entityTypes).flatMap(type =>
    [...propertiesOfType(type).keys()].filter(name => columnTypeOf(type, name) === undefined),
  )
  t.strictSame(without, [])
})

t.test('the type of a property is that of the schema; what the schema does not have has none', async t => {
  const names = ['id', 'accountEnabled', 'createdDateTime', 'businessPhones', 'assignedLicenses', 'employeeOrgData']
  t.strictSame(
    names.map(name => columnTypeOf('user', name)),
    ['text', 'boolean', 'timestamp', 'texts', 'json', 'json'],
  )
  t.equal(columnTypeOf('user', 'employeeOrgData/division'), 'text')
  t.equal(columnTypeOf('user', 'onPremisesExtensionAttributes/extensionAttribute1'), 'text')
  t.equal(columnTypeOf('group', 'accessType'), 'text')
  t.equal(columnTypeOf('subscribedSku', 'skuId'), 'text')
  t.equal(columnTypeOf('subscribedSku', 'consumedUnits'), 'int32')
  t.equal(columnTypeOf('application', 'managerApplications'), 'texts')
  for (const name of ['manager', '@odata.type', 'extension_0123456789abcdef0123456789abcdef_costCentre', 'nonsense'])
    t.equal(columnTypeOf('user', name), undefined, name)
})
