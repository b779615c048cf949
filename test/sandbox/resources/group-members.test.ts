import t from 'tap'
import { createResources } from '../../../src/sandbox/resources/create-resources.ts'
import { handClock } from '../directory/fixture.ts'
import { root } from './ask.ts'
import { groupBed, refusal } from './group-bed.ts'
import { mutate } from '../mutate.ts'

const denied = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
}
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const notFound = (id: string) => ({
  status: 404,
  code: 'Request_ResourceNotFound',
  message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
})
const nobody = '11111111-2222-4333-8444-555555555555'

t.test('a member is added and removed by reference, and each change is in the ledger with its request', async t => {
  const { types, outside, related, send, address, directory } = groupBed()
  const [id] = outside(types.security, 1) as [string]
  const before = related(types.security, 'members')
  const path = `/groups/${types.security}/members`
  const added = await send('POST', `${path}/$ref`, { '@odata.id': address(id, 'users') })
  t.strictSame(added, { status: 204, headers: {}, body: null })
  t.strictSame(related(types.security, 'members'), [...before, id])
  const removed = await send('DELETE', `${path}/${id.toUpperCase()}/$ref`)
  t.strictSame(removed, { status: 204, headers: {}, body: null })
  t.strictSame(related(types.security, 'members'), before)
  t.strictSame(
    directory.changes(0)?.map(({ what, id: of, relation, target }) => ({ what, of, relation, target })),
    (['linked', 'unlinked'] as const).map(what => ({
      what,
      of: types.security,
      relation: 'members',
      target: { kind: 'user', id },
    })),
  )
})

t.test('users, groups, devices, service principals and contacts can be members of a security group', async t => {
  const { types, outside, related, send, address, all } = groupBed()
  const group = types.security
  const nested = outside(group, 999, 'members', 'group').filter(
    id =>
      all('group', one => one.id === id && one['securityEnabled'] === true && one['mailEnabled'] === false).length > 0,
  )[0]!
  for (const [set, id] of [
    ['users', outside(group, 1)[0]],
    ['groups', nested],
    ['devices', outside(group, 1, 'members', 'device')[0]],
    ['servicePrincipals', outside(group, 1, 'members', 'servicePrincipal')[0]],
    ['contacts', outside(group, 1, 'members', 'orgContact')[0]],
  ] as const) {
    t.equal((await send('POST', `/groups/${group}/members/$ref`, { '@odata.id': address(id!, set) })).status, 204, set)
    t.ok(related(group, 'members').includes(id!), set)
  }
})

t.test('what cannot be a member of a group is refused with the reason', async t => {
  const { types, outside, send, address, all } = groupBed()
  const cannot = (what: string, groups: string, type: string) =>
    badRequest(
      `${what} cannot be added to ${groups}. paramName: Members, paramValue: , objectType: Microsoft.Online.DirectoryServices.${type}`,
    )
  const add = async (group: string, id: string) =>
    refusal(await send('POST', `/groups/${group}/members/$ref`, { '@odata.id': address(id) }))
  const other = (kind: 'device' | 'servicePrincipal' | 'application' | 'administrativeUnit') =>
    outside(types.security, 1, 'members', kind)[0]!
  t.strictSame(await add(types.microsoft365, types.security), cannot('Security Groups', 'Unified Groups', 'Group'))
  t.strictSame(
    await add(
      types.microsoft365,
      all('group', one => (one['groupTypes'] as string[]).includes('Unified') && one.id !== types.microsoft365)[0]!,
    ),
    cannot('Unified Groups', 'Unified Groups', 'Group'),
  )
  t.strictSame(await add(types.microsoft365, other('device')), cannot('Device', 'Unified Groups', 'Device'))
  t.strictSame(
    await add(types.microsoft365, other('servicePrincipal')),
    cannot('ServicePrincipal', 'Unified Groups', 'ServicePrincipal'),
  )
  t.strictSame(await add(types.security, types.microsoft365), cannot('Unified Groups', 'Security Groups', 'Group'))
  t.strictSame(await add(types.security, types.distribution), cannot('Distribution Groups', 'Security Groups', 'Group'))
  t.strictSame(await add(types.security, other('application')), cannot('Application', 'Security Groups', 'Application'))
  t.strictSame(await add(types.security, types.security), badRequest('A group cannot be a member of itself.'))
  t.strictSame(
    await add(types.role, types.security),
    badRequest('Nesting is currently not supported for groups that can be assigned to a role.'),
  )
})

