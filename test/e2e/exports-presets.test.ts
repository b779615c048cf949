import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { Kind } from '../../src/sandbox/directory/types.ts'
import { cellsOf, openBed } from './bed.ts'

const bed = await openBed(t, { users: 1_500 })
const { directory } = bed
const desk = bed.desk()

const whole = { order: 'default', view: 'direct' } as const
const idsOf = (kind: Kind): readonly string[] => directory.collection(kind).slice(whole, 5_000, ['id']).ids
const object = (kind: Kind) => (id: string) => directory.collection(kind).get(id)!
const first = (value: unknown): unknown => (value as readonly unknown[])[0]

/** What a value is in a CSV cell, for values as simple as those of the presets. */
const cell = (value: unknown): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(';') : String(value)

const exported = async (what: string, preset: string, ...more: readonly string[]) => {
  const to = `${preset}.csv`
  const { status, stderr } = await desk.run(['export', what, '--preset', preset, '--to', to, '--quiet', ...more])
  t.strictSame([status, stderr], [0, ''], `export ${what} --preset ${preset}`)
  const [header = [], ...rows] = cellsOf(desk.read(to))
  return { header: header.join(','), rows, manifest: desk.manifest(to) }
}

const byHeader = (header: string, row: readonly string[]): Record<string, string> =>
  Object.fromEntries(header.split(',').map((name, at) => [name, row[at] ?? 'no cell']))

const same = (names: string, value: Fields): Fields =>
  Object.fromEntries(names.split(' ').map(name => [name, value[name]]))

const textsOf = (value: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cell(one)]))

const plainUser =
  'userPrincipalName displayName surname mail givenName userType jobTitle department accountEnabled usageLocation ' +
  'streetAddress state country city postalCode ageGroup consentProvidedForMinor legalAgeGroupClassification'

t.test('portal-users has the 25 columns of the portal, and every row of them is right', async t => {
  const { header, rows, manifest } = await exported('users', 'portal-users')
  t.equal(
    header,
    'userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,physicalDeliveryOfficeName,city,postalCode,telephoneNumber,mobile,authenticationAlternativePhoneNumber,authenticationEmail,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification',
  )
  const expected = idsOf('user')
    .map(object('user'))
    .map(user => ({
      ...same(plainUser, user),
      objectId: user.id,
      physicalDeliveryOfficeName: user['officeLocation'],
      telephoneNumber: first(user['businessPhones']),
      mobile: user['mobilePhone'],
      authenticationAlternativePhoneNumber: '',
      authenticationEmail: '',
      alternateEmailAddress: first(user['otherMails']),
    }))
  t.strictSame(
    rows.map(row => byHeader(header, row)),
    expected.map(textsOf),
  )
  t.strictSame(manifest.files[0]?.emptyColumns, ['authenticationAlternativePhoneNumber', 'authenticationEmail'])
  t.strictSame([manifest.completeness, manifest.counts.read, manifest.counts.before], ['complete', 1_500, 1_500])
})

t.test('portal-users-29 has the columns that the portal has written since 2021', async t => {
  const { header, rows, manifest } = await exported('users', 'portal-users-29')
  t.equal(
    header,
    'userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,officeLocation,city,postalCode,telephoneNumber,mobilePhone,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification,companyName,creationType,directorySynced,invitationState,identityIssuer,createdDateTime',
  )
  const expected = idsOf('user')
    .map(object('user'))
    .map(user => ({
      ...same(`${plainUser} id officeLocation mobilePhone companyName creationType createdDateTime`, user),
      telephoneNumber: first(user['businessPhones']),
      alternateEmailAddress: first(user['otherMails']),
      directorySynced: user['onPremisesSyncEnabled'],
      invitationState: user['externalUserState'],
      identityIssuer: (first(user['identities']) as Fields | undefined)?.['issuer'],
    }))
  t.strictSame(
    rows.map(row => byHeader(header, row)),
    expected.map(textsOf),
  )
  t.notOk(manifest.files[0]?.emptyColumns)
})

