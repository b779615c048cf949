import t from 'tap'
import { root } from './ask.ts'
import { groupBed, refusal } from './group-bed.ts'
import { mutate } from '../mutate.ts'

const denied = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
}
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const invalid = (property: string) =>
  badRequest(`Invalid value specified for property '${property}' of resource 'Group'.`)
const security = { displayName: 'Library', mailEnabled: false, mailNickname: 'library', securityEnabled: true }
const unified = { ...security, groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false }
const dynamic = { ...security, groupTypes: ['DynamicMembership'], membershipRule: 'user.city -eq "Oslo"' }

t.test('a security group is created with the default properties, and is there', async t => {
  const { send, ask, directory } = groupBed()
  const { status, headers, body } = await send('POST', '/groups', { ...security, description: 'Readers' })
  const { id, securityIdentifier, ...others } = body
  t.equal(status, 201)
  t.equal(headers['location'], `${root}/groups/${id}`)
  t.match(securityIdentifier, /^S-1-12-1-\d+-\d+-\d+-\d+$/)
  t.strictSame(others, {
    '@odata.context': `${root}/$metadata#groups/$entity`,
    deletedDateTime: null,
    classification: null,
    createdDateTime: '2026-06-01T00:00:00Z',
    description: 'Readers',
    displayName: 'Library',
    expirationDateTime: null,
    groupTypes: [],
    isAssignableToRole: null,
    mail: null,
    mailEnabled: false,
    mailNickname: 'library',
    membershipRule: null,
    membershipRuleProcessingState: null,
    onPremisesDomainName: null,
    onPremisesLastSyncDateTime: null,
    onPremisesNetBiosName: null,
    onPremisesProvisioningErrors: [],
    onPremisesSamAccountName: null,
    onPremisesSecurityIdentifier: null,
    onPremisesSyncEnabled: null,
    preferredDataLocation: null,
    preferredLanguage: null,
    proxyAddresses: [],
    renewedDateTime: '2026-06-01T00:00:00Z',
    resourceBehaviorOptions: [],
    resourceProvisioningOptions: [],
    securityEnabled: true,
    serviceProvisioningErrors: [],
    theme: null,
    uniqueName: null,
    visibility: null,
  })
  t.strictSame((await ask(`/groups/${id}`)).body, body)
  t.strictSame(
    directory.truth(id)?.history.map(({ what }) => what),
    ['created'],
  )
})

t.test('a Microsoft 365 group has an address, is public, and is mail-enabled whatever was asked', async t => {
  const { send, directory } = groupBed()
  for (const mailEnabled of [true, false]) {
    const mailNickname = `project.${mailEnabled}`
    const { body } = await send('POST', '/groups', {
      ...unified,
      mailEnabled,
      mailNickname,
      resourceBehaviorOptions: ['WelcomeEmailDisabled'],
    })
    t.match(body, {
      groupTypes: ['Unified'],
      mail: `${mailNickname}@${directory.domain}`,
      mailEnabled: true,
      proxyAddresses: [`SMTP:${mailNickname}@${directory.domain}`],
      resourceBehaviorOptions: ['WelcomeEmailDisabled'],
      securityEnabled: false,
      visibility: 'Public',
    })
  }
})

t.test('names in any case and null values are taken, and names are not unique', async t => {
  const { send } = groupBed()
  const create = () =>
    send('POST', '/groups', {
      DisplayName: 'Twice',
      mailNickName: 'twice',
      mailEnabled: false,
      securityEnabled: true,
      description: null,
      visibility: 'public',
    })
  const [one, other] = [await create(), await create()]
  t.match(one.body, { displayName: 'Twice', mailNickname: 'twice', description: null, visibility: 'Public' })
  t.match(other.body, { displayName: 'Twice', mailNickname: 'twice' })
  t.not(one.body.id, other.body.id)
})