t.test('an existing member is refused, alone and among twenty: then no one is added', async t => {
  const { types, outside, related, send, address, bind, directory } = groupBed()
  const group = types.security
  const [member] = related(group, 'members') as [string]
  const exists = badRequest(
    `One or more added object references already exist for the following modified properties: 'members'.`,
  )
  const { generation } = directory
  t.strictSame(refusal(await send('POST', `/groups/${group}/members/$ref`, { '@odata.id': address(member) })), exists)
  const ids = [...outside(group, 19), member]
  t.strictSame(refusal(await send('PATCH', `/groups/${group}`, bind(ids))), exists)
  t.equal(directory.generation, generation)
})

t.test('twenty members are added at once', async t => {
  const { types, outside, related, send, bind } = groupBed()
  const before = related(types.security, 'members')
  const ids = outside(types.security, 20)
  t.strictSame(await send('PATCH', `/groups/${types.security}`, bind(ids)), { status: 204, headers: {}, body: null })
  t.strictSame(related(types.security, 'members'), [...before, ...ids])
})

t.test('one invalid object among twenty: no one is added', async t => {
  const { types, outside, related, send, bind, directory } = groupBed()
  const group = types.security
  const { generation } = directory
  const good = outside(group, 19)
  const patch = async (body: unknown) => refusal(await send('PATCH', `/groups/${group}`, body))
  t.strictSame(await patch(bind([...good, nobody])), notFound(nobody))
  t.strictSame(
    await patch(bind([...good, types.microsoft365])),
    badRequest(
      'Unified Groups cannot be added to Security Groups. paramName: Members, paramValue: , objectType: Microsoft.Online.DirectoryServices.Group',
    ),
  )
  t.strictSame(await patch(bind([...good, good[0]!])), badRequest('Request contains a property with duplicate values.'))
  t.strictSame(
    await patch(bind([...good, good[0]!.toUpperCase()])),
    badRequest('Request contains a property with duplicate values.'),
  )
  t.strictSame(
    await patch(bind([...good, ...outside(group, 21).slice(19)])),
    badRequest('A resource cannot contain more than 20 link changes.'),
  )
  t.strictSame(
    await patch({ ...bind(good), ...bind(outside(group, 2, 'owners'), 'owners') }),
    badRequest('A resource cannot contain more than 20 link changes.'),
  )
  t.strictSame(
    await patch({ ...bind(good), displayName: '' }),
    badRequest(`A value is required for property 'displayName' of resource 'Group'.`),
  )
  t.equal(directory.generation, generation)
  t.equal(related(group, 'members').includes(good[0]!), false)
})

t.test('a binding that is no list of addresses is refused', async t => {
  const { types, outside, send, address } = groupBed()
  const [id] = outside(types.security, 1) as [string]
  const patch = async (body: unknown) => refusal(await send('PATCH', `/groups/${types.security}`, body))
  const invalid = {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid URL format specified in @odata.bind for members',
  }
  t.strictSame(await patch({ 'members@odata.bind': address(id) }), invalid)
  t.strictSame(await patch({ 'members@odata.bind': [id] }), invalid)
  t.strictSame(await patch({ 'members@odata.bind': ['https://graph.example.com/v1.0/users/' + id] }), invalid)
  t.strictSame(
    await patch({ 'members@odata.bind': [] }),
    badRequest(
      `The value of 'odata.bind' property annotation is an empty array. The 'odata.bind' property annotation must have a non-empty array as its value.`,
    ),
  )
  t.strictSame(await patch({ 'acceptedSenders@odata.bind': [address(id)] }), {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid bind property name acceptedSenders in request.',
  })
  t.strictSame(refusal(await send('POST', `/groups/${types.security}/members/$ref`, { id })), {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid URL format specified in @odata.id.',
  })
  t.strictSame(
    refusal(await send('POST', `/groups/${types.security}/members/$ref`)),
    badRequest(
      "An unexpected 'EndOfInput' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
    ),
  )
})

