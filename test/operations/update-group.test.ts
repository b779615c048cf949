import t from 'tap'
import type { Values } from '../../src/core/operation.ts'
import { updateGroup } from '../../src/operations/update-group.ts'
import { draw, operationBed } from './operation-bed.ts'

const bed = await operationBed(t)
const rule = 'user.city -eq "Oslo"'

t.test('the rule of a group that becomes dynamic is processed, and one that is paused stays so', async t => {
  const body = { displayName: 'Turns', mailNickname: 'turns', mailEnabled: false, securityEnabled: true }
  const { id } = (await bed.send({ method: 'POST', url: '/groups', body })).body as { readonly id: string }
  const state = async () =>
    ((await bed.send({ method: 'GET', url: `/groups/${id}` })).body as Values)['membershipRuleProcessingState']
  const dynamic = { group: id, groupTypes: ['DynamicMembership'], membershipRule: rule }
  const { ready, verdicts } = await bed.change(updateGroup, [dynamic])
  t.match(verdicts, [{ outcome: 'done' }])
  t.equal(await state(), 'On')
  const [{ value, before }] = ready as [{ value: Values; before: Values }]
  t.ok(updateGroup.irreversible!(value, before))
  t.match((await bed.change(updateGroup, [dynamic])).looked, [{ outcome: 'unchanged' }])

  await bed.change(updateGroup, [{ group: id, membershipRuleProcessingState: 'Paused' }])
  t.match((await bed.change(updateGroup, [dynamic])).looked, [{ outcome: 'unchanged' }])
  t.equal(await state(), 'Paused')

  const assigned = await bed.change(updateGroup, [{ group: id, groupTypes: [] }])
  t.match(assigned.verdicts, [{ outcome: 'done' }])
  const paused = updateGroup.accept({ ...dynamic, membershipRuleProcessingState: 'Paused' }, draw)
  const [looked] = await updateGroup.look([paused], bed.context())
  t.strictSame(updateGroup.request([{ value: paused, before: (looked as { send: Values }).send }]).body, {
    groupTypes: ['DynamicMembership'],
  })
})