t.test('a group is created with owners and members, all or nothing', async t => {
  const { send, all, bind, related, directory } = groupBed()
  const [owner, ...members] = all('user', undefined, 20) as [string, ...string[]]
  const { status, body } = await send('POST', '/groups', { ...security, ...bind([owner], 'owners'), ...bind(members) })
  t.equal(status, 201)
  t.strictSame(related(body.id, 'owners'), [owner])
  t.strictSame(related(body.id, 'members'), members)
  const { generation } = directory
  const many = all('user', undefined, 21)
  const create = async (body: unknown) => refusal(await send('POST', '/groups', body))
  t.strictSame(
    await create({ ...security, ...bind(many) }),
    badRequest('A resource cannot contain more than 20 link changes.'),
  )
  t.strictSame(
    await create({ ...security, ...bind(many.slice(0, 1), 'owners'), ...bind(many.slice(0, 20)) }),
    badRequest('A resource cannot contain more than 20 link changes.'),
  )
  t.strictSame(
    await create({ ...security, ...bind([owner, owner]) }),
    badRequest('Request contains a property with duplicate values.'),
  )
  t.match(await create({ ...security, ...bind([owner, '11111111-2222-4333-8444-555555555555']) }), {
    status: 404,
    code: 'Request_ResourceNotFound',
  })
  t.match(await create({ ...unified, ...bind(all('device', undefined, 1)) }), {
    status: 400,
    message: /^Device cannot be added to Unified Groups/,
  })
  t.strictSame(await create({ ...dynamic, ...bind([owner]) }), denied, 'a rule decides who is a member')
  t.equal(directory.generation, generation)
})

t.test('required properties, formats and combinations are checked', async t => {
  const { send, directory } = groupBed()
  const create = async (body: unknown) => refusal(await send('POST', '/groups', body))
  for (const name of Object.keys(security)) {
    const missing = badRequest(`A value is required for property '${name}' of resource 'Group'.`)
    t.strictSame(await create({ ...security, [name]: undefined }), missing)
    t.strictSame(await create({ ...security, [name]: null }), missing)
  }
  for (const bad of [
    'two words',
    'a@b',
    'a(b',
    'a)b',
    'a\\b',
    'a[b',
    'a]b',
    'a"b',
    'a;b',
    'a:b',
    'a<b',
    'a>b',
    'a,b',
    'é',
    'a\tb',
    'x'.repeat(65),
  ])
    t.strictSame(await create({ ...security, mailNickname: bad }), invalid('mailNickname'), JSON.stringify(bad))
  t.equal((await send('POST', '/groups', { ...security, mailNickname: 'x'.repeat(64) })).status, 201)
  t.equal((await send('POST', '/groups', { ...security, displayName: 'é'.repeat(256) })).status, 201)
  const { generation } = directory
  t.strictSame(await create({ ...security, displayName: 'x'.repeat(257) }), invalid('displayName'))
  t.strictSame(await create({ ...security, groupTypes: ['Security'] }), invalid('groupTypes'))
  t.strictSame(await create({ ...security, visibility: 'Secret' }), invalid('visibility'))
  t.strictSame(await create({ ...security, visibility: 'HiddenMembership' }), invalid('visibility'))
  t.strictSame(await create({ ...security, theme: 'Black' }), invalid('theme'))
  t.strictSame(
    await create({ ...security, mailEnabled: true }),
    badRequest('Cannot Create a mail-enabled security groups and or distribution list.'),
  )
  t.strictSame(
    await create({ ...security, securityEnabled: false }),
    badRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    ),
  )
  t.strictSame(await create({ ...security, nickname: 'x' }), badRequest(`Invalid property 'nickname'.`))
  t.match(await create({ ...security, securityEnabled: 'true' }), { status: 400, code: 'Request_BadRequest' })
  for (const name of [
    'mail',
    'createdDateTime',
    'proxyAddresses',
    'onPremisesSyncEnabled',
    'securityIdentifier',
    'assignedLicenses',
  ])
    t.strictSame(
      await create({
        ...security,
        [name]:
          name === 'proxyAddresses' || name === 'assignedLicenses'
            ? []
            : name === 'onPremisesSyncEnabled'
              ? true
              : name === 'createdDateTime'
                ? '2026-01-01T00:00:00Z'
                : 'x',
      }),
      badRequest(`Property '${name}' is read-only and cannot be set.`),
    )
  t.strictSame(
    await create({ ...unified, hideFromOutlookClients: true }),
    badRequest(
      `Property 'hideFromOutlookClients' cannot be set during group creation. Set it in a subsequent PATCH request.`,
    ),
  )
  t.match(await create(undefined), { status: 400 })
  t.equal(directory.generation, generation)
})

