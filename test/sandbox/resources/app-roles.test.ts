import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { graphAppId, permissionIds } from '../../../src/data/permission-ids.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import { registeredApps } from '../../../src/sandbox/directory/registered-apps.ts'
import { appRoleEntity } from '../../../src/sandbox/resources/granted.ts'
import { asker, eventual, root, type Asked, type Loose } from './ask.ts'
import { mutate } from '../mutate.ts'

const directory = createDirectory({ users: 2_000, seed: 7, clock: systemClock })
const ask = asker(directory)
const [main, ...others] = registeredApps(directory.tenantId)
const graph = `/servicePrincipals(appId='${graphAppId}')`
const names = ({ body }: Asked, roles: readonly Loose[]): readonly string[] =>
  body.value.map((one: Loose) => roles.find(({ id }) => id === one.appRoleId)?.value).sort()
const assigned = () =>
  directory.assignments({ family: 'appRoles' }).map(assignment => appRoleEntity(directory, assignment))
const appRoles = async (): Promise<readonly Loose[]> => (await ask(graph)).body.appRoles

t.test('an app that can sign in finds its registration and its service principal by every key', async t => {
  for (const { appId, applicationId, objectId, displayName } of [main!, ...others]) {
    const cases: [string, string][] = [
      ['applications', applicationId],
      ['servicePrincipals', objectId],
    ]
    for (const [set, id] of cases) {
      const urls = [`/${set}(appId='${appId}')`, `/${set}/${id}`]
      for (const url of urls) t.match((await ask(url)).body, { id, appId, displayName }, url)
      const listed = await ask(`/${set}?$filter=appId eq '${appId}'&$select=id`)
      t.strictSame(listed.body.value, [{ id }], `${set} filtered`)
      const all = await ask(`/${set}?$select=id&$top=999`)
      t.equal(all.body.value.filter((one: Loose) => one.id === id).length, 1, `${set} listed`)
    }
    t.match((await ask(`/directoryObjects/${objectId}`)).body, { '@odata.type': '#microsoft.graph.servicePrincipal' })
  }
})

t.test('a registration requests app roles of Microsoft Graph', async t => {
  const [access] = (await ask(`/applications(appId='${main!.appId}')`)).body.requiredResourceAccess
  t.equal(access.resourceAppId, graphAppId)
  const roles = await appRoles()
  const asked = access.resourceAccess.map((one: Loose) => roles.find(({ id }) => id === one.id)?.value)
  t.strictSame(asked, main!.asksFor)
  t.ok(access.resourceAccess.every((one: Loose) => one.type === 'Role'))
  t.match(
    roles.find(({ value }) => value === 'User.Read.All'),
    {
      id: permissionIds['User.Read.All']!.application,
      allowedMemberTypes: ['Application'],
      isEnabled: true,
    },
  )
})

t.test('granted application permissions equal the app role assignments, from either side', async t => {
  const roles = await appRoles()
  const mine = await ask(`/servicePrincipals(appId='${main!.appId}')/appRoleAssignments`)
  t.strictSame(names(mine, roles), [...main!.roles].sort())
  t.match(mine.body.value[0], {
    principalId: main!.objectId,
    principalType: 'ServicePrincipal',
    principalDisplayName: 'entrapipe',
    resourceDisplayName: 'Microsoft Graph',
  })
  const assigned = await ask(`${graph}/appRoleAssignedTo?$top=999`)
  const toMain = assigned.body.value.filter((one: Loose) => one.principalId === main!.objectId)
  t.strictSame(toMain, mine.body.value)
  const unconsented = others.find(({ name }) => name === 'unconsented')!
  t.strictSame((await ask(`/servicePrincipals/${unconsented.objectId}/appRoleAssignments`)).body.value, [])
  t.equal((await ask(`${graph}/appRoleAssignedTo/$count`, eventual)).body, String(assigned.body.value.length))
})

t.test('the main app has the app roles of the settings, also unknown ones', async t => {
  const roles = ['User.Read.All', 'Made.Up']
  const own = createDirectory({ users: 50, seed: 3, clock: systemClock, roles })
  const at = asker(own)
  const known = (await at(graph)).body.appRoles
  const { appId } = registeredApps(own.tenantId)[0]!
  t.strictSame(names(await at(`/servicePrincipals(appId='${appId}')/appRoleAssignments`), known), [...roles].sort())
})

