import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Ready } from '../../src/core/operation.ts'
import type { Link, LinkBefore } from '../../src/operations/links/link.ts'
import { addMember } from '../../src/operations/add-member.ts'
import { keeps } from '../contracts/keeps.ts'
import { linkBed, nobody } from './link-bed.ts'
import { lostRow, operations, refusal } from './operation-bed.ts'

type Row = Ready<Link, LinkBefore>

const bed = await linkBed(t)
const { groups, context, change, send } = bed
const group = groups.security.id
const name = groups.security.displayName
const [inside] = (await bed.linkedTo(group)) as [string]
const people = await bed.outside(group)
const take = (count: number): readonly string[] => (people as string[]).splice(0, count)
const linkOf = (member: string, of = group) => ({ group: of, member })

t.test('add-member keeps the contract of an operation', t =>
  keeps(
    t,
    operationContract({
      operation: addMember,
      operations,
      context,
      rows: [...take(23).map(member => linkOf(member)), linkOf(inside), linkOf(nobody)],
      invalid: [{ group }, { member: 'ann@contoso.com' }, { group, member: ' ' }, { group, member: 'a', role: 'x' }],
    }),
  ),
)

t.test('a row that is not sent says why', async t => {
  const [user] = take(1) as [string]
  const device = (await bed.list('/devices?$select=id&$top=1'))[0]!.id
  const looked = await addMember.look(
    [
      linkOf(user),
      linkOf(inside),
      linkOf(nobody),
      linkOf(user, nobody),
      linkOf(user, groups.dynamic.id),
      linkOf(user, groups.synced.id),
      linkOf(user, groups.distribution.id),
      linkOf(device, groups.unified.id),
      linkOf(group),
    ],
    context(),
  )
  t.strictSame(looked, [
    { send: { linked: false } },
    { outcome: 'unchanged', id: inside, message: `Already a member of ${name}.` },
    {
      outcome: 'failed',
      code: 'OBJECT_NOT_FOUND',
      message: `No object has the id ${nobody}.`,
      fix: 'Correct the id. The object may have been deleted.',
    },
    {
      outcome: 'failed',
      code: 'GROUP_UNKNOWN',
      message: `No group has the id ${nobody}.`,
      fix: 'Correct the group. It may have been deleted.',
    },
    {
      outcome: 'failed',
      code: 'GROUP_DYNAMIC',
      message: `${groups.dynamic.displayName} is a dynamic group: its members follow from its rule.`,
      fix: 'Change the rule of the group, or the properties of the object.',
    },
    {
      outcome: 'failed',
      code: 'ON_PREMISES',
      message: `${groups.synced.displayName} is synchronized from Active Directory, which masters its members.`,
      fix: 'Change the group in Active Directory. The next synchronization brings the change here.',
    },
    {
      outcome: 'failed',
      code: 'GROUP_OF_EXCHANGE',
      message: `${groups.distribution.displayName} is a distribution list or a mail-enabled security group, which Graph cannot change.`,
      fix: 'Change the group in Exchange.',
    },
    {
      outcome: 'failed',
      code: 'TYPE_NOT_ALLOWED',
      message: 'The object is of type device, which cannot be a member of a Microsoft 365 group.',
      fix: 'Use an object of one of these types: user.',
    },
    {
      outcome: 'failed',
      code: 'TYPE_NOT_ALLOWED',
      message: 'A group cannot be a member of itself.',
      fix: 'Remove the row.',
    },
  ])
})

t.test('twenty members are added by one request, and a second run of the rows sends nothing', async t => {
  const rows = take(20).map(member => linkOf(member))
  const { verdicts } = await change(addMember, rows)
  t.strictSame(
    verdicts,
    rows.map(({ member }) => ({ outcome: 'done', id: member })),
  )
  const inGroup = new Set(await bed.linkedTo(group))
  t.ok(rows.every(({ member }) => inGroup.has(member)))
  const again = await change(addMember, rows)
  t.strictSame(again.ready, [])
  t.ok(again.looked.every(each => 'outcome' in each && each.outcome === 'unchanged'))
})

t.test('one member who was added meanwhile sinks the request, and halves of it find that one', async t => {
  const rows = take(4).map(member => ({ value: linkOf(member), before: { linked: false } }))
  await send(addMember.request(rows.slice(2, 3)))
  const all = await send(addMember.request(rows))
  t.equal(all.status, 400)
  t.strictSame(addMember.settle(rows, all), ['contested', 'contested', 'contested', 'contested'])
  const one = await send(addMember.request(rows.slice(2, 3)))
  t.strictSame(addMember.settle(rows.slice(2, 3), one), [
    { outcome: 'unchanged', id: rows[2]!.value.member, message: 'The link exists: somebody else added it.' },
  ])
  t.strictSame(addMember.settle([{ ...rows[2]!, lost: true }], one), ['undecided'])
})