t.test('without $ref nothing is added, and $ref cannot be patched', async t => {
  const { types, outside, send, address, bind } = groupBed()
  const [id] = outside(types.security, 1) as [string]
  t.strictSame(refusal(await send('POST', `/groups/${types.security}/members`, { '@odata.id': address(id) })), {
    status: 400,
    code: 'BadRequest',
    message: 'Write requests are only supported on contained entities',
  })
  t.strictSame(refusal(await send('PATCH', `/groups/${types.security}/members/$ref`, bind([id]))), {
    status: 400,
    code: 'BadRequest',
    message: 'The request is currently not supported on the targeted entity set',
  })
})

t.test('unknown groups and objects are not found, and removing what is no member is not found', async t => {
  const { types, outside, related, send, address } = groupBed()
  const [id] = outside(types.security, 1) as [string]
  const reference = { '@odata.id': address(id) }
  t.strictSame(refusal(await send('POST', `/groups/${nobody}/members/$ref`, reference)), notFound(nobody))
  t.strictSame(
    refusal(await send('POST', `/groups/${types.security}/members/$ref`, { '@odata.id': address(nobody) })),
    notFound(nobody),
  )
  t.strictSame(
    refusal(await send('POST', `/groups/${types.security}/members/$ref`, { '@odata.id': address(id, 'groups') })),
    notFound(id),
  )
  t.strictSame(
    refusal(
      await send('POST', `/groups/${types.security}/members/$ref`, {
        '@odata.id': address('who@contoso.com', 'users'),
      }),
    ),
    notFound('who@contoso.com'),
  )
  t.strictSame(refusal(await send('DELETE', `/groups/${types.security}/members/${id}/$ref`)), notFound(id))
  t.strictSame(refusal(await send('DELETE', `/groups/${types.security}/members/${nobody}/$ref`)), notFound(nobody))
  t.strictSame(refusal(await send('DELETE', `/groups/${nobody}/members/${id}/$ref`)), notFound(nobody))
  t.strictSame(
    refusal(await send('DELETE', `/groups/${types.security}/members/who/$ref`)),
    badRequest(`Invalid object identifier 'who'.`),
  )
  const member = related(types.security, 'members')[0]!
  t.equal((await send('DELETE', `/groups/${types.security}/members/${member}/$ref`)).status, 204)
  t.strictSame(refusal(await send('DELETE', `/groups/${types.security}/members/${member}/$ref`)), notFound(member))
})

t.test('groups whose members Graph cannot change refuse additions and removals', async t => {
  const { types, outside, related, send, address, bind } = groupBed()
  const refusals = {
    dynamic: denied,
    synced: badRequest(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    ),
    mailSecurity: badRequest('Cannot Update a mail-enabled security groups and or distribution list.'),
    distribution: badRequest('Cannot Update a mail-enabled security groups and or distribution list.'),
  }
  for (const [type, expected] of Object.entries(refusals)) {
    const group = types[type as keyof typeof refusals]
    const [id] = outside(group, 1) as [string]
    t.strictSame(
      refusal(await send('POST', `/groups/${group}/members/$ref`, { '@odata.id': address(id) })),
      expected,
      type,
    )
    t.strictSame(refusal(await send('PATCH', `/groups/${group}`, bind([id]))), expected, type)
    const member = related(group, 'members')[0]!
    t.strictSame(refusal(await send('DELETE', `/groups/${group}/members/${member}/$ref`)), expected, type)
  }
})

