import t from 'tap'
import {
  defaultProperties,
  listableProperties,
  neverListed,
  onlySelected,
  onlySingle,
  pageSizes,
  usualProperties,
} from '../../src/data/listing.ts'
import { propertiesOfType } from '../../src/data/properties.ts'

t.test('a listing returns eleven properties of users, and most properties of other types', async t => {
  t.strictSame(defaultProperties('user'), [
    'businessPhones',
    'displayName',
    'givenName',
    'id',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
  ])
  t.equal(onlySelected('user').includes('accountEnabled'), true)
  t.strictSame(
    ['displayName', 'membershipRule', 'hasMembersWithLicenseErrors', 'isArchived'].map(name =>
      defaultProperties('group').includes(name),
    ),
    [true, true, false, false],
  )
  t.equal(defaultProperties('device').includes('onPremisesSecurityIdentifier'), false)
  t.equal(onlySelected('device').includes('onPremisesSecurityIdentifier'), true)
})

t.test('everything in a listing is a property that can be selected', async t => {
  for (const type of ['user', 'group', 'device', 'application', 'servicePrincipal', 'orgContact', 'domain']) {
    const names = listableProperties(type)
    t.strictSame(
      names.filter(
        name => !propertiesOfType(type).has(name) || neverListed(type).has(name) || onlySingle(type).has(name),
      ),
      [],
    )
    for (const name of [...neverListed(type), ...onlySingle(type), ...defaultProperties(type)])
      t.equal(propertiesOfType(type).has(name), true, name)
  }
  t.equal(listableProperties('user').includes('signInActivity'), false)
})

t.test('users are exported with the properties people filter by; all properties can be listed', async t => {
  const usual = usualProperties('user') ?? []
  for (const name of ['id', 'department', 'accountEnabled', 'userType', 'preferredLanguage'])
    t.ok(usual.includes(name), name)
  t.strictSame(
    usual.filter(name => !listableProperties('user').includes(name)),
    [],
  )
  t.equal(usualProperties('group'), undefined)
})

t.test('pages have 999 objects, those of users with sign-ins 500, and some listings have no pages', async t => {
  t.strictSame(pageSizes('user', ['id']), { default: 100, max: 999 })
  t.strictSame(pageSizes('user', ['id', 'signInActivity/lastSignInDateTime']), { default: 100, max: 500 })
  t.equal(pageSizes('subscribedSku'), undefined)
  t.equal(pageSizes('directoryRole'), undefined)
})
