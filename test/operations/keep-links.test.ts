import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import { keepMember } from '../../src/operations/keep-member.ts'
import { keepOwner } from '../../src/operations/keep-owner.ts'
import { keeps } from '../contracts/keeps.ts'
import { linkBed, nobody } from './link-bed.ts'
import { operations } from './operation-bed.ts'

const bed = await linkBed(t)
const { groups, context, change } = bed
const group = groups.security.id
const [inside] = (await bed.linkedTo(group)) as [string]
const [outside] = (await bed.outside(group)) as [string]
const rows = [inside, outside, nobody].map(member => ({ group, member }))

for (const operation of [keepMember, keepOwner])
  t.test(`${operation.kind} keeps the contract of an operation`, t =>
    keeps(
      t,
      operationContract({
        operation,
        operations,
        context,
        rows,
        sends: false,
        invalid: [{ group }, { member: outside }],
      }),
    ),
  )

t.test('a member stays, who is none is not added, and an object that does not exist fails', async t => {
  const before = await bed.linkedTo(group)
  const { looked, verdicts } = await change(keepMember, rows)
  t.match(looked, [
    { outcome: 'unchanged', id: inside, message: /^Already a member of / },
    { outcome: 'unchanged', id: outside, message: 'Is not a member, and this sync adds nobody.' },
    { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  ])
  t.strictSame(verdicts, [])
  t.strictSame(await bed.linkedTo(group), before)
})
