import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import { addOwner } from '../../src/operations/add-owner.ts'
import { keeps } from '../contracts/keeps.ts'
import { linkBed, nobody } from './link-bed.ts'
import { operations } from './operation-bed.ts'

const bed = await linkBed(t)
const { groups, context, change } = bed
const group = groups.security.id
const people = await bed.outside(group, 'owners')
const linkOf = (member: string, of = group) => ({ group: of, member })

t.test('add-owner keeps the contract of an operation', t =>
  keeps(
    t,
    operationContract({
      operation: addOwner,
      operations,
      context,
      rows: [...people.slice(0, 3), nobody].map(each => linkOf(each)),
      invalid: [{ group }, { group, owner: people[0]! }],
    }),
  ),
)

t.test('owners are added by one request, and an owner is unchanged', async t => {
  const rows = people.slice(0, 3).map(each => linkOf(each))
  t.strictSame(
    (await change(addOwner, rows)).verdicts,
    rows.map(({ member }) => ({ outcome: 'done', id: member })),
  )
  t.ok(rows.every(({ member }) => people.includes(member)))
  t.strictSame(await addOwner.look(rows.slice(0, 1), context()), [
    { outcome: 'unchanged', id: rows[0]!.member, message: `Already an owner of ${groups.security.displayName}.` },
  ])
})

t.test('a device cannot own a group, and a dynamic group has owners', async t => {
  const [device] = await bed.list('/devices?$select=id&$top=1')
  const [refused, open] = await addOwner.look(
    [linkOf(device!.id), linkOf(people.at(-1)!, groups.dynamic.id)],
    context(),
  )
  t.strictSame(refused, {
    outcome: 'failed',
    code: 'TYPE_NOT_ALLOWED',
    message: 'The object is of type device, which cannot be an owner of a group.',
    fix: 'Use an object of one of these types: user, servicePrincipal.',
  })
  t.strictSame(open, { send: { linked: false } })
})

t.test('the undo of an addition removes the owner', t => {
  t.equal(addOwner.inverse!(linkOf(people[0]!), { linked: false }, people[0])?.kind, 'remove-owner')
  t.end()
})