t.test('a dynamic group has a rule, any other group has none', async t => {
  const { send } = groupBed()
  const create = async (body: unknown) => refusal(await send('POST', '/groups', body))
  t.match(await create({ ...dynamic, membershipRuleProcessingState: 'On' }), {
    status: 201,
    groupTypes: ['DynamicMembership'],
    membershipRule: 'user.city -eq "Oslo"',
    membershipRuleProcessingState: 'On',
  })
  t.strictSame(
    await create({ ...dynamic, membershipRule: undefined }),
    badRequest(`A value is required for property 'membershipRule' of resource 'Group'.`),
  )
  t.strictSame(await create({ ...security, membershipRule: 'user.city -eq "Oslo"' }), invalid('membershipRule'))
  t.strictSame(
    await create({ ...dynamic, membershipRuleProcessingState: 'Off' }),
    invalid('membershipRuleProcessingState'),
  )
})

t.test('a role-assignable group is private, security-enabled and not dynamic, and requires a permission', async t => {
  const { send, writer, directory } = groupBed()
  const role = { ...security, isAssignableToRole: true }
  const create = async (body: unknown, permissions = writer) =>
    refusal(await send('POST', '/groups', body, { permissions }))
  t.match(await create(role), { status: 201, isAssignableToRole: true, visibility: 'Private' })
  t.match(await create({ ...unified, securityEnabled: true, isAssignableToRole: true, visibility: 'Private' }), {
    status: 201,
    visibility: 'Private',
  })
  t.strictSame(
    await create(
      role,
      writer.filter(name => !name.startsWith('Role')),
    ),
    denied,
  )
  t.strictSame(await create({ ...role, visibility: 'Public' }), invalid('visibility'))
  t.strictSame(await create({ ...role, ...dynamic }), invalid('groupTypes'))
  t.strictSame(await create({ ...unified, isAssignableToRole: true }), invalid('securityEnabled'))
  const have = directory
    .collection('group')
    .count({ order: 'default', view: 'direct', where: group => group['isAssignableToRole'] === true })
  for (let count = have; count < 500; count++)
    mutate(directory, { do: 'create', kind: 'group', values: { ...role, displayName: `Role ${count}` } }, 'test')
  t.strictSame(await create(role), {
    status: 403,
    code: 'Directory_QuotaExceeded',
    message: `Unable to perform operation as '501' would exceed the maximum quota count '500' for role-assignable groups.`,
  })
})

t.test('a unique name is a key', async t => {
  const { send, ask } = groupBed()
  const { body } = await send('POST', '/groups', { ...security, uniqueName: 'library-1' })
  t.equal((await ask(`/groups(uniqueName='LIBRARY-1')?$select=id`)).body.id, body.id)
  t.strictSame(
    refusal(await send('POST', '/groups', { ...security, uniqueName: 'Library-1' })),
    badRequest('Another object with the same value for property uniqueName already exists.'),
  )
})

t.test('an app with Group.Create only must be able to read whom it names, except itself', async t => {
  const { send, all, bind } = groupBed()
  const [user] = all('user', undefined, 1) as [string]
  const [app] = all('servicePrincipal', undefined, 1) as [string]
  const status = async (body: unknown, ...permissions: readonly string[]) =>
    (await send('POST', '/groups', body, { permissions: ['Group.Create', ...permissions] })).status
  t.equal(await status(security), 201)
  t.equal(await status({ ...security, ...bind([user], 'owners') }), 403)
  t.equal(await status({ ...security, ...bind([user], 'owners') }, 'User.Read.All'), 201)
  t.equal(await status({ ...security, ...bind([app], 'owners') }, 'User.Read.All'), 403)
  t.equal(await status({ ...security, ...bind([app], 'owners') }, 'Application.Read.All'), 201)
  t.equal((await send('POST', '/groups', security, { permissions: ['GroupMember.ReadWrite.All'] })).status, 403)
})

t.test('a person who creates a Microsoft 365 group without owners owns it, an app does not', async t => {
  const { send, all, bind, related } = groupBed()
  const [person, other] = all('user', undefined, 2) as [string, string]
  const owners = async (body: unknown, delegated?: string) =>
    related((await send('POST', '/groups', body, delegated === undefined ? {} : { delegated })).body.id, 'owners')
  t.strictSame(await owners({ ...unified, mailNickname: 'a' }, person), [person])
  t.strictSame(await owners({ ...unified, mailNickname: 'b', ...bind([other], 'owners') }, person), [other])
  t.strictSame(await owners({ ...unified, mailNickname: 'c' }), [])
  t.strictSame(await owners(security, person), [])
})
