import t from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { privilegedRoles } from '../../../src/data/privileged-roles.ts'
import { privilegedCustomRoles } from '../../../src/tenants/role-holders.ts'
import { guardedBed, type Sending } from './guarded-bed.ts'

type Id = { readonly id: string }
type User = Id & { readonly onPremisesSyncEnabled: boolean | null; readonly accountEnabled: boolean }
type Group = Id & {
  readonly groupTypes: readonly string[]
  readonly onPremisesSyncEnabled: boolean | null
  readonly mailEnabled: boolean
  readonly isAssignableToRole: boolean | null
}

const bed = await guardedBed(t)
const roles = await bed.list<{ readonly principalId: string; readonly roleDefinitionId: string }>(
  '/roleManagement/directory/roleAssignments',
)
const eligible = await bed.list<(typeof roles)[number]>('/roleManagement/directory/roleEligibilitySchedules')
const privileged = new Set(
  [...roles, ...eligible].flatMap(one => (one.roleDefinitionId in privilegedRoles ? [one.principalId] : [])),
)
const cloud = (await bed.list<User>('/users?$select=id,onPremisesSyncEnabled,accountEnabled&$top=999'))
  .filter(one => one.onPremisesSyncEnabled === null && one.accountEnabled)
  .map(({ id }) => id)
const admins = cloud.filter(id => privileged.has(id))
const people = cloud.filter(id => !privileged.has(id))
const groups = await bed.list<Group>(
  '/groups?$select=id,groupTypes,onPremisesSyncEnabled,mailEnabled,isAssignableToRole&$top=999',
)
const [security, other] = groups
  .filter(one => one.groupTypes.length === 0 && one.onPremisesSyncEnabled === null && !one.mailEnabled)
  .filter(one => one.isAssignableToRole !== true)
  .map(({ id }) => id) as [string, string]
const ofRoles = groups.find(({ id }) => privileged.has(id))!.id
const { domain } = bed.sandbox
const privilegedOwn = [
  ...(await privilegedCustomRoles({ graph: bed.graph, signal: new AbortController().signal })).keys(),
]

/** The results of rows, and the writes that Graph saw. */
const told = async (rows: readonly OperationRow[], sending: Sending = {}) => {
  const { run } = await bed.send(rows, { maxRemovals: 100, ...sending })
  return { results: await bed.resultsOf(run), writes: await bed.writes() }
}
const refused = (rows: readonly unknown[]) => ({ results: rows.map(() => 'failed PROTECTED'), writes: [] })

const losses = (user: string): readonly OperationRow[] => [
  { kind: 'delete-user', value: { user } },
  { kind: 'disable-user', value: { user } },
  { kind: 'update-user', value: { user, accountEnabled: false } },
  { kind: 'update-user', value: { user, newUserPrincipalName: `renamed@${domain}` } },
]
const ofGroup = (group: string, member: string): readonly OperationRow[] => [
  { kind: 'add-member', value: { group, member } },
  { kind: 'remove-member', value: { group, member } },
  { kind: 'add-owner', value: { group, member } },
  { kind: 'remove-owner', value: { group, member } },
  { kind: 'update-group', value: { group, description: 'Changed' } },
  { kind: 'delete-group', value: { group } },
]

t.test('a holder of a privileged role is not deleted, disabled or renamed, and nothing is sent', async t => {
  const rows = losses('').map((row, at) => ({ ...row, value: { ...row.value, user: admins[at]! } }))
  t.strictSame(await told(rows), refused(rows))
})

t.test('other properties of a privileged user are changed', async t => {
  const rows = [{ kind: 'update-user', value: { user: admins[0]!, department: 'Protected people' } }]
  t.strictSame(await told(rows), { results: ['done'], writes: ['PATCH /users/{id}'] })
})

t.test('--include-privileged lets them be changed', async t => {
  const rows = [{ kind: 'disable-user', value: { user: admins[1]! } }]
  const { results } = await told(rows, { includePrivileged: true })
  // Graph would refuse it to an app without a role.
  t.strictSame(results, ['failed ROLE_REQUIRED'])
})

t.test('a privileged user is not removed from a group, and may be added to one', async t => {
  const member = admins[2]!
  const add = { kind: 'add-member', value: { group: security, member } }
  const remove = { kind: 'remove-member', value: { group: security, member } }
  t.strictSame((await told([add])).results, ['done'])
  t.strictSame(await told([remove]), refused([remove]))
  t.strictSame((await told([remove], { includePrivileged: true })).results, ['done'])
})

