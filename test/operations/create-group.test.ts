import t from 'tap'
import type { Values } from '../../src/core/operation.ts'
import { createGroup } from '../../src/operations/create-group.ts'
import { draw, lostRow, operationBed } from './operation-bed.ts'

const bed = await operationBed(t)
const accept = (values: Values) => createGroup.accept(values, draw)
const hourMs = 3_600_000

t.test('a lost group that somebody deleted since is unknown, and is not created again', async t => {
  const value = accept({ displayName: 'Lost', mailNickname: 'Lost.Team', groupTypes: ['Unified'] })
  const row = lostRow({ value, before: { existed: false } }, Date.now() - hourMs)
  t.strictSame(await createGroup.decide([row], bed.context()), ['not-done'])
  const { id } = (await bed.send(createGroup.request([row]))).body as { readonly id: string }
  t.match(await createGroup.decide([row], bed.context()), [{ outcome: 'done', id, code: 'AdoptedAfterLostReply' }])
  await bed.send({ method: 'DELETE', url: `/groups/${id}` })
  t.strictSame(await createGroup.decide([row], bed.context()), [
    { unknown: `No reply came, and then the group ${id}, which has the mail nickname Lost.Team, was deleted.` },
  ])
  const later = lostRow({ value, before: { existed: false } }, Date.now() + hourMs)
  t.strictSame(await createGroup.decide([later], bed.context()), ['not-done'], 'it was deleted before the attempt')
})

t.test('the rule of a new dynamic group is processed, unless the row pauses it', async t => {
  const dynamic = { displayName: 'D', groupTypes: ['DynamicMembership'], membershipRule: 'user.city -eq "Oslo"' }
  const stateOf = (values: Values) => accept(values).properties['membershipRuleProcessingState']
  t.equal(stateOf(dynamic), 'On')
  t.equal(stateOf({ ...dynamic, membershipRuleProcessingState: 'Paused' }), 'Paused')
  t.equal(stateOf({ displayName: 'A' }), undefined)
  const { verdicts } = await bed.change(createGroup, [dynamic])
  t.match(verdicts, [{ outcome: 'done' }])
  t.throws(() => accept({ ...dynamic, membershipRule: null }), { message: /membershipRule is missing/ })
  t.throws(() => accept({ ...dynamic, groupTypes: ['Unified'] }), {
    code: 'ROW_INVALID',
    facts: { column: 'groupTypes' },
    fix: 'Write Unified;DynamicMembership to groupTypes, or remove the rule.',
  })
})