t.test("script-users is written like Microsoft's script, and read from the index like it", async t => {
  const asked: unknown[] = []
  bed.before(({ path, headers }) => {
    if (path === '/users') asked.push(headers['consistencylevel'])
    return undefined
  })
  const { header, rows } = await exported('users', 'script-users')
  bed.before()
  t.equal(header, 'Id,DisplayName,UserPrincipalName,UserType,OnPremisesSyncEnabled,CompanyName,CreationType')
  const expected = idsOf('user')
    .map(object('user'))
    .map(user => ({
      Id: user.id,
      DisplayName: user['displayName'],
      UserPrincipalName: user['userPrincipalName'],
      UserType: user['userType'],
      OnPremisesSyncEnabled: user['onPremisesSyncEnabled'],
      CompanyName: user['companyName'],
      CreationType: user['creationType'],
    }))
  t.strictSame(
    rows.map(row => byHeader(header, row)),
    expected.map(textsOf),
  )
  t.strictSame(asked, ['eventual', 'eventual'])
})

t.test('script-groups and portal-groups name the kind of each group', async t => {
  const script = await exported('groups', 'script-groups')
  t.equal(script.header, 'Id,DisplayName,Mail,GroupType,MembershipType')
  const portal = await exported('groups', 'portal-groups')
  t.equal(
    portal.header,
    'id,displayName,groupType,membershipType,source,mail,securityEnabled,mailEnabled,isAssignableToRole,onPremisesSyncEnabled',
  )
  t.match(portal.manifest.transforms, [{ preset: 'portal-groups', uncertain: /order/ }], 'an assumption is reported')
  const groups = idsOf('group').map(object('group'))
  const types = (group: Fields) => group['groupTypes'] as readonly string[]
  t.strictSame(
    script.rows,
    groups.map(group =>
      [
        group.id,
        group['displayName'],
        group['mail'],
        types(group).includes('Unified') ? 'Microsoft 365' : 'Security',
        types(group).includes('DynamicMembership') ? 'Dynamic' : 'Assigned',
      ].map(cell),
    ),
  )
  const known = (name: string) => {
    const at = groups.findIndex(group => String(group['displayName']).startsWith(name))
    return { ...byHeader(portal.header, portal.rows[at]!), id: '', mail: '' }
  }
  const plain = { id: '', mail: '', membershipType: 'Assigned', isAssignableToRole: '', onPremisesSyncEnabled: '' }
  t.match(known('All Company'), { ...plain, groupType: 'Microsoft 365', securityEnabled: 'false', mailEnabled: 'true' })
  t.match(known('DYN-'), {
    groupType: 'Security',
    membershipType: 'Dynamic',
    securityEnabled: 'true',
    mailEnabled: 'false',
  })
  t.match(known('MSG-'), { groupType: 'Mail-enabled security', securityEnabled: 'true', mailEnabled: 'true' })
  t.match(known('DL-'), { groupType: 'Distribution', securityEnabled: 'false', mailEnabled: 'true' })
  t.match(known('ROLE-'), { groupType: 'Security', isAssignableToRole: 'true' })
  for (const [at, group] of groups.entries())
    t.equal(
      byHeader(portal.header, portal.rows[at]!)['source'],
      group['onPremisesSyncEnabled'] === true ? 'Windows Server AD' : 'Cloud',
    )
})

t.test('script-members and portal-members name the type of each member', async t => {
  const id = idsOf('group').find(group => directory.countRelated('group', group, 'members', 'group') > 0)!
  const script = await exported('members', 'script-members', '--group', id)
  t.equal(script.header, 'id,userPrincipalName,displayName')
  const portal = await exported('members', 'portal-members', '--group', id)
  t.equal(portal.header, 'id,userPrincipalName,displayName,mail,objectType')
  const members = directory
    .related('group', id, 'members', 5_000)
    .references.filter(({ kind }) => kind !== 'servicePrincipal')
    .map(({ kind, id }) => ({ kind, value: object(kind)(id) }))
  t.strictSame(
    portal.rows,
    members.map(({ kind, value }) =>
      [value.id, value['userPrincipalName'], value['displayName'], value['mail'], kind].map(cell),
    ),
  )
  t.strictSame(
    script.rows,
    portal.rows.map(row => row.slice(0, 3)),
  )
})

