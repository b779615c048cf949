import t from 'tap'
import { asker, eventual, root, type Asked } from './ask.ts'
import { guid } from './fake-directory.ts'
import { groupBed } from './group-bed.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

const ids = ({ body }: Asked): readonly string[] => body.value.map((one: { id: string }) => one.id)
const users = Array.from({ length: 12 }, (_, at) => guid(at + 1))

t.test('each member has its type; service principals are omitted', async t => {
  const { directory, groups, device } = smallTenant()
  const ask = asker(directory)
  const { body } = await ask(`/groups/${groups.all.id}/members?$select=id,operatingSystem,groupTypes`)
  t.equal(body['@odata.context'], `${root}/$metadata#directoryObjects(id,operatingSystem,groupTypes)`)
  t.strictSame(body.value.slice(11), [
    { '@odata.type': '#microsoft.graph.user', id: guid(12) },
    { '@odata.type': '#microsoft.graph.device', id: device.id, operatingSystem: 'Windows' },
    { '@odata.type': '#microsoft.graph.group', id: groups.nested.id, groupTypes: [] },
  ])
  t.match((await ask(`/groups/${groups.all.id}/members?$select=nonsense`)).body, {
    code: 'BadRequest',
    message: /'nonsense' on type 'microsoft.graph.directoryObject'/,
  })
})

t.test('a cast returns one type, without @odata.type, page by page', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const found: string[] = []
  for (let url = `/groups/${groups.all.id}/members/microsoft.graph.user?$select=id&$top=5&$count=true`; url;) {
    const reply = await ask(url, eventual)
    t.equal(reply.body['@odata.context'], `${root}/$metadata#users(id)`)
    found.push(...ids(reply))
    url = reply.body['@odata.nextLink']
  }
  t.strictSame(found, users)
  const devices = `/groups/${groups.all.id}/members/microsoft.graph.device?$select=id&$count=true`
  t.strictSame((await ask(devices, eventual)).body.value.length, 1)
})

t.test('members of a type are found among many others, one to a page', async t => {
  const { directory, types, outside, send, bind, ask } = groupBed()
  const inside = [...outside(types.security, 600), ...outside(types.security, 3, 'members', 'device')]
  const last = outside(types.security, 601).at(-1)!
  for (const members of [inside, [last]])
    for (let at = 0; at < members.length; at += 20)
      t.equal((await send('PATCH', `/groups/${types.security}`, bind(members.slice(at, at + 20)))).status, 204)
  for (const kind of ['user', 'device'] as const) {
    const found: string[] = []
    const path = `/groups/${types.security}/members/microsoft.graph.${kind}`
    for (let url = `${path}?$select=id&$top=${kind === 'user' ? 7 : 1}&$count=true`; url;) {
      const reply = await ask(url, eventual)
      found.push(...ids(reply))
      url = reply.body['@odata.nextLink']
    }
    const all = directory.related('group', types.security, 'members', 9_999).references
    t.strictSame(
      found,
      all.filter(one => one.kind === kind).map(({ id }) => id),
    )
  }
})

t.test('$count counts all members, those of a type, and filtered ones', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const count = async (rest: string) => (await ask(`/groups/${groups.all.id}/${rest}`, eventual)).body
  t.equal(await count('members/$count'), '14')
  t.equal(await count('members/microsoft.graph.user/$count'), '12')
  t.equal(await count('members/microsoft.graph.servicePrincipal/$count'), '0')
  t.equal(await count(`members/microsoft.graph.user/$count?$filter=department eq 'Sales'`), '6')
  t.equal(await count('transitiveMembers/$count'), '15')
  t.equal((await ask(`/groups/${groups.all.id}/members/$count`)).body.code, 'Request_BadRequest')
})

