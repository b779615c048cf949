import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import { bad, denied, writeBed } from './write-bed.ts'

const inviter = { permissions: ['User.Invite.All'] }
const asked = (address: string, more: Readonly<Record<string, unknown>> = {}) => ({
  invitedUserEmailAddress: address,
  inviteRedirectUrl: 'https://myapps.microsoft.com',
  ...more,
})
const malformed = (message: string) => bad(message, 'BadRequest')

t.test('who is invited becomes a guest, and who is invited again stays one user with another mail', async t => {
  const { directory, send, ask } = writeBed(t)
  const first = await send(
    'POST',
    '/invitations',
    asked('Ann_Ward@Fabrikam-Labs.com', {
      invitedUserDisplayName: 'Ann Ward',
      sendInvitationMessage: true,
      invitedUserMessageInfo: {
        customizedMessageBody: 'Welcome',
        ccRecipients: [{ emailAddress: { name: null, address: 'boss@contoso.com' } }],
      },
    }),
    inviter,
  )
  const { id } = first.body.invitedUser
  t.match(first, {
    status: 201,
    body: {
      '@odata.context': /\$metadata#invitations\/\$entity$/,
      inviteRedeemUrl: /^https:\/\/login\.microsoftonline\.com\/redeem\?rd=https%3A/,
      invitedUserDisplayName: 'Ann Ward',
      invitedUserType: 'Guest',
      sendInvitationMessage: true,
      resetRedemption: false,
      status: 'PendingAcceptance',
      invitedUserMessageInfo: { customizedMessageBody: 'Welcome', messageLanguage: null },
    },
  })
  const initial = directory.domains.find(({ isInitial }) => isInitial === true)!.id
  const names =
    'userPrincipalName,mail,otherMails,proxyAddresses,userType,accountEnabled,creationType,externalUserState,displayName'
  t.match((await ask(`/users/${id}?$select=${names}`)).body, {
    userPrincipalName: `Ann_Ward_Fabrikam-Labs.com#EXT#@${initial}`,
    mail: 'Ann_Ward@Fabrikam-Labs.com',
    otherMails: ['Ann_Ward@Fabrikam-Labs.com'],
    proxyAddresses: ['SMTP:Ann_Ward@Fabrikam-Labs.com'],
    userType: 'Guest',
    accountEnabled: true,
    creationType: 'Invitation',
    externalUserState: 'PendingAcceptance',
    displayName: 'Ann Ward',
  })
  const again = (more = {}) => send('POST', '/invitations', asked('ann_ward@fabrikam-labs.com', more), inviter)
  t.match(await again(), { status: 201, body: { status: 'PendingAcceptance', invitedUser: { id } } })
  t.match(await again({ sendInvitationMessage: true }), { status: 201, body: { invitedUser: { id } } })
  const lines = [...directory.truthOf('user')]
  t.match(lines, [{ id, created: 1, updated: 2, invitations: 3, invitationMails: 2 }])
  directory.commit([{ do: 'delete', kind: 'user', id }], { request: 'control' })
  directory.commit([{ do: 'purge', kind: 'user', id }], { request: 'control' })
  t.match([...directory.truthOf('user')], [{ id, purged: 1, invitations: 3, invitationMails: 2 }])
})

t.test('a guest who has accepted is invited again as Completed', async t => {
  const { send, usersWhere } = writeBed(t)
  const [guest] = usersWhere(user => user['externalUserState'] === 'Accepted')
  t.match(await send('POST', '/invitations', asked(String(guest!['mail'])), inviter), {
    status: 201,
    body: { status: 'Completed', invitedUser: { id: guest!.id } },
  })
})

t.test('members and addresses of the directory cannot be invited', async t => {
  const { send, usersWhere } = writeBed(t)
  const [member] = usersWhere(user => user['userType'] === 'Member' && user['mail'] !== null)
  for (const name of ['mail', 'userPrincipalName'])
    t.match(
      await send('POST', '/invitations', asked(String(member![name])), inviter),
      malformed(
        `The invited user already exists in the directory as object ID: ${member!.id}. They can use that account to sign in to shared apps and resources.`,
      ),
    )
  t.match(
    await send('POST', '/invitations', asked('nobody@contoso.com'), inviter),
    malformed(
      "This user cannot be invited because the domain of the user's email address is a verified domain of this directory.",
    ),
  )
})

