import t from 'tap'
import { groupBed, refusal } from './group-bed.ts'

const denied = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
}
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const invalid = (property: string) =>
  badRequest(`Invalid value specified for property '${property}' of resource 'Group'.`)
const missing = (property: string) => badRequest(`A value is required for property '${property}' of resource 'Group'.`)
const done = { status: 204, headers: {}, body: null }

t.test('properties are changed, cleared, and kept where they are not named', async t => {
  const { types, send, directory } = groupBed()
  const group = () => directory.collection('group').get(types.security)
  const before = group()
  t.strictSame(
    await send('PATCH', `/groups/${types.security}`, {
      displayName: 'Renamed',
      mailNickName: 'renamed',
      description: 'New',
    }),
    done,
  )
  t.strictSame(group(), { ...before, displayName: 'Renamed', mailNickname: 'renamed', description: 'New' })
  t.strictSame(await send('PATCH', `/groups/${types.security}`, { description: null, classification: null }), done)
  t.strictSame(group(), { ...before, displayName: 'Renamed', mailNickname: 'renamed', description: null })
  t.strictSame(
    directory.truth(types.security)?.history.map(({ what }) => what),
    ['updated', 'updated'],
  )
})

t.test('properties and links are changed together, or not at all', async t => {
  const { types, outside, related, send, bind, directory } = groupBed()
  const group = types.security
  const [owner, member] = [outside(group, 1, 'owners')[0]!, outside(group, 1)[0]!]
  t.strictSame(
    await send('PATCH', `/groups/${group}`, { displayName: 'Both', ...bind([owner], 'owners'), ...bind([member]) }),
    done,
  )
  t.equal(directory.collection('group').get(group)?.['displayName'], 'Both')
  t.equal(related(group, 'owners').at(-1), owner)
  t.equal(related(group, 'members').at(-1), member)
  const { generation } = directory
  t.equal((await send('PATCH', `/groups/${group}`, { displayName: 'None', ...bind([member]) })).status, 400)
  t.equal(directory.generation, generation)
  t.strictSame(await send('PATCH', `/groups/${group}`, {}), done, 'nothing to change')
  t.equal(directory.generation, generation)
})

t.test('what cannot be changed is refused', async t => {
  const { types, send, directory } = groupBed()
  const patch = async (body: unknown, group = types.security) => refusal(await send('PATCH', `/groups/${group}`, body))
  t.strictSame(await patch({ displayName: null }), missing('displayName'))
  t.strictSame(await patch({ displayName: '' }), missing('displayName'))
  t.strictSame(await patch({ mailNickname: 'two words' }), invalid('mailNickname'))
  t.strictSame(await patch({ groupTypes: ['Unified'] }), invalid('groupTypes'))
  t.strictSame(await patch({ mailEnabled: true }), invalid('mailEnabled'))
  t.strictSame(
    await patch({ securityEnabled: false }),
    badRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    ),
  )
  t.strictSame(
    await patch({ isAssignableToRole: true }),
    badRequest(`Property 'isAssignableToRole' can only be set during group creation.`),
  )
  t.strictSame(
    await patch({ resourceBehaviorOptions: ['HideGroupInOutlook'] }),
    badRequest(`Property 'resourceBehaviorOptions' can only be set during group creation.`),
  )
  t.strictSame(await patch({ mail: 'x@contoso.com' }), badRequest(`Property 'mail' is read-only and cannot be set.`))
  t.strictSame(await patch({ id: types.security }), badRequest(`Property 'id' is read-only and cannot be set.`))
  t.strictSame(
    await patch({ visibility: 'HiddenMembership' }, types.microsoft365),
    badRequest('HiddenMembership can only be set during group creation.'),
  )
  t.strictSame(await patch({ visibility: 'Public' }, types.role), invalid('visibility'))
  t.strictSame(await patch({ membershipRule: 'user.city -eq "Oslo"' }), invalid('membershipRule'))
  t.strictSame(await patch({ membershipRule: null }, types.dynamic), missing('membershipRule'))
  t.strictSame(
    await patch({ description: 'x' }, types.synced),
    badRequest(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    ),
  )
  for (const type of ['mailSecurity', 'distribution'] as const)
    t.strictSame(
      await patch({ description: 'x' }, types[type]),
      badRequest('Cannot Update a mail-enabled security groups and or distribution list.'),
    )
  t.match(await patch({ description: 'x' }, '11111111-2222-4333-8444-555555555555'), {
    status: 404,
    code: 'Request_ResourceNotFound',
  })
  t.equal(directory.generation, 0)
})