t.test('members that the caller may not read have type and id, and null for the rest', async t => {
  const { directory, groups, device } = smallTenant()
  const ask = asker(directory)
  const { body } = await ask(`/groups/${groups.all.id}/members?$select=id,displayName,operatingSystem`, {
    permissions: ['GroupMember.Read.All', 'Device.Read.All'],
  })
  t.strictSame(body.value[0], { '@odata.type': '#microsoft.graph.user', id: guid(1), displayName: null })
  t.strictSame(body.value[12], {
    '@odata.type': '#microsoft.graph.device',
    id: device.id,
    displayName: 'PC-1',
    operatingSystem: 'Windows',
  })
})

t.test('each transitive member comes once, in pages, also with cycles', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const found: string[] = []
  for (let url = `/groups/${groups.all.id}/transitiveMembers?$select=id&$top=4`; url;) {
    const reply = await ask(url)
    found.push(...ids(reply))
    url = reply.body['@odata.nextLink']
  }
  t.equal(found.length, new Set(found).size)
  t.strictSame(
    found.filter(id => users.includes(id)),
    users,
  )
  t.ok(found.includes(groups.circle.id))
  const nested = `/groups/${groups.nested.id}/transitiveMembers/microsoft.graph.user?$select=id&$count=true`
  t.strictSame(ids(await ask(nested, eventual)), [guid(2), guid(3)])
})

t.test('a Microsoft 365 group cannot be cast to devices', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const reply = await ask(`/groups/${groups.unified.id}/members/microsoft.graph.device`)
  t.strictSame([reply.status, reply.body.code], [400, 'Request_UnsupportedQuery'])
})

t.test('every other relation can be listed', async t => {
  const { directory, groups, device, role, unit, application, servicePrincipal } = smallTenant()
  const ask = asker(directory)
  const cases: [string, readonly string[]][] = [
    [`/groups/${groups.unified.id}/owners`, [guid(4)]],
    [`/users/${guid(1)}/directReports`, [guid(2)]],
    [`/users/${guid(1)}/ownedDevices`, [device.id]],
    [`/users/${guid(2)}/registeredDevices`, [device.id]],
    [`/users/${guid(1)}/memberOf`, [groups.all.id, groups.unified.id, role.id]],
    [`/users/${guid(1)}/memberOf/microsoft.graph.group`, [groups.all.id, groups.unified.id]],
    [`/users/${guid(3)}/transitiveMemberOf/microsoft.graph.group`, [groups.all.id, groups.circle.id, groups.nested.id]],
    [`/devices/${device.id}/registeredOwners`, [guid(1)]],
    [`/devices/${device.id}/registeredUsers`, [guid(2)]],
    [`/directory/administrativeUnits/${unit.id}/members`, [guid(6)]],
    [`/applications/${application.id}/owners`, [guid(7)]],
    [`/directoryRoles/${role.id}/members`, [guid(1), servicePrincipal.id]],
  ]
  for (const [url, expected] of cases)
    t.strictSame(ids(await ask(`${url}?$select=id&$count=true`, eventual)).toSorted(), expected.toSorted(), url)
  t.equal((await ask(`/users/${guid(2)}/manager?$select=id`)).body.id, guid(1))
  t.strictSame((await ask(`/groups/${groups.unified.id}/owners/$ref`)).body, {
    '@odata.context': `${root}/$metadata#Collection($ref)`,
    value: [{ '@odata.id': `${root}/directoryObjects/${guid(4)}` }],
  })
  t.match((await ask(`/directoryRoles/${role.id}/members?$top=5`)).body, {
    code: 'Request_UnsupportedQuery',
    message: 'This resource does not support custom page sizes. Please retry without a page size argument.',
  })
})

t.test('members can be sorted and searched with an advanced query', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const at = `/groups/${groups.all.id}/members/microsoft.graph.user?$select=id&$count=true`
  t.strictSame(ids(await ask(`${at}&$orderby=displayName desc&$top=2`, eventual)), [guid(12), guid(11)])
  t.strictSame(ids(await ask(`${at}&$search="displayName:gina"`, eventual)), [guid(7)])
})

