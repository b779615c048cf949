import t from 'tap'
import { findOperations } from '../../src/tenants/operations.ts'
import { compareRights, includes, leastRights, type Granted } from '../../src/tenants/rights.ts'

const app = (...permissions: string[]): Granted => ({ kind: 'application', permissions })
const person = (...permissions: string[]): Granted => ({ kind: 'delegated', permissions })

t.test('ReadWrite includes Read, and Read includes ReadBasic, of the same resource only', async t => {
  t.equal(includes('User.ReadWrite.All', 'User.Read.All'), true)
  t.equal(includes('User.Read.All', 'User.ReadBasic.All'), true)
  t.equal(includes('User.ReadBasic.All', 'User.Read.All'), false)
  t.equal(includes('Group.ReadWrite.All', 'User.Read.All'), false)
  t.equal(includes('RoleManagement.ReadWrite.Directory', 'RoleManagement.Read.Directory'), true)
  t.equal(includes('user.read.all', 'User.Read.All'), true)
})

t.test('with exactly the least permission nothing is missing or excessive', async t => {
  t.strictSame(compareRights(app('User.Read.All'), findOperations(['export users'])), {
    missing: [],
    optional: [
      { permission: 'AuditLog.Read.All', wider: [], operations: ['export users'], when: 'to select signInActivity' },
    ],
    excess: [],
    wide: [],
  })
})

t.test('a missing permission is listed once, with all operations that need it', async t => {
  const { missing } = compareRights(
    app('Group.ReadBasic.All', 'GroupMember.Read.All'),
    findOperations(['export members,memberships'], { planned: true }),
  )
  t.strictSame(missing, [
    {
      permission: 'User.Read.All',
      wider: ['Directory.Read.All'],
      operations: ['export members', 'export memberships'],
    },
  ])
})

t.test('a wider permission is sufficient, and is reported as wide', async t => {
  const { missing, wide, excess } = compareRights(app('Directory.Read.All'), findOperations(['export users']))
  t.strictSame(
    { missing, wide, excess },
    { missing: [], wide: [{ permission: 'Directory.Read.All', least: ['User.Read.All'], optional: [] }], excess: [] },
  )
})

t.test('what is enough in place of a wide permission covers all operations that use it', async t => {
  const some = 'users create,users update,users delete,users disable'
  for (const names of [some, `${some},groups,members,owners`, 'users create,users update']) {
    const operations = findOperations([names])
    const held = ['User.ReadWrite.All', 'Group.ReadWrite.All', 'RoleManagement.Read.Directory', 'Directory.Read.All']
    const { missing, wide } = compareRights(app(...held), operations)
    t.ok(
      wide.some(({ permission }) => permission === 'User.ReadWrite.All'),
      names,
    )
    for (const { permission, least } of wide) {
      const narrower = compareRights(app(...held.filter(name => name !== permission), ...least), operations)
      t.strictSame(narrower.missing, missing, `${permission}: ${least.join(', ')}`)
    }
  }
})

t.test('a wider permission beside the least one is excessive', async t => {
  const { excess } = compareRights(
    app('User.Read.All', 'Directory.ReadWrite.All', 'AuditLog.Read.All'),
    findOperations(['export users']),
  )
  t.strictSame(excess, ['Directory.ReadWrite.All'])
})

t.test('a smaller permission lacks the least one, and says when it is enough', async t => {
  const { missing, excess } = compareRights(app('User.ReadBasic.All'), findOperations(['export users']))
  t.match(missing, [{ permission: 'User.Read.All', enough: { permission: 'User.ReadBasic.All' } }])
  t.strictSame(excess, [])
})

t.test(
  'a delegated token is checked for delegated permissions, and those of every sign-in are not excessive',
  async t => {
    const report = compareRights(
      person(
        ...['openid', 'profile', 'User.Read', 'Directory.AccessAsUser.All', 'Device.Read.All', 'Organization.Read.All'],
      ),
      findOperations(['devices update'], { planned: true }),
    )
    t.strictSame(report, { missing: [], optional: [], excess: [], wide: [] })
    t.match(compareRights(app(), findOperations(['devices update'], { planned: true })).missing, [
      { permission: 'Device.ReadWrite.All' },
    ])
  },
)

t.test(
  'the least set of several operations has each permission once, and omits those that a wider one includes',
  async t => {
    t.strictSame(leastRights(findOperations(['users enable,devices update,export devices'], { planned: true })), {
      least: ['User.EnableDisableAccount.All', 'User.Read.All', 'Device.ReadWrite.All'],
      optional: [{ permission: 'Organization.Read.All', when: "to show the tenant's name in the preview" }],
    })
  },
)
