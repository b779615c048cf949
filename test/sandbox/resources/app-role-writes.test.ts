import t from 'tap'
import type { Entity } from '../../../src/sandbox/directory/types.ts'
import { mutate } from '../mutate.ts'
import { root, type Loose } from './ask.ts'
import { groupBed, refusal } from './group-bed.ts'

const nobody = '11111111-2222-4333-8444-555555555555'
const noRole = '00000000-0000-0000-0000-000000000000'
const permissions = ['Directory.Read.All', 'AppRoleAssignment.ReadWrite.All']
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })

const bed = () => {
  const made = groupBed({ users: 8_000, groups: 120 })
  const { directory } = made
  const apps = made.all('servicePrincipal', one => ((one['appRoles'] as Loose[]) ?? []).length > 0)
  const resource = directory.collection('servicePrincipal').get(
    apps.find(id => {
      const roles = directory.collection('servicePrincipal').get(id)!['appRoles'] as Loose[]
      return roles.length < 10
    })!,
  )!
  const role = (value: string): string => (resource['appRoles'] as Loose[]).find(one => one.value === value).id
  const send = (method: string, url: string, body?: unknown, allowed: readonly string[] = permissions) =>
    made.send(method, url, body, { permissions: allowed })
  const body = (principalId: string, appRoleId: string, resourceId = resource.id) => ({
    principalId,
    resourceId,
    appRoleId,
  })
  return { ...made, resource, role, send, body, sets: { user: 'users', group: 'groups' } as const }
}
const notFoundOn = ({ appId }: Entity & { readonly appId?: string }) =>
  badRequest(`Permission being assigned was not found on application '${appId}'.`)

t.test('an app role is assigned to users, groups and service principals, by the principal or the resource', async t => {
  const { all, resource, role, send, body, directory } = bed()
  for (const [kind, set, value] of [
    ['user', 'users', 'Reader'],
    ['group', 'groups', 'Reader'],
    ['servicePrincipal', 'servicePrincipals', 'Tasks.Read.All'],
  ] as const) {
    const [one, other] = all(kind, ({ id }) => id !== resource.id).slice(-2) as [string, string]
    const byPrincipal = await send('POST', `/${set}/${one}/appRoleAssignments`, body(one, role(value)))
    t.equal(byPrincipal.status, 201, kind)
    t.match(byPrincipal.body, {
      '@odata.context': `${root}/$metadata#appRoleAssignments/$entity`,
      appRoleId: role(value),
      principalId: one,
      principalType: { user: 'User', group: 'Group', servicePrincipal: 'ServicePrincipal' }[kind],
      resourceId: resource.id,
      resourceDisplayName: resource['displayName'],
    })
    const to = `/servicePrincipals/${resource.id}/appRoleAssignedTo`
    const byResource = await send('POST', to, body(other, role(value)))
    t.equal(byResource.status, 201)
    t.equal(
      byResource.body['@odata.context'],
      `${root}/$metadata#servicePrincipals('${resource.id}')/appRoleAssignedTo/$entity`,
    )
    const listed = (await send('GET', `${to}?$top=999`)).body.value.map(({ id }: Loose) => id)
    t.ok(listed.includes(byPrincipal.body.id) && listed.includes(byResource.body.id))
    t.equal((await send('DELETE', `${to}/${byPrincipal.body.id}`)).status, 204)
    t.equal((await send('DELETE', `/${set}/${other}/appRoleAssignments/${byResource.body.id}`)).status, 204)
    t.equal((await send('DELETE', `${to}/${byPrincipal.body.id}`)).status, 404)
  }
  t.strictSame(
    [...directory.assignmentTruth('appRoles', resource.id)].map(({ added, removed, isThere }) => [
      added,
      removed,
      isThere,
    ]),
    Array.from({ length: 6 }, () => [1, 1, false]),
  )
})

t.test('a role that the principal has is refused, and after its removal it gets another id', async t => {
  const { all, role, send, body, directory, resource } = bed()
  const [user] = all('user')
  const url = `/users/${user}/appRoleAssignments`
  const first = await send('POST', url, body(user!, role('Reader')))
  t.strictSame(
    refusal(await send('POST', url, body(user!, role('Reader')))),
    badRequest('Permission being assigned already exists on the object'),
  )
  t.equal((await send('POST', url, body(user!, role('Approver')))).status, 201)
  await send('DELETE', `${url}/${first.body.id}`)
  const second = await send('POST', url, body(user!, role('Reader')))
  t.not(second.body.id, first.body.id)
  t.match(
    [...directory.assignmentTruth('appRoles', resource.id)].find(({ within }) => within === role('Reader')),
    { principal: user, added: 2, removed: 1, isThere: true, by: [{ what: 'added' }, { what: 'removed' }, {}] },
  )
})

