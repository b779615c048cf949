import t from 'tap'
import { operationContract, type OperationCase } from '../../src/contracts/operation.ts'
import type { GraphReply } from '../../src/core/graph.ts'
import type { Operation, Values } from '../../src/core/operation.ts'
import { inviteUser as invite } from '../../src/operations/invite-user.ts'
import { keeps } from '../contracts/keeps.ts'
import { draw, lostRow, operationBed, operations, refusal } from './operation-bed.ts'

const inviteUser = invite as unknown as Operation
const person = (address: string, more: Values = {}): Values => ({
  invitedUserEmailAddress: address,
  inviteRedirectUrl: 'https://myapps.microsoft.com',
  ...more,
})
const ann = 'ann@fabrikam-labs.com'
const bedOf = async (t: Parameters<typeof operationBed>[0]) => {
  const bed = await operationBed(t, { users: 900 })
  const users = await bed.list<Values & { readonly id: string }>(
    '/users?$select=id,mail,userPrincipalName,userType,externalUserState&$top=900',
  )
  return {
    ...bed,
    guest: users.find(user => user['externalUserState'] === 'Accepted')!,
    pending: users.find(user => user['externalUserState'] === 'PendingAcceptance')!,
    member: users.find(user => user['userType'] === 'Member' && user['mail'] !== null)!,
  }
}

t.test('invite-user keeps the contract of an operation', async t => {
  const bed = await bedOf(t)
  await keeps(
    t,
    operationContract({
      operation: inviteUser,
      operations,
      rows: [
        person(ann, { sendInvitationMessage: true, customizedMessageBody: 'Welcome' }),
        person(String(bed.guest['mail'])),
        person(String(bed.member['mail'])),
        person(`nobody@${bed.sandbox.domain}`),
        person('bob@fabrikam-labs.com', { invitedUserType: 'member', messageLanguage: 'de', ccRecipients: ann }),
      ],
      invalid: [
        {},
        person(''),
        person('ann'),
        person('ann+x@b.example'),
        person('ann@b.example; bob@b.example'),
        person(ann, { inviteRedirectUrl: '' }),
        person(ann, { inviteRedirectUrl: 'my apps' }),
        person(ann, { inviteRedirectUrl: 'ftp://b.example' }),
        person(ann, { invitedUserType: 'Visitor' }),
        person(ann, { sendInvitationMessage: 'yes' }),
        person(ann, { customizedMessageBody: 'Welcome' }),
        person(ann, { messageLanguage: 'German language' }),
        person(ann, { ccRecipients: 'nobody' }),
        person(ann, { colour: 'red' }),
      ],
      context: bed.context,
    } as OperationCase),
  )
})

t.test('a row asks for no more than it says, and no mail is sent unless it says so', t => {
  const bodyOf = (more: Values) =>
    inviteUser.request([{ value: inviteUser.accept(person(ann, more), draw), before: {} }]).body
  t.strictSame(bodyOf({}), person(ann, { sendInvitationMessage: false }))
  t.strictSame(bodyOf({ sendInvitationMessage: false, customizedMessageBody: 'Welcome' }), {
    ...person(ann, { sendInvitationMessage: false }),
    invitedUserMessageInfo: { customizedMessageBody: 'Welcome' },
  })
  t.strictSame(
    bodyOf({
      sendInvitationMessage: true,
      invitedUserType: 'MEMBER',
      ccRecipients: 'boss@contoso.com',
      messageLanguage: 'de',
    }),
    {
      ...person(ann, { invitedUserType: 'Member', sendInvitationMessage: true }),
      invitedUserMessageInfo: {
        messageLanguage: 'de',
        ccRecipients: [{ emailAddress: { address: 'boss@contoso.com' } }],
      },
    },
  )
  t.end()
})

