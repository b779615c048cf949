import t from 'tap'
import { operationPermissions } from '../../src/data/permissions.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { runCommand } from './tenants-cli.ts'

const permissions = (...argv: string[]) => runCommand(fakeEnvironment('/'), ['permissions', ...argv])

t.test('an operation is shown with its requests, the least permission, wider and smaller ones', async t => {
  const { out, status } = await permissions('export', 'users')
  t.equal(status, 0)
  t.equal(
    out,
    `export users
  requests  GET /users, GET /users/$count, GET /users/delta
  needs     User.Read.All
            or, with more power than needed: Directory.Read.All
            User.ReadBasic.All is enough with --select of basic properties only (id, displayName, givenName, surname, mail, userPrincipalName)
  sometimes AuditLog.Read.All, to select signInActivity
`,
  )
})

t.test('without an operation all are listed, one per line', async t => {
  const { out } = await permissions()
  t.equal(out.trimEnd().split('\n').length, operationPermissions.length)
  t.match(out, /^members add +GroupMember\.ReadWrite\.All \+ User\.ReadBasic\.All$/m)
  t.match(out, /^users enable +User\.EnableDisableAccount\.All \+ User\.Read\.All$/m)
})

t.test(
  'a command that changes the directory shows what it writes, what it reads, and what it does without',
  async t => {
    const { out } = await permissions('users', 'disable')
    t.equal(
      out,
      `users disable
  requests  PATCH /users/{id}, GET /users/{id}, GET /users/$count
  needs     User.EnableDisableAccount.All
            or, with more power than needed: User.ReadWrite.All, Directory.ReadWrite.All
  needs     User.Read.All
            or, with more power than needed: Directory.Read.All
  needs     RoleManagement.Read.Directory
            or, with more power than needed: RoleManagement.Read.All
            not with --include-privileged
  needs     Group.ReadBasic.All
            or, with more power than needed: GroupMember.Read.All, Group.Read.All, Directory.Read.All
            not with --include-privileged
  needs     GroupMember.ReadBasic.All
            or, with more power than needed: GroupMember.Read.All, Group.Read.All, Directory.Read.All
            not with --include-privileged
  sometimes Organization.Read.All, to show the tenant's name in the preview
            or, with more power than needed: Directory.Read.All
  note      For administrators, a higher Entra role is also required.
`,
    )
  },
)

t.test('an undo and a plan need what their changes need', async t => {
  t.match((await permissions('runs undo')).out, /users create, users invite → users delete/)
  t.match((await permissions('apply')).out, /what the commands require whose changes the plan has/)
})

t.test('--json prints permissions with their ids', async t => {
  const { out } = await permissions('--json', 'logs', 'sign-ins')
  t.strictSame(JSON.parse(out), [
    {
      operation: 'logs sign-ins',
      requests: ['GET /auditLogs/signIns'],
      planned: true,
      needs: [{ anyOf: ['AuditLog.Read.All'] }],
      ids: {
        'AuditLog.Read.All': {
          application: 'b0afded3-3588-46d8-8b3d-9842eff778da',
          delegated: 'e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20',
        },
      },
    },
  ])
})

t.test('an unknown operation is refused', async t => {
  t.match((await permissions('export', 'usr')).error, { code: 'OPTION_INVALID', exit: 2 })
})
