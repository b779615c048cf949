import t from 'tap'
import { isEntityName, schema } from '../../src/data/graph-types.ts'
import { namesAt, propertiesOfType, propertyAt } from '../../src/data/properties.ts'

t.test('a type has its own and inherited properties', async t => {
  const user = propertiesOfType('user')
  t.strictSame([...user.keys()].slice(0, 4), ['id', 'deletedDateTime', 'aboutMe', 'accountEnabled'])
  t.strictSame(user.get('id'), { name: 'id', type: 'String', collection: false, nullable: false })
  t.strictSame(user.get('assignedLicenses'), {
    name: 'assignedLicenses',
    type: 'assignedLicense',
    collection: true,
    nullable: false,
  })
  t.equal(propertiesOfType('riskDetection').size, 0)
})

t.test('a path is followed through complex types, relations and extensions', async t => {
  const type = (path: string): string | undefined => propertyAt('user', path.split('/'))?.type
  t.equal(type('employeeOrgData/division'), 'String')
  t.equal(type('assignedLicenses/skuId'), 'Guid')
  t.equal(type('manager/id'), 'String')
  t.equal(type('licenseDetails/id'), 'String')
  t.equal(type('extension_0123456789abcdef0123456789abcdef_x'), 'Any')
  t.equal(type('contoso_hr/costCenter'), 'Any')
  t.equal(type('employeeOrgData/nothing'), undefined)
  t.equal(type('department/x'), undefined)
  t.equal(type('constructor'), undefined)
  t.equal(propertyAt('device', ['extensionAttributes', 'extensionAttribute15'])?.type, 'String')
  t.strictSame(namesAt('user', ['employeeOrgData']), ['costCenter', 'division'])
})

t.test('every type of a property is in the schema', async t => {
  const simple = new Set([
    'String',
    'Boolean',
    'Int32',
    'Int64',
    'DateTimeOffset',
    'Guid',
    'Stream',
    'Binary',
    'TimeOfDay',
  ])
  const types = [...Object.entries(schema.entityTypes), ...Object.entries(schema.complexTypes)]
  const missing = types.flatMap(([name, { properties }]) =>
    Object.entries(properties)
      .filter(
        ([, { type }]) =>
          !simple.has(type) && !Object.hasOwn(schema.complexTypes, type) && !Object.hasOwn(schema.enumTypes, type),
      )
      .map(([property, { type }]) => `${name}.${property}: ${type}`),
  )
  t.strictSame(missing, [])
  t.equal(isEntityName('user'), true)
  t.equal(isEntityName('toString'), false)
})
