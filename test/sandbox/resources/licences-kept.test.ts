import t from 'tap'
import type { Loose } from './ask.ts'
import { add, licenceBed, sku } from './licence-bed.ts'

const later = 2_000
const day = 86_400_000

t.test('a deleted user holds its licences for 30 days, and has them again when it is restored', async t => {
  const { assign, user, send, consumed, held, clock, directory } = licenceBed(t)
  const [one, two] = [user(), user()]
  for (const id of [one, two]) await assign(id, [add('SPE_E3')])
  for (const id of [one, two]) t.equal((await send('DELETE', `/users/${id}`)).status, 204)
  t.equal(consumed('SPE_E3'), 2)
  await send('POST', `/directory/deletedItems/${one}/restore`)
  t.strictSame(await held(one), ['SPE_E3'])
  t.equal(consumed('SPE_E3'), 2)
  clock.move(31 * day)
  const shown = (await send('GET', '/subscribedSkus')).body.value.find((each: Loose) => each.skuPartNumber === 'SPE_E3')
  t.equal(shown.consumedUnits, 1)
  await send('DELETE', `/users/${one}`)
  t.equal(consumed('SPE_E3'), 1)
  directory.commit([{ do: 'purge', kind: 'user', id: one }], { request: 'control' })
  t.equal(consumed('SPE_E3'), 0)
})

t.test('where deletion frees licences, a restored user takes those that have a unit left', async t => {
  const { assign, user, send, consumed, held, states, clock, group, assignGroup, member } = licenceBed(t, {
    deletedLicences: 'freed',
  })
  const [one, two, licensed] = [user(), user(), group()]
  await assign(one, [add('POWER_BI_PRO'), add('FLOW_FREE')])
  await assignGroup(licensed, [add('SPE_E3')])
  member('link', licensed, one)
  clock.move(later)
  t.strictSame(await held(one), ['POWER_BI_PRO', 'FLOW_FREE', 'SPE_E3'])
  await send('DELETE', `/users/${one}`)
  t.strictSame(['POWER_BI_PRO', 'FLOW_FREE', 'SPE_E3'].map(consumed), [0, 0, 0])
  const bin = await send('GET', `/directory/deletedItems/${one}/microsoft.graph.user?$select=assignedLicenses`)
  t.strictSame(bin.body.assignedLicenses, [])
  for (const id of [two, user()]) await assign(id, [add('POWER_BI_PRO')])
  await send('POST', `/directory/deletedItems/${one}/restore`)
  t.strictSame(await held(one), ['FLOW_FREE'])
  clock.move(later)
  t.strictSame(await states(one), ['FLOW_FREE direct Active None', 'SPE_E3 group Active None'])
  t.strictSame(['POWER_BI_PRO', 'FLOW_FREE', 'SPE_E3'].map(consumed), [2, 1, 1])
})

t.test('the ledger of truth has who gave which licence, from when and until when', async t => {
  const { assign, assignGroup, group, user, member, truth, clock, states, send, directory } = licenceBed(t)
  const [one, licensed] = [user(), group()]
  await assign(one, [add('SPE_E3', 'SWAY')])
  clock.move(60_000)
  await assign(one, [add('SPE_E3')])
  clock.move(60_000)
  await assign(one, [add('SPE_E5')], ['SPE_E3'])
  await assignGroup(licensed, [add('POWER_BI_PRO')])
  member('link', licensed, one, 'the link')
  clock.move(later)
  await states(one)
  const at = (minute: string): string => `2026-06-01T00:0${minute}Z`
  const lines = truth(one).map(({ sku: id, by, from, until, request, disabledPlans }) => [
    directory.licences.sku(id)!.skuPartNumber,
    by === licensed ? 'group' : by,
    disabledPlans.length,
    from,
    until,
    request,
  ])
  t.strictSame(lines, [
    ['SPE_E3', 'direct', 1, at('0:00'), at('1:00'), ''],
    ['SPE_E3', 'direct', 0, at('1:00'), at('2:00'), ''],
    ['SPE_E5', 'direct', 0, at('2:00'), null, ''],
    ['POWER_BI_PRO', 'group', 0, at('2:02'), null, 'the link'],
  ])
  t.strictSame(truth(), truth(one))
  await send('DELETE', `/users/${one}`)
  directory.commit([{ do: 'purge', kind: 'user', id: one }], { request: 'purge' })
  t.strictSame(
    truth(one).map(({ until, untilRequest }) => [until, untilRequest]),
    [
      [at('1:00'), ''],
      [at('2:00'), ''],
      [at('2:02'), 'purge'],
      [at('2:02'), 'purge'],
    ],
  )
})

t.test('licences from the start are in the ledger of truth of a user, and in that of all once they change', async t => {
  const { directory, assign, truth } = licenceBed(t, {
    licences: { skus: [{ sku: 'SPE_E3', direct: 1, enabled: 500 }] },
  })
  const users = directory.collection('user')
  const where = (one: Loose) => one.assignedLicenses.length > 0
  const [id] = users.slice({ order: 'default', view: 'direct', where }, 1, ['id']).ids
  t.match(truth(id), [{ user: id, sku: sku('SPE_E3'), by: 'direct', until: null, request: null, client: null }])
  t.strictSame(truth(), [])
  t.equal((await assign(id!, [], ['SPE_E3'])).status, 200)
  t.match(truth(), [{ user: id, until: '2026-06-01T00:00:00Z' }])
})

t.test('everything is the same after the sandbox was killed, and after it was closed', async t => {
  const bed = licenceBed(t)
  const { assign, assignGroup, group, user, member, send, states, clock } = bed
  const ids = Array.from({ length: 8 }, () => user())
  const [licensed, gone] = [group(), group()]
  await assign(ids[0]!, [add('SPE_F1')])
  await assign(ids[1]!, [add('SPE_E3', 'SWAY')])
  bed.directory.licences.buy('SPE_E3', { enabled: 5, warning: 1 })
  bed.directory.licences.buy('VISIOCLIENT', { enabled: 3 })
  await assignGroup(licensed, [add('SPE_E3'), add('FLOW_FREE')])
  await assignGroup(gone, [add('SPE_E3')])
  for (const id of ids.slice(0, 6)) member('link', licensed, id, 'a link')
  member('link', gone, ids[7]!)
  clock.move(later)
  await states(ids[0]!)
  await assign(ids[7]!, [add('MCOMEETADV')])
  await assignGroup(gone, [], ['SPE_E3'])
  await send('DELETE', `/groups/${gone}`)
  clock.move(later)
  await states(ids[7]!)
  await send('POST', `/users/${ids[0]}/reprocessLicenseAssignment`)
  await send('DELETE', `/users/${ids[2]}`)
  member('unlink', licensed, ids[3]!)
  member('link', licensed, ids[6]!)
  const seen = async () => ({
    states: await Promise.all(ids.filter(id => id !== ids[2]).map(states)),
    truth: bed.truth(),
    skus: bed.directory.subscribedSkus,
    generation: bed.directory.generation,
    group: (
      await send2(`/groups/${licensed}?$select=licenseProcessingState,hasMembersWithLicenseErrors,assignedLicenses`)
    ).body,
    errors: (await send2(`/groups/${licensed}/membersWithLicenseErrors?$select=id`)).body.value,
  })
  const send2 = (url: string) => bed.send('GET', url)
  const before = await seen()
  t.equal(before.group.hasMembersWithLicenseErrors, true)
  bed.restart()
  t.strictSame(await seen(), before)
  clock.move(later)
  const after = await seen()
  t.notSame(after, before, 'what was due is processed')
  bed.restart('close')
  t.strictSame(await seen(), after)
})
