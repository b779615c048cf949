import t from 'tap'
import type { OperationRow, Values } from '../../../src/core/operation.ts'
import { graphAppId } from '../../../src/data/permission-ids.ts'
import { guardedBed, type Sending } from './guarded-bed.ts'

type App = { readonly id: string; readonly appId: string }
type Role = { readonly id: string; readonly value: string }

const bed = await guardedBed(t)
const post = async (url: string, body: Values): Promise<void> => {
  await bed.graph.request({ method: 'POST', url, body })
}
const { clientId } = bed.sandbox
const [graph] = await bed.list<App & { readonly appRoles: readonly Role[] }>(
  `/servicePrincipals?$filter=appId eq '${graphAppId}'&$select=id,appRoles`,
)
const registered = (await bed.list<App>('/applications?$select=id,appId')).filter(({ appId }) => appId !== clientId)
const principals = await bed.list<App>('/servicePrincipals?$select=id,appId')
const known = new Map(
  (await bed.list<{ readonly principalId: string }>(`/servicePrincipals/${graph!.id}/appRoleAssignedTo`)).map(
    ({ principalId }) => [principalId, true],
  ),
)
/** Apps of this directory that have no permission yet, each with its registration and its service principal. */
const plain = registered.flatMap(application => {
  const principal = principals.find(({ appId }) => appId === application.appId)
  return principal && !known.has(principal.id) ? [{ application: application.id, principal: principal.id }] : []
})
const roleId = (value: string): string => graph!.appRoles.find(role => role.value === value)!.id
const [harmless, permitted, administrator] = plain as [
  (typeof plain)[number],
  (typeof plain)[number],
  (typeof plain)[number],
]
const give = (principalId: string, value: string) =>
  post(`/servicePrincipals/${graph!.id}/appRoleAssignedTo`, {
    principalId,
    resourceId: graph!.id,
    appRoleId: roleId(value),
  })
await give(harmless.principal, 'User.Read.All')
await give(permitted.principal, 'RoleManagement.ReadWrite.Directory')
await post('/roleManagement/directory/roleAssignments', {
  '@odata.type': '#microsoft.graph.unifiedRoleAssignment',
  roleDefinitionId: '62e90394-69f5-4237-9190-012177145e10',
  principalId: administrator.principal,
  directoryScopeId: '/',
})
const [user] = await bed.ids("/users?$select=id&$filter=userType eq 'Guest'&$top=1")

const told = async (rows: readonly OperationRow[], sending: Sending = {}) => {
  const { run } = await bed.send(rows, { maxRemovals: 100, ...sending })
  return { results: await bed.resultsOf(run), writes: await bed.writes() }
}
const changes = ({ application, principal }: (typeof plain)[number], notes: string): readonly OperationRow[] => [
  { kind: 'update-application', value: { application, notes } },
  { kind: 'update-service-principal', value: { servicePrincipal: principal, notes } },
  { kind: 'add-app-owner', value: { application, member: user! } },
  { kind: 'add-service-principal-owner', value: { servicePrincipal: principal, member: user! } },
]
const losses = ({ application, principal }: (typeof plain)[number]): readonly OperationRow[] => [
  { kind: 'delete-service-principal', value: { servicePrincipal: principal } },
  { kind: 'delete-application', value: { application } },
]

t.test('an app with a privileged permission or role is not changed or deleted, and gets no owner', async t => {
  for (const app of [permitted, administrator])
    for (const rows of [changes(app, 'x'), losses(app)])
      t.strictSame(await told(rows), { results: rows.map(() => 'failed PROTECTED'), writes: [] })
})

t.test('an app is also found behind an empty page', async t => {
  const rows = changes(permitted, 'x')
  await bed.control('PUT', '/faults', [{ match: 'GET /applications', times: 8, fault: 'emptyPage' }])
  t.teardown(() => bed.control('PUT', '/faults', []))
  t.strictSame(await told(rows), { results: rows.map(() => 'failed PROTECTED'), writes: [] })
})

t.test('an app without one is', async t => {
  const { results } = await told(changes(harmless, 'x'))
  t.strictSame(results, ['done', 'done', 'done', 'done'])
})

t.test('the app that signed in is not, also with --include-privileged', async t => {
  const principal = principals.find(({ appId }) => appId === clientId)!.id
  const [application] = await bed.ids(`/applications?$select=id&$filter=appId eq '${clientId}'`)
  const rows = changes({ application: application!, principal }, 'x')
  t.strictSame(await told(rows, { includePrivileged: true }), {
    results: rows.map(() => 'failed PROTECTED'),
    writes: [],
  })
})

t.test('the message says what is privileged', async t => {
  const rows = [...changes(permitted, 'x').slice(0, 2), ...changes(administrator, 'x').slice(0, 1)]
  const { run } = await bed.send(rows)
  t.match(
    await bed.store.read(run, async reader =>
      (await reader.readRows({ limit: 10 })).map(({ result: { message, fix } }) => [message, fix]),
    ),
    [
      [
        `The object ${permitted.application} is protected: its service principal has the permission RoleManagement.ReadWrite.Directory. Nothing was sent.`,
        'Add --include-privileged if it is intended.',
      ],
      [/: it has the permission RoleManagement\.ReadWrite\.Directory\. /],
      [/: its service principal holds the role Global Administrator\. /],
    ],
  )
})

t.test('a privileged permission is given and taken with --include-privileged only', async t => {
  const row = (verb: string, role: string, principal = harmless.principal) => ({
    kind: `${verb}-app-role`,
    value: { resource: graph!.id, role, principal },
  })
  const privileged = 'AppRoleAssignment.ReadWrite.All'
  t.strictSame(await told([row('assign', privileged), row('assign', 'Group.Read.All')]), {
    results: ['failed PROTECTED', 'done'],
    writes: ['POST /servicePrincipals/{id}/appRoleAssignedTo'],
  })
  t.strictSame((await told([row('assign', privileged)], { includePrivileged: true })).results, ['done'])
  t.strictSame((await told([row('unassign', privileged)])).results, ['failed PROTECTED'])
  t.strictSame((await told([row('unassign', privileged)], { includePrivileged: true })).results, ['done'])
})

t.test('--include-privileged lets them be changed, deleted and owned', async t => {
  const sent = async (rows: readonly OperationRow[]) => (await told(rows, { includePrivileged: true })).results
  t.strictSame(await sent(changes(permitted, 'y')), ['done', 'done', 'done', 'done'])
  t.strictSame(await sent(losses(permitted).slice(1)), ['done'])
})