t.test('roles that the resource does not have, that are disabled or for other principals are refused', async t => {
  const { all, resource, role, send, body, directory } = bed()
  const [user] = all('user')
  const url = `/users/${user}/appRoleAssignments`
  for (const [what, id] of [
    ['unknown', nobody],
    ['disabled', role('Auditor')],
    ['for apps', role('Tasks.Read.All')],
    ['default although it declares roles', noRole],
  ] as const)
    t.strictSame(refusal(await send('POST', url, body(user!, id))), notFoundOn(resource), what)
  const plain = directory
    .collection('servicePrincipal')
    .get(all('servicePrincipal', one => (one['appRoles'] as Loose[]).length === 0)[0]!)!
  t.strictSame(refusal(await send('POST', url, body(user!, role('Reader'), plain.id))), notFoundOn(plain))
  t.equal((await send('POST', url, body(user!, noRole, plain.id))).status, 201)
  const app = all('servicePrincipal', ({ id }) => id !== plain.id)[0]!
  const ofApp = await send('POST', `/servicePrincipals/${app}/appRoleAssignments`, body(app, noRole, plain.id))
  t.equal(ofApp.status, 201, 'an app, too, is assigned to a resource without roles')
  const device = all('device')[0]!
  t.strictSame(
    refusal(await send('POST', `/servicePrincipals/${resource.id}/appRoleAssignedTo`, body(device, role('Reader')))),
    badRequest('Only users, groups and service principals can have app roles.'),
  )
})

t.test('a body about another object than the path, or without an id, is refused', async t => {
  const { all, role, send, body } = bed()
  const [user, other] = all('user') as [string, string]
  const url = `/users/${user}/appRoleAssignments`
  t.strictSame(
    refusal(await send('POST', url, body(other, role('Reader')))),
    badRequest('Not a valid reference update.'),
  )
  t.strictSame(
    refusal(await send('POST', url, { principalId: user, appRoleId: role('Reader') })),
    badRequest("A value is required for property 'resourceId'."),
  )
  t.strictSame(
    refusal(await send('POST', url, { ...body(user, 'Reader') })),
    badRequest("Invalid value specified for property 'appRoleId'."),
  )
  t.equal((await send('POST', url, body(user, role('Reader'), nobody))).status, 404)
  t.equal((await send('DELETE', `${url}/nothing`)).status, 404)
})

t.test('assignments hide with their principal, come back with it, and lag behind', async t => {
  const { all, role, send, body, directory, clock, resource } = bed()
  const [user] = all('user')
  const url = `/users/${user}/appRoleAssignments`
  directory.setLag('direct', 1_000)
  const { id } = (await send('POST', url, body(user!, role('Reader')))).body
  const shown = async () =>
    (await send('GET', `/servicePrincipals/${resource.id}/appRoleAssignedTo`)).body.value.some(
      (one: Loose) => one.id === id,
    )
  t.notOk(await shown())
  clock.move(1_000)
  t.ok(await shown())
  mutate(directory, { do: 'delete', kind: 'user', id: user! })
  clock.move(1_000)
  t.notOk(await shown())
  mutate(directory, { do: 'restore', kind: 'user', id: user! })
  clock.move(1_000)
  t.ok(await shown())
})

t.test('no delta shows an assignment', async t => {
  const { all, role, send, body, ask } = bed()
  const first = (await ask('/users/delta?$deltatoken=latest')).body['@odata.deltaLink']
  const [user] = all('user')
  await send('POST', `/users/${user}/appRoleAssignments`, body(user!, role('Reader')))
  t.strictSame((await ask(first)).body.value, [])
})

t.test('assigning needs a permission to read the resource, too', async t => {
  const { all, role, send, body } = bed()
  const [user] = all('user')
  const url = `/users/${user}/appRoleAssignments`
  const assign = (...allowed: string[]) => send('POST', url, body(user!, role('Reader')), allowed)
  t.equal((await assign('AppRoleAssignment.ReadWrite.All')).status, 403)
  t.equal((await assign('Directory.ReadWrite.All')).status, 403)
  const { status, body: made } = await assign('AppRoleAssignment.ReadWrite.All', 'Application.Read.All')
  t.equal(status, 201)
  t.equal((await send('DELETE', `${url}/${made.id}`, undefined, ['Directory.ReadWrite.All'])).status, 403)
  t.equal((await send('DELETE', `${url}/${made.id}`, undefined, ['AppRoleAssignment.ReadWrite.All'])).status, 204)
})

t.test('an assignment that is there throughout is on a page, also if others are removed meanwhile', async t => {
  const { all, role, send, body, resource } = bed()
  const users = all('user').slice(0, 6)
  const to = `/servicePrincipals/${resource.id}/appRoleAssignedTo`
  const made: string[] = []
  for (const user of users) made.push((await send('POST', to, body(user, role('Reader')))).body.id)
  const first = (await send('GET', `${to}?$top=3`)).body
  for (const { id } of first.value) await send('DELETE', `${to}/${id}`)
  const seen = first.value.map(({ id }: Loose) => id)
  for (let link = first['@odata.nextLink']; link;) {
    const page = (await send('GET', link)).body
    seen.push(...page.value.map(({ id }: Loose) => id))
    link = page['@odata.nextLink']
  }
  t.ok(made.every(id => seen.includes(id)))
})