t.test('an invitation without what it needs, or with something else, is refused', async t => {
  const { send, directory } = writeBed(t)
  const ann = 'ann@fabrikam-labs.com'
  const cc = (...all: readonly string[]) => ({
    invitedUserMessageInfo: { ccRecipients: all.map(address => ({ emailAddress: { address } })) },
  })
  for (const [body, message] of [
    [{ inviteRedirectUrl: 'https://a.example' }, /invitedUserEmailAddress value is required/],
    [{ invitedUserEmailAddress: ann }, /inviteRedirectUrl value is required/],
    [asked(ann, { inviteRedirectUrl: 'my apps' }), /redirect URL is invalid/],
    [asked(ann, { invitedUserType: 'Visitor' }), /Guest or Member/],
    [asked(ann, { sendInvitationMessage: 'yes' }), /sendInvitationMessage in payload/],
    [asked(ann, { colour: 'red' }), /Invalid property 'colour'/],
    [asked(ann, { status: 'Completed' }), /'status' is read-only/],
    [asked(ann, { invitedUserMessageInfo: { colour: 'red' } }), /'colour' does not exist/],
    [asked(ann, cc('a@b.example', 'c@d.example')), /Only one additional recipient/],
    ...['ann', 'ann+x@b.example', '.ann@b.example', 'ann.@b.example', 'a n@b.example', 'ann@b', 'änn@b.example'].map(
      address => [asked(address), /email address is invalid/] as const,
    ),
  ] as const)
    t.match(await send('POST', '/invitations', body, inviter), { status: 400, body: { message } })
  t.match(await send('POST', '/invitations', asked('o.h_e-_@b.example'), inviter), { status: 201 })
  t.equal([...directory.truthOf('user')].length, 1)
})

t.test('one of three permissions invites, and members are invited by global administrators', async t => {
  const { send, directory } = writeBed(t)
  for (const [at, permission] of ['User.Invite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'].entries())
    t.match(await send('POST', '/invitations', asked(`a${at}@b.example`), { permissions: [permission] }), {
      status: 201,
    })
  t.match(await send('POST', '/invitations', asked('x@b.example'), { permissions: ['User.Read.All'] }), denied)
  const asMember = asked('m@b.example', { invitedUserType: 'member' })
  t.match(await send('POST', '/invitations', asMember, inviter), denied)
  const { id: app } = directory
    .collection('servicePrincipal')
    .get(directory.collection('servicePrincipal').slice({ order: 'default', view: 'direct' }, 1, ['id']).ids[0]!)!
  const administrators = directory
    .collection('directoryRole')
    .find('roleTemplateId', '62e90394-69f5-4237-9190-012177145e10')!
  directory.commit(
    [
      {
        do: 'link',
        kind: 'directoryRole',
        id: administrators.id,
        relation: 'members',
        target: { kind: 'servicePrincipal', id: app },
      },
    ],
    { request: 'control' },
  )
  const made = await send('POST', '/invitations', asMember, { ...inviter, app })
  t.match(made, { status: 201, body: { invitedUserType: 'Member' } })
  t.equal(directory.collection('user').get(made.body.invitedUser.id)!['userType'], 'Member')
})

t.test('the redemption of a guest is reset, with a permission more, and not that of others', async t => {
  const { send, directory, usersWhere, isPlain, cloud } = writeBed(t)
  const [guest] = usersWhere(user => user['externalUserState'] === 'Accepted' && isPlain(user))
  const reset = (more = {}) => asked(String(guest!['mail']), { resetRedemption: true, ...more })
  t.match(await send('POST', '/invitations', reset(), inviter), denied)
  t.match(
    await send('POST', '/invitations', reset({ invitedUserEmailAddress: 'other@b.example', invitedUser: guest })),
    {
      status: 400,
      body: { message: /otherMails of the invited user/ },
    },
  )
  t.match(await send('POST', '/invitations', reset({ invitedUser: { id: guest!.id } })), {
    status: 201,
    body: { status: 'PendingAcceptance', resetRedemption: true, invitedUser: { id: guest!.id } },
  })
  t.equal(directory.collection('user').get(guest!.id)!['externalUserState'], 'PendingAcceptance')
  t.match(await send('POST', '/invitations', reset({ invitedUser: { id: cloud.id } })), {
    status: 400,
    body: { message: /already exists/ },
  })
  t.match(await send('POST', '/invitations', asked('new@b.example', { invitedUser: { id: cloud.id } })), {
    status: 501,
  })
})

t.test('invitations are in the journal', async t => {
  const { send, directory, folder } = writeBed(t)
  await send('POST', '/invitations', asked('ann@fabrikam-labs.com', { sendInvitationMessage: true }), inviter)
  const lines = [...directory.truthOf('user')]
  directory.close()
  const later = createDirectory({ users: 400, clock: systemClock, stateDir: folder })
  t.teardown(() => later.close())
  t.strictSame([...later.truthOf('user')], lines)
})

t.test('invitations cannot be read, neither all nor one', async t => {
  const { ask } = writeBed(t)
  t.match(await ask('/invitations'), { status: 405 })
  t.match(await ask('/invitations/x'), { status: 400 })
})
