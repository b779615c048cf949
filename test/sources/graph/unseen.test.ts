import t from 'tap'
import type { Identity } from '../../../src/core/graph.ts'
import { sightOf, type Sight } from '../../../src/sources/graph/unseen.ts'
import { graphScene } from '../graph-context.ts'

const sight = (permissions: readonly string[] | undefined, kind: Identity['kind'] = 'application'): Promise<Sight> => {
  const { ctx } = graphScene({})
  const identity = { kind, appId: 'app', ...(permissions && { permissions }) }
  return sightOf(Object.create(ctx, { graph: { value: { ...ctx.graph, signedInAs: async () => identity } } }))
}

t.test('User.ReadBasic.All alone hides all but the basic properties of users', async t => {
  const basic = await sight(['User.ReadBasic.All'])
  t.equal(
    basic.ofUsers(['id', 'displayName', 'employeeOrgData/division', 'department']),
    'permission: User.ReadBasic.All shows only basic properties of users, so employeeOrgData, department are empty; User.Read.All shows all',
  )
  t.match(basic.ofUsers(), /so businessPhones, jobTitle, mobilePhone, officeLocation and 1 more are empty/)
  t.equal(basic.ofUsers(['id', 'displayName', 'mail', 'userPrincipalName', 'securityIdentifier']), undefined)
  t.match(basic.ofEntries('user', ['@odata.type', 'city']), /so city is empty/)
})

t.test('a wider permission shows all of them', async t => {
  for (const wider of ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'])
    t.equal((await sight(['User.ReadBasic.All', wider])).ofUsers(['department']), undefined, wider)
  const licensed = await sight(['User.ReadBasic.All', 'LicenseAssignment.Read.All'])
  t.equal(licensed.ofUsers(['id', 'licenseAssignmentStates']), undefined)
  t.match(licensed.ofUsers(['licenseAssignmentStates', 'city']), /so city is empty/)
})

t.test('what the token does not tell is not told', async t => {
  // A directory role may permit more.
  const unknown = await sight(undefined)
  t.strictSame(
    [unknown.ofUsers(['department']), unknown.ofEntries('device'), unknown.hiddenMembers],
    [undefined, undefined, undefined],
  )
  t.equal((await sight(['User.ReadBasic.All', 'User-Phone.ReadWrite.All'])).ofUsers(['mobilePhone']), undefined)
  t.equal((await sight(['User.ReadBasic.All'])).ofEntries('directoryRole', ['displayName']), undefined)
})

t.test('of types that the sign-in may not read, entries have only type and id', async t => {
  const reader = await sight(['User.Read.All', 'GroupMember.Read.All', 'Application.ReadWrite.OwnedBy'])
  t.match(reader.ofEntries('device', ['displayName']), /^permission: .+type and id of devices.+Device\.Read\.All$/)
  t.match(reader.ofEntries('orgContact', ['mail']), /of contacts.+OrgContact\.Read\.All$/)
  for (const type of ['user', 'group', 'servicePrincipal']) t.equal(reader.ofEntries(type, ['displayName']), undefined)
  t.equal(reader.ofEntries('device', ['id', '@odata.type']), undefined)
})

t.test('hidden memberships are shown with Member.Read.Hidden alone', async t => {
  t.equal((await sight(['Directory.Read.All'])).hiddenMembers, false)
  t.equal((await sight(['GroupMember.Read.All', 'Member.Read.Hidden'], 'delegated')).hiddenMembers, true)
})