t.test('guests are not invited again, members and deleted guests not at all', async t => {
  const bed = await bedOf(t)
  const { verdicts } = await bed.change(inviteUser, [person(ann)])
  const { id } = verdicts[0] as { readonly id: string }
  t.match(verdicts, [{ outcome: 'done', id: /^[0-9a-f-]{36}$/ }])
  const look = async () =>
    (
      await bed.change(inviteUser, [
        person(ann.toUpperCase()),
        person(String(bed.guest['mail'])),
        person(String(bed.pending['mail'])),
        person(String(bed.member['userPrincipalName'])),
        person(`nobody@${bed.sandbox.domain}`),
      ])
    ).looked
  t.match(await look(), [
    { outcome: 'unchanged', id, message: /has not accepted yet/ },
    { outcome: 'unchanged', id: bed.guest.id, message: /who has accepted/ },
    { outcome: 'unchanged', id: bed.pending.id, message: /has not accepted yet/ },
    { outcome: 'failed', id: bed.member.id, code: 'USER_EXISTS' },
    { outcome: 'failed', code: 'DOMAIN_OF_DIRECTORY', fix: /users create/ },
  ])
  await bed.send({ method: 'DELETE', url: `/users/${id}` })
  t.match((await look())[0], { outcome: 'failed', code: 'USER_DELETED', fix: new RegExp(id) })
})

t.test('without the permission to read the domains, Graph refuses an address of the directory', async t => {
  const bed = await bedOf(t)
  const context = await bed.contextWith(['User.Read.All'])
  const row = inviteUser.accept(person(`nobody@${bed.sandbox.domain}`), draw)
  t.match(await inviteUser.look([row], context), [{ send: { existed: false } }])
  const reply = await bed.send(inviteUser.request([{ value: row, before: {} }]))
  t.match(inviteUser.settle([{ value: row, before: {} }], reply), [{ outcome: 'failed', message: /verified domain/ }])
})

t.test('a refusal says what to do, and a guest in the bin is looked at again', async t => {
  const row = { value: inviteUser.accept(person(ann), draw), before: { existed: false } }
  const settled = (reply: GraphReply, lost = false) => inviteUser.settle([{ ...row, lost }], reply)[0]
  const bad = (message: string) => refusal(400, 'BadRequest', message)
  t.match(settled(bad('The invited user already exists in the directory as object ID: x. They can …')), {
    outcome: 'failed',
    fix: /existing account/,
  })
  t.match(settled(bad("… the domain of the user's email address is a verified domain of this directory.")), {
    outcome: 'failed',
    fix: /users create/,
  })
  t.match(settled(bad('This invitation is blocked by cross-tenant access settings.')), {
    outcome: 'failed',
    fix: /external collaboration settings/,
  })
  const held = bad('Another object with the same value for property userPrincipalName already exists.')
  t.strictSame([settled(held), settled(held, true)], ['later', 'undecided'])
  t.equal(settled({ status: 201, headers: {}, body: {}, attempts: 1 }), 'undecided')
})

t.test('after a lost reply nobody knows who invited a guest that is there, and the undo leaves it', async t => {
  const bed = await bedOf(t)
  const { ready, verdicts } = await bed.change(inviteUser, [person(ann)])
  const decide = async (sinceMs: number, attempts = 1) =>
    (await inviteUser.decide([{ ...lostRow(ready[0]!, sinceMs), attempts }], bed.context()))[0]
  t.match(await decide(Date.now() - 60_000), {
    unknown: /is a guest since then, invited by this run or by somebody else/,
  })
  t.match(await decide(Date.now() + 60_000), { unknown: /somebody else invited/ })
  const { id } = verdicts[0] as { readonly id: string }
  await bed.send({ method: 'DELETE', url: `/users/${id}` })
  t.match(await decide(0), { unknown: new RegExp(`guest ${id}.* was deleted`) })
  await bed.send({ method: 'DELETE', url: `/directory/deletedItems/${id}` })
  t.equal(await decide(0), 'not-done')
  t.match(await decide(0, 10), { unknown: /nobody has the address/ })
  const member = { value: inviteUser.accept(person(String(bed.member['mail'])), draw), before: { existed: false } }
  t.match(await inviteUser.decide([lostRow(member)], bed.context()), [{ outcome: 'failed', code: 'USER_EXISTS' }])
})

t.test('what undoes it deletes the guest, unless the guest has accepted', async t => {
  const row = inviteUser.accept(person(ann), draw)
  t.strictSame(inviteUser.inverse!(row, { existed: false }, 'id-1'), {
    kind: 'delete-user',
    value: { user: 'id-1' },
    expected: { externalUserState: 'PendingAcceptance' },
  })
  t.equal(inviteUser.inverse!(row, { existed: false }, undefined), undefined)
})