t.test('members of a role-assignable group require RoleManagement.ReadWrite.Directory', async t => {
  const { types, outside, related, send, bind, writer } = groupBed()
  const group = types.role
  const without = { permissions: writer.filter(name => !name.startsWith('RoleManagement')) }
  const ids = outside(group, 2)
  const owners = outside(group, 1, 'owners')
  t.strictSame(refusal(await send('PATCH', `/groups/${group}`, bind(ids), without)), denied)
  t.strictSame(refusal(await send('PATCH', `/groups/${group}`, bind(owners, 'owners'), without)), denied)
  const member = related(group, 'members')[0]!
  t.strictSame(refusal(await send('DELETE', `/groups/${group}/members/${member}/$ref`, undefined, without)), denied)
  t.equal((await send('PATCH', `/groups/${group}`, bind(ids))).status, 204)
  t.equal((await send('DELETE', `/groups/${group}/members/${member}/$ref`)).status, 204)
})

t.test('members require GroupMember.ReadWrite.All, and some kinds another permission', async t => {
  const { types, outside, send, address, bind } = groupBed()
  const group = types.security
  const status = async (id: string, ...permissions: readonly string[]) =>
    (await send('POST', `/groups/${group}/members/$ref`, { '@odata.id': address(id) }, { permissions })).status
  const [user, second] = outside(group, 2) as [string, string]
  t.equal(await status(user, 'Group.Read.All', 'User.ReadWrite.All'), 403)
  t.equal(await status(user, 'GroupMember.ReadWrite.All'), 204)
  for (const [kind, permission] of [
    ['device', 'Device.ReadWrite.All'],
    ['servicePrincipal', 'Application.ReadWrite.All'],
    ['orgContact', 'OrgContact.Read.All'],
  ] as const) {
    const [id] = outside(group, 1, 'members', kind) as [string]
    t.equal(await status(id, 'GroupMember.ReadWrite.All'), 403, kind)
    t.equal(await status(id, 'GroupMember.ReadWrite.All', permission), 204, kind)
    const remove = async (...permissions: readonly string[]) =>
      (await send('DELETE', `/groups/${group}/members/${id}/$ref`, undefined, { permissions })).status
    t.equal(await remove('GroupMember.ReadWrite.All'), 403, kind)
    t.equal(await remove('GroupMember.ReadWrite.All', permission), 204, kind)
  }
  const only = { permissions: ['GroupMember.ReadWrite.All'] }
  t.equal((await send('PATCH', `/groups/${group}`, bind([second]), only)).status, 204)
  t.strictSame(refusal(await send('PATCH', `/groups/${group}`, { displayName: 'x' }, only)), denied)
  t.strictSame(refusal(await send('PATCH', `/groups/${group}`, bind([second], 'owners'), only)), denied)
  t.strictSame(
    refusal(await send('POST', `/groups/${group}/owners/$ref`, { '@odata.id': address(user) }, only)),
    denied,
  )
})

t.test('owners are users and service principals, at most a hundred, and the last user stays', async t => {
  const { types, outside, related, send, bind, address } = groupBed()
  const group = types.security
  const patch = async (ids: readonly string[]) => refusal(await send('PATCH', `/groups/${group}`, bind(ids, 'owners')))
  const first = related(group, 'owners')
  t.strictSame(
    await patch([types.microsoft365]),
    badRequest('Only users and service principals can be owners of a group.'),
  )
  const app = outside(group, 1, 'owners', 'servicePrincipal')[0]!
  t.equal(
    (await send('POST', `/groups/${group}/owners/$ref`, { '@odata.id': address(app, 'servicePrincipals') })).status,
    204,
  )
  t.strictSame(
    refusal(await send('POST', `/groups/${group}/owners/$ref`, { '@odata.id': address(app) })),
    badRequest(`One or more added object references already exist for the following modified properties: 'owners'.`),
  )
  const users = outside(group, 120, 'owners')
  let count = first.length + 1
  for (let at = 0; count + 20 <= 100; at += 20, count += 20)
    t.equal((await patch(users.slice(at, at + 20))).status, 204)
  t.strictSame(await patch(users.slice(-20)), {
    status: 403,
    code: 'Directory_QuotaExceeded',
    message: `Unable to perform operation as '${count + 20}' would exceed the maximum quota count '100' for forward-link 'owners'.`,
  })
  t.equal(related(group, 'owners').length, count)
  const remove = (id: string) => send('DELETE', `/groups/${group}/owners/${id}/$ref`)
  for (const id of related(group, 'owners').filter(one => one !== app && one !== first[0]))
    t.equal((await remove(id)).status, 204)
  t.strictSame(
    refusal(await remove(first[0]!)),
    badRequest('The group must have at least one owner, hence this owner cannot be removed.'),
  )
  t.equal((await remove(app)).status, 204)
  t.strictSame(refusal(await remove(app)), notFound(app))
  t.strictSame(related(group, 'owners'), [first[0]])
})

