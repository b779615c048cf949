import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import { addOwner } from '../../src/operations/add-owner.ts'
import { removeOwner } from '../../src/operations/remove-owner.ts'
import { keeps } from '../contracts/keeps.ts'
import { linkBed } from './link-bed.ts'
import { operations, refusal } from './operation-bed.ts'

const bed = await linkBed(t)
const { groups, context, change } = bed
const group = groups.security.id
const people = await bed.outside(group, 'owners')
const linkOf = (member: string) => ({ group, member })
await change(addOwner, people.slice(0, 4).map(linkOf))

t.test('remove-owner keeps the contract of an operation', t =>
  keeps(
    t,
    operationContract({
      operation: removeOwner,
      operations,
      context,
      rows: people.slice(0, 6).map(linkOf),
      invalid: [{ member: people[0]! }],
    }),
  ),
)

t.test('an owner is removed', async t => {
  const [owner] = people as [string]
  t.strictSame((await change(removeOwner, [linkOf(owner)])).verdicts, [{ outcome: 'done', id: owner }])
  t.notOk((await bed.linkedTo(group, 'owners')).includes(owner))
})

t.test('the last owner stays, with what to do', t => {
  const reply = refusal(
    400,
    'Request_BadRequest',
    'The group must have at least one owner, hence this owner cannot be removed.',
  )
  t.strictSame(removeOwner.settle([{ value: linkOf(people[0]!), before: { linked: true } }], reply), [
    {
      outcome: 'failed',
      status: 400,
      code: 'Request_BadRequest',
      message: 'The group must have at least one owner, hence this owner cannot be removed.',
      fix: 'Add another owner first.',
      requestId: 'r1',
    },
  ])
  t.end()
})

t.test('the undo of a removal adds the owner', t => {
  t.equal(removeOwner.inverse!(linkOf(people[0]!), { linked: true }, people[0])?.kind, 'add-owner')
  t.end()
})
