import t from 'tap'
import { counted, matrix, sorted } from '../../src/data/filter-matrix.ts'
import { filterRules } from '../../src/data/filter-rules.ts'
import { propertyAt, propertiesOfType, relationsOfType } from '../../src/data/properties.ts'

t.test('a property has one line in the matrix, and the schema has all but a few of them', async t => {
  const beyond: string[] = []
  for (const [type, lines] of Object.entries(matrix)) {
    const names = lines.flatMap(line => line.split(' ').slice(1))
    t.strictSame(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
      type,
    )
    t.strictSame(
      lines.filter(line => !/^[DA-]{4} /.test(line)),
      [],
      type,
    )
    beyond.push(
      ...names.filter(name => !propertyAt(type, name.replace('#', '1').split('/'))).map(name => `${type}.${name}`),
    )
  }
  t.strictSame(beyond.sort(), [
    'application.federatedIdentityCredentials/issuer',
    'application.federatedIdentityCredentials/name',
    'application.federatedIdentityCredentials/subject',
    'device.hostnames',
    'directoryObject.displayName',
    'directoryObject.mail',
    'group.createdByAppId',
    'group.settings/displayName',
    'servicePrincipal.federatedIdentityCredentials/issuer',
    'servicePrincipal.federatedIdentityCredentials/name',
    'servicePrincipal.federatedIdentityCredentials/subject',
    'servicePrincipal.preferredTokenSigningKeyEndDateTime',
    'servicePrincipal.publisherName',
    'servicePrincipal.remoteDesktopSecurityConfiguration/targetDeviceGroups/displayName',
    'servicePrincipal.remoteDesktopSecurityConfiguration/targetDeviceGroups/id',
    'user.cloudRealtimeCommunicationInfo/isSipEnabled',
    'user.infoCatalogs',
    'user.isLicenseReconciliationNeeded',
    'user.onPremisesSipInfo/isSipEnabled',
  ])
  for (const [type, names] of Object.entries(counted))
    for (const name of names) {
      const [first = ''] = name.split(' ')
      t.equal(propertiesOfType(type).has(first) || relationsOfType(type).has(first), true, `${type}.${first}`)
    }
})

t.test('the rules of a property state the requirements of each operator', async t => {
  const user = filterRules('user')
  t.strictSame(user?.property('userPrincipalName'), {
    equal: 'default',
    startsWith: 'default',
    endsWith: 'advanced',
    range: 'disputed',
    equalNull: 'no',
    alone: false,
  })
  t.equal(user?.property('onPremisesExtensionAttributes/extensionAttribute15')?.equal, 'advanced')
  t.equal(user?.property('onPremisesExtensionAttributes/extensionAttribute16'), undefined)
  t.equal(user?.property('aboutMe'), undefined)
  t.equal(user?.property('deletedDateTime'), undefined)
  t.equal(filterRules('user', { deleted: true })?.property('deletedDateTime')?.range, 'advanced')
  t.equal(user?.property('identities/signInType')?.equal, 'disputed')
  t.equal(user?.property('identities/nonsense'), undefined)
  t.equal(user?.property('customSecurityAttributes/Engineering/Project')?.equal, 'disputed')
  t.equal(user?.count('ownedDevices', 1), 'disputed')
  t.equal(user?.count('assignedLicenses', 0), 'advanced')
  t.equal(user?.count('assignedLicenses', 1), 'no')
  t.equal(user?.order('displayName'), 'default')
  t.equal(filterRules('user', { relation: true })?.order('displayName'), 'advanced')
  t.equal(filterRules('subscribedSku')?.property('ext1a2b3c4d_x/y'), undefined)
  t.equal(filterRules('riskDetection'), undefined)
})

t.test('every property that can be filtered has a sorting rule, possibly none', async t => {
  t.strictSame(Object.keys(sorted).sort(), Object.keys(matrix).sort())
})