t.test('equal values of what cannot be changed are taken, as in the documented example', async t => {
  const { types, send, directory } = groupBed()
  const { mailNickname } = directory.collection('group').get(types.microsoft365)!
  t.strictSame(
    await send('PATCH', `/groups/${types.microsoft365}`, {
      description: 'Library Assist',
      groupTypes: ['Unified'],
      mailEnabled: true,
      mailNickname,
    }),
    done,
  )
})

t.test('a Microsoft 365 group becomes private, and public by an empty visibility', async t => {
  const { types, send, directory } = groupBed()
  const visibility = () => directory.collection('group').get(types.microsoft365)?.['visibility']
  t.strictSame(await send('PATCH', `/groups/${types.microsoft365}`, { visibility: 'private' }), done)
  t.equal(visibility(), 'Private')
  t.strictSame(await send('PATCH', `/groups/${types.microsoft365}`, { visibility: '' }), done)
  t.equal(visibility(), 'Public')
})

t.test('a group loses its members when it becomes dynamic, and may keep its rule when it becomes assigned', async t => {
  const { types, send, directory, related } = groupBed()
  const group = () => directory.collection('group').get(types.security)!
  const patch = (body: unknown) => send('PATCH', `/groups/${types.security}`, body)
  t.not(related(types.security, 'members').length, 0)
  t.strictSame(refusal(await patch({ groupTypes: ['DynamicMembership'] })), missing('membershipRule'))
  t.not(related(types.security, 'members').length, 0)
  t.strictSame(
    await patch({
      groupTypes: ['DynamicMembership'],
      membershipRule: 'user.city -eq "Oslo"',
      membershipRuleProcessingState: 'On',
    }),
    done,
  )
  t.match(group(), { groupTypes: ['DynamicMembership'], membershipRuleProcessingState: 'On' })
  t.strictSame(await patch({ membershipRuleProcessingState: 'paused' }), done)
  t.match(group(), { membershipRuleProcessingState: 'Paused' })
  t.strictSame(related(types.security, 'members'), [])
  t.strictSame(await patch({ groupTypes: [], membershipRuleProcessingState: 'Paused' }), done)
  t.match(group(), { groupTypes: [], membershipRule: 'user.city -eq "Oslo"' })
  t.strictSame(refusal(await patch({ membershipRule: 'user.city -eq "Rome"' })), invalid('membershipRule'))
  t.strictSame(await patch({ membershipRule: null, membershipRuleProcessingState: null }), done)
  t.match(group(), { groupTypes: [], membershipRule: null })
  const before = related(types.dynamic, 'members')
  const held = directory.collection('group').get(types.dynamic)!['groupTypes'] as readonly string[]
  const groupTypes = held.filter(type => type !== 'DynamicMembership')
  t.strictSame(await send('PATCH', `/groups/${types.dynamic}`, { groupTypes }), done)
  t.not(before.length, 0)
  t.strictSame(related(types.dynamic, 'members'), before, 'an assigned group keeps the members that the rule made')
})