t.test('script-devices and portal-devices name the owners of each device', async t => {
  const script = await exported('devices', 'script-devices')
  t.equal(
    script.header,
    'displayName,deviceId,operatingSystem,operatingSystemVersion,isManaged,isCompliant,mdmAppId,registeredOwners,TrustType',
  )
  const portal = await exported('devices', 'portal-devices')
  t.equal(
    portal.header,
    'displayName,accountEnabled,operatingSystem,operatingSystemVersion,joinType,registeredOwners,userNames,mdmDisplayName,isCompliant,registrationTime,approximateLastSignInDateTime,deviceId,isManaged,objectId,profileType,systemLabels,model',
  )
  const devices = idsOf('device').map(object('device'))
  const owners = (id: string, name: string) =>
    directory.related('device', id, 'registeredOwners', 20).references.map(owner => object(owner.kind)(owner.id)[name])
  t.ok(devices.some(({ id }) => owners(id, 'id').length > 0))
  t.strictSame(
    portal.rows.map(row => byHeader(portal.header, row)),
    devices
      .map(device => ({
        ...same(
          'displayName accountEnabled operatingSystem operatingSystemVersion isCompliant approximateLastSignInDateTime deviceId isManaged profileType systemLabels model',
          device,
        ),
        joinType: device['trustType'],
        registeredOwners: owners(device.id, 'displayName'),
        userNames: owners(device.id, 'userPrincipalName'),
        mdmDisplayName: '',
        registrationTime: device['registrationDateTime'],
        objectId: device.id,
      }))
      .map(textsOf),
  )
  t.strictSame(portal.manifest.files[0]?.emptyColumns, ['mdmDisplayName'])
  t.strictSame(
    script.rows.map(row => [row[1], row[7], row[8]]),
    devices.map(device => [device['deviceId'], owners(device.id, 'userPrincipalName'), device['trustType']].map(cell)),
  )
})

t.test('deleted-users has the columns required to restore users', async t => {
  const { header, rows, manifest } = await exported('deleted-users', 'deleted-users')
  t.equal(header, 'id,userPrincipalName,displayName,mail,userType,deletedDateTime')
  const bin = directory.deleted('user')
  const { ids } = bin.slice(whole, 1_000, ['id'])
  t.ok(ids.length > 0)
  t.strictSame(
    rows.toSorted(),
    ids
      .map(id => bin.get(id)!)
      .map(user => header.split(',').map(name => cell(user[name])))
      .toSorted(),
  )
  t.equal(manifest.completeness, 'complete')
})

t.test('all has every property that Graph lists, and Graph accepts the selection', async t => {
  for (const [what, kind, certain] of [
    ['users', 'user', ['userPrincipalName', 'assignedLicenses', 'onPremisesExtensionAttributes', 'createdDateTime']],
    ['groups', 'group', ['groupTypes', 'assignedLabels', 'membershipRule']],
    ['devices', 'device', ['deviceId', 'trustType', 'physicalIds']],
    ['deleted-users', 'user', ['userPrincipalName', 'deletedDateTime']],
    ['deleted-groups', 'group', ['groupTypes', 'deletedDateTime']],
    ['applications', 'application', ['appId', 'requiredResourceAccess']],
    ['service-principals', 'servicePrincipal', ['appId', 'servicePrincipalType']],
    ['skus', undefined, ['skuPartNumber', 'prepaidUnits']],
    ['members', 'user', ['userPrincipalName', 'assignedLicenses', 'createdDateTime']],
  ] as const) {
    const to = `all-${what}.jsonl`
    const group = what === 'members' ? ['--group', 'All Company'] : []
    const args = ['export', what, ...group, '--preset', 'all', '--to', to, '--limit', '3', '--quiet']
    const { status, stderr } = await desk.run(args)
    t.strictSame([status, stderr], [0, ''], what)
    const [row] = desk
      .read(to)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Fields)
    // Such rows are large: fewer of them make a page.
    const { query = '' } = desk.manifest(to).source as { readonly query?: string }
    t.equal(/\$top=(\d+)/.exec(query)?.[1], what === 'skus' ? undefined : '250')
    t.equal(Object.keys(row!)[0], what === 'members' ? '@odata.type' : 'id')
    if (what === 'members') t.equal(row!['@odata.type'], '#microsoft.graph.user')
    for (const name of certain) t.ok(name in row!, `${what} have ${name}`)
    if (kind && !what.startsWith('deleted-'))
      t.strictSame(row, { ...row, ...jsonOf(kind, propertiesOf(row!), String(row!['id'])) })
  }
})

const propertiesOf = (row: Fields): readonly string[] => Object.keys(row).filter(name => !name.startsWith('@'))
const jsonOf = (kind: Kind, names: readonly string[], id: string): Fields =>
  JSON.parse(directory.collection(kind).jsonOf(id, names)!) as Fields