t.test('sorted members come page by page, each once, and a first page includes changes', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const first = `/groups/${groups.all.id}/members/microsoft.graph.user?$select=id&$count=true&$orderby=displayName&$top=5`
  const found: string[] = []
  for (let url = first; url;) {
    const reply = await ask(url, eventual)
    found.push(...ids(reply))
    url = reply.body['@odata.nextLink']
  }
  t.strictSame(found, users)
  mutate(directory, { do: 'update', kind: 'user', id: guid(12), values: { displayName: 'Aaron' } }, 'test')
  t.strictSame(ids(await ask(first, eventual)).slice(0, 2), [guid(12), guid(1)])
})

t.test('$expand returns one relation, at most twenty objects, and no link', async t => {
  const { directory, groups, users: all } = smallTenant()
  for (let n = 0; n < 30; n++) {
    const user = directory.add('user', { id: guid(1_000 + n), displayName: 'X' })
    directory.link('group', groups.plain.id, 'members', { kind: 'user', id: user.id })
  }
  const ask = asker(directory)
  const expanded = await ask(`/groups/${groups.plain.id}?$select=id&$expand=members($select=id)`)
  t.strictSame(Object.keys(expanded.body), ['@odata.context', 'id', 'members'])
  t.equal(expanded.body['@odata.context'], `${root}/$metadata#groups(id,members(id))/$entity`)
  t.equal(expanded.body.members.length, 20)
  t.strictSame((await ask('/users?$select=id&$expand=manager($select=id)&$top=2')).body.value, [
    { id: guid(1) },
    { id: guid(2), manager: { '@odata.type': '#microsoft.graph.user', id: guid(1) } },
  ])
  const chain = await ask(`/users/${all[2]!.id}?$select=id&$expand=manager($levels=max;$select=id)`)
  t.strictSame(chain.body.manager, {
    '@odata.type': '#microsoft.graph.user',
    id: guid(2),
    manager: { '@odata.type': '#microsoft.graph.user', id: guid(1) },
  })
})

t.test('$expand is refused with advanced queries, for unknown relations and for levels in a list', async t => {
  const ask = asker(smallTenant().directory)
  t.equal((await ask('/users?$expand=manager&$count=true', eventual)).body.code, 'Request_UnsupportedQuery')
  t.strictSame((await ask('/users?$expand=drive')).body, {
    code: 'BadRequest',
    message: `Parsing OData Select and Expand failed: Could not find a property named 'drive' on type 'microsoft.graph.user'.`,
  })
  t.equal((await ask('/users?$expand=manager,memberOf')).status, 400)
  t.match((await ask('/users?$expand=manager($levels=2)')).body.message, /only supported on a single user/)
})

t.test('a listing accepts one level of managers, a single user up to a thousand', async t => {
  const ask = asker(smallTenant().directory)
  const listed = await ask(`/users?$select=id&$filter=id eq '${guid(3)}'&$expand=manager($levels=1;$select=id)`)
  t.strictSame(listed.body.value, [{ id: guid(3), manager: { '@odata.type': '#microsoft.graph.user', id: guid(2) } }])
  t.equal((await ask(`/users/${guid(3)}?$expand=manager($levels=1000)`)).status, 200)
  t.equal((await ask(`/users/${guid(3)}?$expand=manager($levels=1001)`)).status, 400)
})

t.test('a hundred registered devices are expanded, twenty objects of other relations', async t => {
  const { directory, users, groups } = smallTenant()
  for (let n = 0; n < 120; n++) {
    const { id } = directory.add('device', { id: guid(20_000 + n), displayName: `PC-${n}` })
    directory.link('device', id, 'registeredUsers', { kind: 'user', id: users[3]!.id })
    directory.link('group', groups.plain.id, 'members', { kind: 'device', id })
  }
  const ask = asker(directory)
  const user = await ask(`/users/${guid(4)}?$expand=registeredDevices($select=id)`)
  t.equal(user.body.registeredDevices.length, 100)
  t.equal((await ask(`/groups/${groups.plain.id}?$expand=members($select=id)`)).body.members.length, 20)
})