t.test('a group that holds a privileged role is neither changed nor deleted, nor are its members', async t => {
  for (const row of ofGroup(ofRoles, people[0]!)) {
    const { results, writes } = await told([row])
    t.match(results, [/^(?:failed PROTECTED|unchanged)$/], row.kind)
    t.strictSame(writes, [], row.kind)
  }
  const [adding] = ofGroup(ofRoles, people[0]!)
  t.strictSame(await told([adding!]), refused([adding]))
  t.strictSame((await told([adding!], { includePrivileged: true })).results, ['done'])
})

t.test('what the configuration protects stays, also with --include-privileged', async t => {
  const members = new Set((await bed.list<Id>(`/groups/${other}/members?$select=id`)).map(({ id }) => id))
  const outside = people.find(id => !members.has(id))!
  const protect = { groups: [other], users: [people[1]!] }
  for (const includePrivileged of [false, true]) {
    for (const row of ofGroup(other, outside)) {
      const { results, writes } = await told([row], { protect, includePrivileged })
      t.match(results, [/^(?:failed PROTECTED|unchanged)$/], row.kind)
      t.strictSame(writes, [], row.kind)
    }
    for (const row of losses(people[1]!))
      t.strictSame(await told([row], { protect, includePrivileged }), refused([row]))
  }
  const [member] = [...members].filter(id => people.includes(id))
  const [deletion] = losses(member!)
  t.strictSame(await told([deletion!], { protect }), refused([deletion]), 'a member of the protected group')
})

t.test('the identity that signed in stays a member', async t => {
  const { claims } = await bed.graph.signedIn()
  const link = { group: security, member: claims.objectId }
  t.strictSame((await told([{ kind: 'add-member', value: link }])).results, ['done'])
  const remove = { kind: 'remove-member', value: link }
  t.strictSame(await told([remove], { includePrivileged: true }), refused([remove]))
})

t.test('an undo obeys the same', async t => {
  const member = admins[3]!
  const { run } = await bed.send([{ kind: 'add-member', value: { group: security, member } }])
  t.strictSame(await bed.resultsOf(run), ['done'])
  const undo = { kind: 'remove-member', value: { group: security, member }, expected: { linked: true } }
  t.strictSame(await told([undo]), refused([undo]))
})

t.test('roles that the directory made privileged itself, and the one of synchronization, are not assigned', async t => {
  const principal = people[5]!
  for (const role of ['d29b2b05-8046-44ba-8758-1e26182fcf32', ...privilegedOwn]) {
    const row = { kind: 'assign-role', value: { role, principal } }
    t.strictSame(await told([row]), refused([row]), role)
  }
})

t.test('while roles cannot be read, no password is reset and no pass is made', async t => {
  const client = await bed.clientWith([
    'User.ReadWrite.All',
    'User-PasswordProfile.ReadWrite.All',
    'UserAuthenticationMethod.ReadWrite.All',
  ])
  for (const row of [
    { kind: 'reset-password', value: { user: admins[0]!, passwordProfile: 'Quiet-Harbour-4711' } },
    { kind: 'create-access-pass', value: { user: admins[0]! } },
  ]) {
    await t.rejects(bed.send([row], { client }), { code: 'NOT_PERMITTED', exit: 6 }, row.kind)
    t.strictSame(await bed.writes(), [], row.kind)
  }
})

const blindRoles = ['User.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.Read.All']

t.test('while roles cannot be read, deletions and disabling stop before anything is sent', async t => {
  const client = await bed.clientWith(['User.ReadWrite.All', 'Group.ReadWrite.All'])
  const [harmless] = [{ kind: 'update-user', value: { user: people[2]!, department: 'Harmless' } }]
  for (const row of losses(people[3]!)) {
    await t.rejects(bed.send([harmless, row], { client }), { code: 'NOT_PERMITTED', exit: 6 }, row.kind)
    t.strictSame(await bed.writes(), [], row.kind)
    await t.rejects(bed.send([[harmless, row]], { client }), { code: 'NOT_PERMITTED' }, `${row.kind} as a later step`)
    t.strictSame(await bed.writes(), [], row.kind)
  }
  t.strictSame((await told([harmless], { client })).results, ['done'], 'what takes nothing away is sent')
  const [deletion] = losses(people[3]!)
  t.strictSame((await told([deletion!], { client, includePrivileged: true })).results, ['done'])
})

t.test('while roles cannot be read, links are changed, and the preview says what was not checked', async t => {
  const client = await bed.clientWith(blindRoles)
  const add = { kind: 'add-member', value: { group: security, member: people[4]! } }
  const { changes } = await bed.send([add], { client, dryRun: true })
  t.strictSame(changes?.preview?.unchecked, ['who holds a privileged role, which needs RoleManagement.Read.Directory'])
  t.strictSame((await told([add], { client })).results, ['done'])
})
