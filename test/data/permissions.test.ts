import t from 'tap'
import { permissionIds } from '../../src/data/permission-ids.ts'
import { operationPermissions } from '../../src/data/permissions.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const least = (operation: string) =>
  operationPermissions
    .find(entry => entry.operation === operation)
    ?.needs.filter(({ when }) => !when)
    .map(({ anyOf }) => anyOf[0])

t.test('the least permissions of the common operations are the documented ones', async t => {
  t.strictSame(least('export users'), ['User.Read.All'])
  t.strictSame(least('export groups'), ['Group.ReadBasic.All'])
  t.strictSame(least('export members'), ['GroupMember.ReadBasic.All', 'User.Read.All'])
  t.strictSame(least('export devices'), ['Device.Read.All'])
  t.strictSame(least('export skus'), ['LicenseAssignment.Read.All'])
  t.strictSame(least('users create'), ['User.Create', 'User.Read.All'])
  t.strictSame(least('users invite'), ['User.Invite.All', 'User.Read.All'])
  t.strictSame(least('users enable'), ['User.EnableDisableAccount.All', 'User.Read.All'])
  t.strictSame(least('users delete'), [
    'User.DeleteRestore.All',
    'User.Read.All',
    'RoleManagement.Read.Directory',
    'Group.ReadBasic.All',
    'GroupMember.ReadBasic.All',
  ])
  t.strictSame(least('members add'), ['GroupMember.ReadWrite.All', 'User.ReadBasic.All'])
  t.strictSame(least('licenses assign'), ['LicenseAssignment.ReadWrite.All', 'User.Read.All'])
})

t.test('every export of the command line has its permissions', async t => {
  const exports = operationPermissions
    .filter(({ operation, planned }) => operation.startsWith('export ') && !planned)
    .map(({ operation }) => operation)
  t.strictSame(
    exports.map(name => name.slice('export '.length)),
    [
      'users',
      'groups',
      'members',
      'memberships',
      'owners',
      'registered-owners',
      'groups-of',
      'app-role-assignments',
      'managers',
      'skus',
      'licenses',
      'role-assignments',
      'devices',
      'deleted-users',
      'deleted-groups',
      'deleted-applications',
      'deleted-service-principals',
      'applications',
      'service-principals',
    ],
  )
})

t.test(
  'an operation is one to three words, perhaps with an option, is listed once, and names its requests',
  async t => {
    const names = operationPermissions.map(({ operation }) => operation)
    t.strictSame(
      names.filter(name => !/^[a-z-]+(?: [a-z-]+){0,2}(?: --[a-z-]+(?: [a-z]+)?)?$/.test(name)),
      [],
    )
    t.equal(new Set(names).size, names.length)
    t.strictSame(
      operationPermissions.filter(({ requests }) => requests.length === 0),
      [],
    )
    const requests = operationPermissions.flatMap(entry => entry.requests)
    t.strictSame(
      requests.filter(request => !/^(GET|POST|PATCH|PUT|DELETE) \/\S+$/.test(request)),
      [],
    )
  },
)

t.test('ids are GUIDs, and no two permissions of a kind share one', async t => {
  for (const kind of ['application', 'delegated'] as const) {
    const ids = Object.values(permissionIds).flatMap(entry => entry[kind] ?? [])
    t.strictSame(
      ids.filter(id => !guid.test(id)),
      [],
    )
    t.equal(new Set(ids).size, ids.length, kind)
  }
})

t.test('every permission has an application id, except some on which sources disagree or are silent', async t => {
  const all = new Set(operationPermissions.flatMap(({ needs }) => needs.flatMap(({ anyOf }) => anyOf)))
  t.strictSame([...all].filter(name => !permissionIds[name]?.application).sort(), [
    'RoleManagement.Read.All',
    'User.ReadUpdate.All',
  ])
})
