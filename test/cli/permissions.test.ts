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
  t.match(out, /^members add \(not in this version\) +GroupMember\.ReadWrite\.All$/m)
  t.match(out, /^users disable \(not in this version\) +User\.EnableDisableAccount\.All \+ User\.Read\.All$/m)
})

t.test('--json prints permissions with their ids', async t => {
  const { out } = await permissions('--json', 'devices', 'update')
  t.strictSame(JSON.parse(out), [
    {
      operation: 'devices update',
      requests: ['PATCH /devices/{id}'],
      planned: true,
      needs: [{ anyOf: ['Device.ReadWrite.All'], delegated: 'Directory.AccessAsUser.All' }],
      ids: { 'Device.ReadWrite.All': { application: '1138cb37-bd11-4084-a2b7-9f71582aeddb' } },
    },
  ])
})

t.test('an unknown operation is refused', async t => {
  t.match((await permissions('export', 'usr')).error, { code: 'OPTION_INVALID', exit: 2 })
})
