import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import { addMember } from '../../src/operations/add-member.ts'
import { removeMember } from '../../src/operations/remove-member.ts'
import { keeps } from '../contracts/keeps.ts'
import { linkBed, nobody } from './link-bed.ts'
import { lostRow, operations, refusal } from './operation-bed.ts'

const bed = await linkBed(t)
const { groups, context, change, send } = bed
const group = groups.security.id
const members = await bed.linkedTo(group)
const [outside] = (await bed.outside(group)) as [string]
const linkOf = (member: string) => ({ group, member })

t.test('remove-member keeps the contract of an operation', t =>
  keeps(
    t,
    operationContract({
      operation: removeMember,
      operations,
      context,
      rows: [...members.slice(0, 3), outside, nobody].map(linkOf),
      invalid: [{ group }, { member: outside }],
    }),
  ),
)

t.test('a member is removed and stays an object, and who is no member is unchanged', async t => {
  const [member] = members as [string]
  const { verdicts, ready } = await change(removeMember, [linkOf(member)])
  t.strictSame(verdicts, [{ outcome: 'done', id: member }])
  t.equal(removeMember.request(ready as never).url, `/groups/${group}/members/${member}/$ref`)
  t.notOk((await bed.linkedTo(group)).includes(member))
  const object = await send({ method: 'GET', url: `/directoryObjects/${member}?$select=id` })
  t.equal(object.status, 200)
  t.strictSame(await removeMember.look([linkOf(member)], context()), [
    { outcome: 'unchanged', id: member, message: `Not a member of ${groups.security.displayName}.` },
  ])
})

t.test('a member who is not shown waits for the lag, and after a lost attempt the list decides', async t => {
  const row = { value: linkOf(outside), before: { linked: true } }
  const missing = await send(removeMember.request([row]))
  t.equal(missing.status, 404)
  t.strictSame(removeMember.settle([row], missing), ['later'])
  t.strictSame(removeMember.settle([{ ...row, lost: true }], missing), ['undecided'])
  const stays = { value: linkOf(members[1]!), before: { linked: true } }
  t.strictSame(await removeMember.decide([lostRow(row), lostRow(stays)], context()), [
    {
      outcome: 'done',
      id: outside,
      code: 'SeenAfterLostReply',
      message: 'The reply was lost. The directory is as the change leaves it.',
    },
    'not-done',
  ])
})

t.test('a service principal, which the plain list omits, is found among its own groups', async t => {
  const [principal] = await bed.list('/servicePrincipals?$select=id&$top=1')
  const writer = await bed.writerWith(['Directory.Read.All', 'Group.ReadWrite.All', 'Application.ReadWrite.All'])
  const link = [{ value: linkOf(principal!.id), before: { linked: false } }]
  t.equal((await writer.attempt(addMember.request(link))).status, 204)
  t.notOk((await bed.linkedTo(group)).includes(principal!.id))
  t.strictSame(await removeMember.look([linkOf(principal!.id)], context()), [{ send: { linked: true }, notable: [] }])
  t.strictSame(await addMember.look([linkOf(principal!.id)], context()), [
    { outcome: 'unchanged', id: principal!.id, message: `Already a member of ${groups.security.displayName}.` },
  ])
  t.equal((await writer.attempt(removeMember.request([{ ...link[0]!, before: { linked: true } }]))).status, 204)
  t.strictSame(await removeMember.look([linkOf(principal!.id)], context()), [
    { outcome: 'unchanged', id: principal!.id, message: `Not a member of ${groups.security.displayName}.` },
  ])
})

t.test('a removal counts as such, and its undo adds the link', t => {
  t.equal(removeMember.removal!(linkOf(outside), { linked: true }), 'remove')
  t.strictSame(removeMember.inverse!(linkOf(outside), { linked: true }, outside), {
    kind: 'add-member',
    value: linkOf(outside),
    expected: { linked: false },
  })
  const denied = refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
  t.match(removeMember.settle([{ value: linkOf(outside), before: { linked: true } }], denied), [
    { outcome: 'failed', status: 403, code: 'Authorization_RequestDenied', fix: /entrapipe permissions/ },
  ])
  t.end()
})