t.test('a missing member is named by the reply, so that the others are sent again without it', async t => {
  const rows = [...take(2), nobody].map(member => ({ value: linkOf(member), before: { linked: false } }))
  const reply = await send(addMember.request(rows))
  t.equal(reply.status, 404)
  t.strictSame(addMember.settle(rows, reply), ['apart', 'apart', 'later'])
})

t.test('a missing group makes all rows wait, and a refusal of the whole group fails all', t => {
  const rows = take(2).map(member => ({ value: linkOf(member), before: { linked: false } }))
  t.strictSame(
    addMember.settle(
      rows,
      refusal(
        404,
        'Request_ResourceNotFound',
        `Resource '${group}' does not exist or one of its queried reference-property objects are not present.`,
      ),
    ),
    ['later', 'later'],
  )
  const failed = {
    outcome: 'failed',
    status: 400,
    code: 'Request_BadRequest',
    message:
      'The group is a distribution list or a mail-enabled security group, which Graph cannot change. Graph: Cannot Update a mail-enabled security groups and or distribution list.',
    fix: 'Change the group in Exchange.',
    requestId: 'r1',
  }
  t.strictSame(
    addMember.settle(
      rows,
      refusal(400, 'Request_BadRequest', 'Cannot Update a mail-enabled security groups and or distribution list.'),
    ),
    [failed, failed],
  )
  t.strictSame(
    addMember.settle(rows, refusal(400, 'Request_BadRequest', 'A resource cannot contain more than 20 link changes.')),
    ['apart', 'apart'],
  )
  t.end()
})

const seen = (member: string) => ({
  outcome: 'done' as const,
  id: member,
  code: 'SeenAfterLostReply',
  message: 'The reply was lost. The directory is as the change leaves it.',
})

t.test('after a lost reply the plain list decides, and most links of a request tell of the others', async t => {
  const [there, ...absent] = take(8).map(member => ({
    value: linkOf(member),
    before: { linked: false },
  })) as unknown as [Row, ...Row[]]
  await send(addMember.request([there]))
  const { member } = there.value
  const decide = (rows: readonly Row[], more: object = {}) =>
    addMember.decide(
      rows.map(row => ({ ...lostRow(row, 0, 'r'), ...more })),
      context(),
    )
  t.strictSame(await addMember.decide([lostRow(there), lostRow(absent[0]!)], context()), [seen(member), 'not-done'])
  const unknown = {
    unknown:
      'No reply came, and 1 of the 2 links of the request are as wanted: somebody else changed some of them at the same time.',
  }
  t.strictSame(await decide([there, absent[0]!]), [unknown, unknown], 'a half tells nothing')
  t.strictSame(await decide([there, ...absent.slice(0, 3)]), [
    {
      outcome: 'unchanged',
      id: member,
      message: 'Somebody else made this change: the request was not performed, as the other links show.',
    },
    ...absent.slice(0, 3).map(() => 'not-done'),
  ])
  await send(addMember.request(absent.slice(0, 4)))
  const rows = [there, ...absent.slice(0, 5)]
  t.strictSame(
    await decide(rows),
    rows.map(({ value }) => seen(value.member)),
    'somebody else removed one since',
  )
  t.strictSame(await decide([there], { contested: true }), [
    {
      unknown:
        'No reply came. The directory shows the change, but somebody else makes the same changes at the same time, so it is not known who made this one.',
    },
  ])
  t.match(await decide([there], { unwitnessed: 'stopped' }), [{ unknown: /The run stopped before the reply came/ }])
  t.match(await decide([there], { unwitnessed: 'repeated' }), [{ unknown: /did not show, and it was sent again/ }])
  t.strictSame(
    await decide(rows, { unwitnessed: 'stopped', contested: true }),
    rows.map(({ value }) => seen(value.member)),
    'links of one request witness it',
  )
})

t.test('the undo of an addition removes the link, if it is still there', t => {
  t.strictSame(addMember.inverse!(linkOf(inside), { linked: false }, inside), {
    kind: 'remove-member',
    value: linkOf(inside),
    expected: { linked: true },
  })
  t.end()
})

t.test('without Directory.Read.All, ids are looked up one by one', async t => {
  const [user] = take(1) as [string]
  const narrow = await bed.contextWith(['User.Read.All', 'GroupMember.Read.All'])
  t.strictSame(
    (await addMember.look([linkOf(user), linkOf(inside), linkOf(nobody)], narrow)).map(each =>
      'send' in each ? each.send : each.outcome,
    ),
    [{ linked: false }, 'unchanged', { linked: false }],
    'what may be a device cannot be told to be missing',
  )
})