t.test('open extensions can only be expanded, and no object has any', async t => {
  const ask = asker(smallTenant().directory)
  t.strictSame((await ask('/users?$select=id&$top=1&$expand=extensions')).body.value, [{ id: guid(1), extensions: [] }])
  t.strictSame((await ask('/users?$select=id,extensions&$top=1')).body.value, [{ id: guid(1) }])
})

t.test('a search with $expand is refused as if the header were missing, as in Graph', async t => {
  const ask = asker(smallTenant().directory)
  t.match((await ask('/users?$search="displayName:a"&$expand=memberOf&$count=true', eventual)).body, {
    code: 'Request_UnsupportedQuery',
    message: /^Request with \$search query parameter only works/,
  })
})

t.test('owned objects of users and apps are listed, and members with licence errors are none', async t => {
  const { directory, groups, application, servicePrincipal } = smallTenant()
  const ask = asker(directory)
  t.strictSame(ids(await ask(`/users/${guid(7)}/ownedObjects`)), [application.id])
  t.strictSame(ids(await ask(`/users/${guid(4)}/ownedObjects/microsoft.graph.group`)), [groups.unified.id])
  t.strictSame(ids(await ask(`/servicePrincipals/${servicePrincipal.id}/ownedObjects`)), [])
  t.strictSame(ids(await ask(`/groups/${groups.all.id}/membersWithLicenseErrors`)), [])
})

t.test('$expand includes the service principals that the list of members omits', async t => {
  const { directory, groups, servicePrincipal } = smallTenant()
  const ask = asker(directory)
  const { body } = await ask(`/groups/${groups.all.id}?$select=id&$expand=members($select=id)`)
  t.ok(body.members.some((one: { id: string }) => one.id === servicePrincipal.id))
})

t.test('casts of direct and transitive members of a Microsoft 365 group to other types are refused', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  for (const relation of ['members', 'transitiveMembers'])
    for (const rest of ['microsoft.graph.group?$count=true', 'microsoft.graph.device/$count'])
      t.match(await ask(`/groups/${groups.unified.id}/${relation}/${rest}`, eventual), {
        status: 400,
        body: { code: 'Request_UnsupportedQuery' },
      })
})

t.test('a word with a dollar sign is never an id', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  for (const path of ['/directoryRoles/$counts', '/subscribedSkus/$count'])
    t.match((await ask(path, eventual)).body, {
      code: 'BadRequest',
      message: /^Resource not found for the segment '\$counts?'\.$/,
    })
})

t.test('service principals that own a group are not listed, as in v1.0', async t => {
  const { directory, groups, servicePrincipal } = smallTenant()
  directory.link('group', groups.unified.id, 'owners', { kind: 'servicePrincipal', id: servicePrincipal.id })
  const ask = asker(directory)
  t.strictSame(ids(await ask(`/groups/${groups.unified.id}/owners?$select=id`)), [guid(4)])
  t.equal((await ask(`/groups/${groups.unified.id}/owners/$count`, eventual)).body, '1')
})

t.test('memberships of devices, apps and contacts require the permissions of their pages', async t => {
  const { directory, device, servicePrincipal, contact } = smallTenant()
  const ask = asker(directory)
  const status = async (url: string, ...permissions: readonly string[]) => (await ask(url, { permissions })).status
  for (const relation of ['memberOf', 'transitiveMemberOf']) {
    t.equal(await status(`/devices/${device.id}/${relation}`, 'Device.Read.All'), 200)
    t.equal(await status(`/servicePrincipals/${servicePrincipal.id}/${relation}`, 'Application.Read.All'), 200)
    t.equal(await status(`/contacts/${contact.id}/${relation}`, 'OrgContact.Read.All', 'Group.Read.All'), 200)
    t.equal(await status(`/contacts/${contact.id}/${relation}`, 'OrgContact.Read.All'), 403)
    t.equal(await status(`/users/${guid(1)}/${relation}`, 'User.Read.All'), 403)
  }
})