t.test('a user has its own app roles and those of the groups of which it is a direct member', async t => {
  const held = assigned().filter(one => one['principalType'] !== 'ServicePrincipal')
  const group = held.find(one => one['principalType'] === 'Group')!
  const person = held.find(one => one['principalType'] === 'User')!
  const resources = async (url: string) => (await ask(url)).body.value.map((one: Loose) => one.resourceId)
  t.ok((await resources(`/users/${person['principalId']}/appRoleAssignments`)).includes(person['resourceId']))
  t.ok((await resources(`/groups/${group['principalId']}/appRoleAssignments`)).includes(group['resourceId']))
  const { references } = directory.related('group', String(group['principalId']), 'members', 999)
  const member = references.find(({ kind }) => kind === 'user')!
  t.ok((await resources(`/users/${member.id}/appRoleAssignments`)).includes(group['resourceId']))
  const found = await ask(`/users?$select=id&$filter=appRoleAssignments/any(a:a/id eq '${person.id}')`)
  t.strictSame(found.body.value, [{ id: person['principalId'] }])
  const one = await ask(`/users/${person['principalId']}/appRoleAssignments/${person.id}`)
  t.match(one.body, { ...person, '@odata.context': `${root}/$metadata#appRoleAssignments/$entity` })
})

t.test('assignments can be filtered by resource, an unquoted GUID, and by the name of the principal', async t => {
  const { id } = (await ask(graph)).body
  const url = `/servicePrincipals/${main!.objectId}/appRoleAssignments`
  const count = async (filter: string) => (await ask(`${url}?$filter=${filter}`)).body.value?.length
  t.equal(await count(`resourceId eq ${id}`), main!.roles.length)
  t.equal(await count(`RESOURCEID eq ${main!.objectId}`), 0)
  t.equal(await count(`startsWith(principalDisplayName,'entra')`), main!.roles.length)
  t.match((await ask(`${url}?$filter=resourceId eq '${id}'`)).body.message, /'Edm.Guid' and 'Edm.String'/)
  t.match((await ask(`${url}?$filter=appRoleId eq ${id}`)).body, { code: 'Request_UnsupportedQuery' })
})

t.test('grants for all users are in the whole list, and in the list of their client', async t => {
  const all = (await ask('/oauth2PermissionGrants?$top=999')).body
  t.equal(all['@odata.context'], `${root}/$metadata#oauth2PermissionGrants`)
  const [first] = all.value
  t.match(first, { consentType: 'AllPrincipals', principalId: null, scope: 'User.Read' })
  t.strictSame((await ask(`/servicePrincipals/${first.clientId}/oauth2PermissionGrants`)).body.value, [first])
  t.strictSame((await ask(`/oauth2PermissionGrants?$filter=clientId eq '${first.clientId}'`)).body.value, [first])
  t.equal((await ask(`/oauth2PermissionGrants/${first.id}`)).body.resourceId, (await ask(graph)).body.id)
  const [user] = (await ask('/users?$select=id&$top=1')).body.value
  t.strictSame((await ask(`/users/${user.id}/oauth2PermissionGrants`)).body.value, [])
})

t.test('$expand adds at most 20 app role assignments to an object', async t => {
  const { body } = await ask(`/servicePrincipals/${main!.objectId}?$select=id&$expand=appRoleAssignments`)
  t.equal(body['@odata.context'], `${root}/$metadata#servicePrincipals(id,appRoleAssignments())/$entity`)
  t.ok(main!.roles.length > 20)
  t.strictSame([body.appRoleAssignments.length, body.appRoleAssignments[0].principalId], [20, main!.objectId])
  const assigned = (await ask(`${graph}?$select=id&$expand=APPROLEASSIGNEDTO($select=PRINCIPALTYPE)`)).body
  t.strictSame(assigned.appRoleAssignedTo[0], { principalType: 'ServicePrincipal' })
  t.equal(
    (await ask('/groups?$select=id&$top=1&$expand=appRoleAssignments')).body.value[0].appRoleAssignments.length,
    0,
  )
  t.match((await ask('/groups?$expand=appRoleAssignedTo')).body.message, /Could not find a property named/)
})

t.test('deleting a service principal removes its assignments and grants', async t => {
  const own = createDirectory({ users: 50, seed: 3, clock: systemClock })
  const at = asker(own)
  const { objectId } = registeredApps(own.tenantId)[0]!
  const held = async () =>
    (await at(`${graph}/appRoleAssignedTo?$top=999`)).body.value.filter((one: Loose) => one.principalId === objectId)
  t.ok((await held()).length > 0)
  mutate(own, { do: 'delete', kind: 'servicePrincipal', id: objectId }, 'test')
  t.strictSame(await held(), [])
})

t.test('app roles and grants require the documented permissions', async t => {
  const { objectId } = main!
  const cases: [string, string, string][] = [
    [`/servicePrincipals/${objectId}/appRoleAssignments`, 'Application.Read.All', 'User.Read.All'],
    [`/servicePrincipals/${objectId}/appRoleAssignedTo`, 'Application.Read.All', 'User.Read.All'],
    ['/oauth2PermissionGrants', 'Directory.Read.All', 'Application.Read.All'],
    [`/users/${assigned().at(-1)!['principalId']}/appRoleAssignments`, 'Directory.Read.All', 'User.Read.All'],
  ] // prettier-ignore
  for (const [url, enough, other] of cases) {
    t.equal((await ask(url, { permissions: [enough] })).status, 200, `${url} with ${enough}`)
    t.equal((await ask(url, { permissions: [other] })).status, 403, `${url} with ${other}`)
  }
})