t.test('what Exchange keeps is changed alone, and by people only', async t => {
  const { types, send, all, directory } = groupBed()
  const patch = (body: unknown, more = {}) => send('PATCH', `/groups/${types.microsoft365}`, body, more)
  const delegated = { delegated: all('user', undefined, 1)[0]! }
  t.strictSame(refusal(await patch({ hideFromAddressLists: true })), {
    status: 403,
    code: 'ErrorAccessDenied',
    message: 'Access is denied. Check credentials and try again.',
  })
  t.strictSame(
    refusal(await patch({ hideFromAddressLists: true, description: 'x' }, delegated)),
    badRequest(`Property 'hideFromAddressLists' must be updated in a request of its own, without other properties.`),
  )
  t.strictSame(await patch({ hideFromAddressLists: true, hideFromOutlookClients: true }, delegated), {
    status: 200,
    headers: {},
    body: null,
  })
  t.match(directory.collection('group').get(types.microsoft365), {
    hideFromAddressLists: true,
    hideFromOutlookClients: true,
  })
})

t.test('an update requires Group.ReadWrite.All, of a role-assignable group RoleManagement too', async t => {
  const { types, send } = groupBed()
  const patch = async (group: string, ...permissions: readonly string[]) =>
    refusal(await send('PATCH', `/groups/${group}`, { description: 'x' }, { permissions }))
  t.strictSame(await patch(types.security, 'Group.Read.All', 'Group.Create'), denied)
  t.match(await patch(types.security, 'Group.ReadWrite.All'), { status: 204 })
  t.match(await patch(types.security, 'Directory.ReadWrite.All'), { status: 204 })
  t.strictSame(await patch(types.role, 'Group.ReadWrite.All'), denied)
  t.match(await patch(types.role, 'Group.ReadWrite.All', 'RoleManagement.ReadWrite.Directory'), { status: 204 })
})

t.test('a group is updated by its unique name, and created if it is missing and the client prefers so', async t => {
  const { send, all, bind, related, directory } = groupBed()
  const path = `/groups(uniqueName='golf')`
  const body = { displayName: 'Golf', mailEnabled: false, mailNickname: 'golf', securityEnabled: true }
  const prefer = { headers: { prefer: 'create-if-missing' } }
  t.match(refusal(await send('PATCH', path, body)), { status: 404, code: 'Request_ResourceNotFound' })
  t.strictSame(refusal(await send('PATCH', path, { displayName: 'Golf' }, prefer)), missing('mailEnabled'))
  const members = all('user', undefined, 2)
  const created = await send('PATCH', path, { ...body, ...bind(members) }, prefer)
  t.match(created, { status: 201, body: { displayName: 'Golf', uniqueName: 'golf' } })
  t.strictSame(related(created.body.id, 'members'), members)
  t.strictSame(await send('PATCH', path, { ...body, displayName: 'Golf club' }, prefer), done)
  t.match(directory.truth(created.body.id), { versions: 4, entity: { displayName: 'Golf club' } })
  t.strictSame(
    refusal(await send('PATCH', path, { uniqueName: 'tennis' })),
    badRequest(`Property 'uniqueName' is read-only and cannot be set.`),
  )
  t.strictSame(
    refusal(await send('PATCH', `/groups(uniqueName='chess')`, body, { ...prefer, permissions: ['Group.Create'] })),
    denied,
  )
})

t.test('a group without a unique name can be given one, once, if it is free', async t => {
  const { types, send, directory } = groupBed()
  const taken = directory.collection('group').get(types.role)?.['uniqueName']
  const patch = async (uniqueName: unknown) => refusal(await send('PATCH', `/groups/${types.security}`, { uniqueName }))
  t.strictSame(
    await patch(taken),
    badRequest('Another object with the same value for property uniqueName already exists.'),
  )
  t.match(await patch('chess'), { status: 204 })
  t.equal(directory.collection('group').find('uniqueName', 'Chess')?.id, types.security)
  t.match(await patch('chess'), { status: 204 })
  t.strictSame(await patch('go'), badRequest(`Property 'uniqueName' is read-only and cannot be set.`))
})