t.test('a membership of a deleted user is kept, and is there again after the restoration', async t => {
  const { types, related, send, directory } = groupBed()
  const group = types.security
  const before = related(group, 'members')
  const [id] = before as [string]
  mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
  t.strictSame(related(group, 'members'), before.slice(1))
  t.strictSame(refusal(await send('DELETE', `/groups/${group}/members/${id}/$ref`)), notFound(id))
  mutate(directory, { do: 'restore', kind: 'user', id }, 'test')
  t.strictSame(related(group, 'members'), before)
})

t.test('without $ref, a removal deletes the member itself, if the caller may, unless the knob refuses it', async t => {
  const { types, related, outside, send, directory, writer } = groupBed()
  const group = types.security
  const id = related(group, 'members').find(one => directory.locate(one)?.kind === 'user')!
  const path = `/groups/${group}/members/${id}`
  t.strictSame(refusal(await send('DELETE', path)), denied, 'without a permission for users')
  const permissions = [...writer, 'User.ReadWrite.All']
  t.strictSame(
    refusal(await send('DELETE', `/groups/${group}/members/${outside(group, 1)[0]!}`, undefined, { permissions }))
      .status,
    404,
  )
  t.equal((await send('DELETE', path, undefined, { permissions })).status, 204)
  t.equal(directory.truth(id)?.state, 'deleted')
  const careful = groupBed({ knobs: { refLess: 'refuse' } })
  t.strictSame(refusal(await careful.send('DELETE', path, undefined, { permissions })), {
    status: 501,
    code: 'NotImplemented',
    message: 'Without /$ref, this request would delete the member itself. The sandbox refuses it (knob refLess).',
  })
  t.equal(careful.directory.truth(id)?.state, 'live')
})

t.test('a write of a group or of its links holds the group, and nothing happens before it is applied', async t => {
  const { types, outside, related, directory, address, bind, writer } = groupBed()
  const resources = createResources({ directory, clock: handClock(), key: 'secret' })
  const pending = async (method: string, path: string, body?: unknown) => {
    const caller = { appId: 'app', objectId: 'app', permissions: new Set(writer), delegated: false }
    const answer = await resources({ method, path, query: '', headers: {}, body, caller, root })
    if (!('apply' in answer)) throw new Error('Expected a pending write')
    return answer
  }
  const group = types.role
  const [id] = outside(group, 1) as [string]
  const member = related(group, 'members')[0]!
  const name = String(directory.collection('group').get(group)?.['uniqueName'])
  const writes = [
    await pending('POST', `/groups/${group.toUpperCase()}/members/$ref`, { '@odata.id': address(id) }),
    await pending('PATCH', `/groups(uniqueName='${name}')`, bind(outside(group, 2).slice(1))),
    await pending('DELETE', `/groups/${group}/members/${member}/$ref`),
    await pending('DELETE', `/groups/${group}`),
  ]
  t.strictSame(
    writes.map(({ holds }) => holds),
    [[group], [group], [group], [group]],
  )
  t.equal(directory.generation, 0)
  t.strictSame(
    writes.map(({ apply }) => apply().status),
    [204, 204, 204, 204],
  )
  t.equal(directory.generation, 4)
  const create = await pending('POST', '/groups', {
    displayName: 'A',
    mailEnabled: false,
    mailNickname: 'a',
    securityEnabled: true,
  })
  t.strictSame(create.holds, [])
})

t.test('owners of a dynamic group are changed, only its members are not', async t => {
  const { types, outside, send, bind } = groupBed()
  t.equal(
    (await send('PATCH', `/groups/${types.dynamic}`, bind(outside(types.dynamic, 1, 'owners'), 'owners'))).status,
    204,
  )
})
