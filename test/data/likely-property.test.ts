import t from 'tap'
import { likelyProperty } from '../../src/data/likely-property.ts'

t.test('a former name, or one in a complex property, leads to the property that is meant', async t => {
  for (const [type, name, meant] of [
    ['user', 'objectId', 'id'],
    ['user', 'ObjectID', 'id'],
    ['user', 'dirSyncEnabled', 'onPremisesSyncEnabled'],
    ['user', 'lastSignInDateTime', 'signInActivity/lastSignInDateTime'],
    ['user', 'extensionAttribute1', 'onPremisesExtensionAttributes/extensionAttribute1'],
    ['user', 'division', 'employeeOrgData/division'],
    ['group', 'mobile', undefined],
    ['user', 'skuId', undefined],
    ['user', 'nothing', undefined],
    ['unheardOf', 'objectId', undefined],
  ] as const)
    t.equal(likelyProperty(type, name), meant, `${type} ${name}`)
})
