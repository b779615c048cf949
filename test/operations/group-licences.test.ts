import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import { assignGroupLicense } from '../../src/operations/assign-group-license.ts'
import { detachLicense } from '../../src/operations/detach-license.ts'
import { inheritLicense } from '../../src/operations/inherit-license.ts'
import { removeGroupLicense } from '../../src/operations/remove-group-license.ts'
import { reprocessLicense } from '../../src/operations/reprocess-license.ts'
import { keeps } from '../contracts/keeps.ts'
import { skuOf } from '../licensing/products.ts'
import { nobody } from './link-bed.ts'
import { draw, lostRow, operationBed, operations, refusal } from './operation-bed.ts'

type Id = Values & { readonly id: string }

const bed = await operationBed(t, {
  licences: {
    skus: [
      { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
      { sku: 'SPE_E3', enabled: 100 },
      { sku: 'POWER_BI_PRO', enabled: 100 },
      { sku: 'VISIOCLIENT', enabled: 0 },
    ],
  },
})
await bed.control('PUT', '/knobs', { groupLicensingMs: 0, groupLicensingPerSecond: 0 })
const { list, change, context } = bed
const users = (await list<Id>('/users?$select=id,usageLocation&$top=300'))
  .filter(({ usageLocation }) => usageLocation !== null)
  .map(({ id }) => id)
const [e3, bi, visio] = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO'), skuOf('VISIOCLIENT')]
const [sway, teams] = [planIdOf('SWAY'), planIdOf('TEAMS1')]
const [assign, remove] = [assignGroupLicense as never, removeGroupLicense as never]
const [inherit, detach] = [inheritLicense as never, detachLicense as never]
let nth = 0

const newGroup = async (members: readonly string[], values: Values = {}): Promise<string> => {
  const { body } = await bed.send({
    method: 'POST',
    url: '/groups',
    body: {
      displayName: `Licensed ${++nth}`,
      mailNickname: `licensed${nth}`,
      mailEnabled: false,
      securityEnabled: true,
      ...values,
    },
  })
  const { id } = body as Id
  for (const member of members)
    await bed.send({
      method: 'POST',
      url: `/groups/${id}/members/$ref`,
      body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}` },
    })
  return id
}
const post = (url: string, skuId: string, disabledPlans: readonly string[] = []) =>
  bed.send({ method: 'POST', url, body: { addLicenses: [{ skuId, disabledPlans }], removeLicenses: [] } })
const statesOf = (user: string) => bed.send({ method: 'GET', url: `/users/${user}?$select=licenseAssignmentStates` })

t.test('operations on licences of groups keep the contract of an operation', async t => {
  const [one, other] = [await newGroup(users.slice(0, 2)), await newGroup([])]
  const rows = [one, other, nobody].map(group => ({ group, sku: e3, disabledPlans: [sway] }))
  const invalid = [
    { group: nobody },
    { sku: e3 },
    { group: nobody, sku: e3, colour: 'red' },
    { group: nobody, sku: e3, disabledPlans: [sway], onlyPlans: [sway] },
  ]
  await keeps(t, operationContract({ operation: assign, operations, context, rows, invalid }))
  for (const group of [one, other]) await post(`/groups/${group}/assignLicense`, e3)
  const held = [one, other, nobody].map(group => ({ group, sku: e3 }))
  await keeps(
    t,
    operationContract({ operation: remove, operations, context, rows: held, invalid: invalid.slice(0, 3) }),
  )
  const named = assignGroupLicense.accept({ group: one, sku: 'Microsoft 365 E3', onlyPlans: ['TEAMS1'] }, draw)
  const [completed] = (await assignGroupLicense.completed!([named], context())) as readonly { readonly value: Values }[]
  t.equal(completed!.value['sku'], e3)
  t.notOk((completed!.value['disabledPlans'] as readonly string[]).includes(teams))
})

t.test('operations on the licences of members keep the contract of an operation', async t => {
  const members = users.slice(2, 4)
  const group = await newGroup(members)
  await post(`/groups/${group}/assignLicense`, e3)
  for (const user of members) await statesOf(user)
  const rows = [...members, nobody].map(user => ({ user, sku: e3, group }))
  const invalid = [
    { user: nobody, sku: e3 },
    { user: nobody, sku: e3, group: 'Sales' },
    { sku: e3, group },
  ]
  await keeps(t, operationContract({ operation: detach, operations, context, rows, invalid }))
  for (const user of members) await post(`/users/${user}/assignLicense`, e3)
  await keeps(t, operationContract({ operation: inherit, operations, context, rows, invalid }))
  const wrong = users.slice(4, 6)
  const failing = await newGroup(wrong)
  await post(`/groups/${failing}/assignLicense`, visio)
  for (const user of wrong) await statesOf(user)
  await keeps(
    t,
    operationContract({
      operation: reprocessLicense as never,
      operations,
      context,
      rows: [...wrong, nobody].map(user => ({ user, group: failing })),
      invalid: [{}, { user: nobody, group: 'Sales' }, { user: nobody, skus: ['SPE_E3'] }],
    }),
  )
})

t.test(
  'a user who was processed again is done once no error is left, and pending while one is from before',
  async t => {
    const [user] = users as [string]
    const value = reprocessLicense.accept({ user }, draw)
    const decided = async (errors: readonly string[], answered: true | 'refused' | undefined) => {
      const own = context()
      const body = {
        id: user,
        assignedLicenses: [],
        licenseAssignmentStates: errors.map((lastUpdatedDateTime, at) => ({
          ...{ skuId: visio, assignedByGroup: `g${at}`, disabledPlans: [], state: 'Error', error: 'CountViolation' },
          lastUpdatedDateTime,
        })),
      }
      const graph = { ...own.graph, batch: async () => [{ status: 200, headers: {}, body, attempts: 1 }] }
      const row = lostRow({ value, before: {} }, Date.UTC(2026, 0, 1, 12))
      return reprocessLicense.decide([{ ...row, ...(answered && { answered }) }], { ...own, graph: graph as never })
    }
    const [before, after] = ['2026-01-01T11:00:00Z', '2026-01-01T12:00:01Z']
    t.match(reprocessLicense.settle([{ value, before: {} }], { status: 200, headers: {}, body: {}, attempts: 1 }), [
      'undecided',
    ])
    t.match(await decided([], true), [{ outcome: 'done' }])
    t.match(await decided([after, before], true), [
      { wait: /still had the error from before \(CountViolation of Visio/ },
    ])
    t.match(await decided([after], true), [{ outcome: 'failed', code: 'CountViolation' }])
    t.match(await decided([before], 'refused'), [{ outcome: 'failed', code: 'CountViolation' }])
    t.match(await decided([before], undefined), ['not-done'])
  },
)

t.test('products of a group go in one request, and a refusal is about the group', async t => {
  const group = await newGroup([])
  const { ready, verdicts } = await change(assign, [
    { group, sku: e3, disabledPlans: [sway] },
    { group, sku: bi },
  ])
  t.match(assignGroupLicense.request(ready as never), {
    method: 'POST',
    url: `/groups/${group}/assignLicense`,
    body: { addLicenses: [{ skuId: e3, disabledPlans: [sway] }, { skuId: bi }], removeLicenses: [] },
  })
  t.match(verdicts, [
    { outcome: 'done', id: group },
    { outcome: 'done', id: group },
  ])
  const message = `License assignment failed because service plan ${teams} depends on the service plan(s) ${sway}`
  t.match(assignGroupLicense.settle([ready[0]!] as never, refusal(400, 'Request_BadRequest', message)), [
    { outcome: 'failed', code: 'PLAN_LACKING', id: group, message: /^The group would assign TEAMS1 without SWAY/ },
  ])
  const again = await change(assign, [{ group, sku: e3 }])
  t.match(again.looked, [{ outcome: 'unchanged', message: /already assigns .*, without SWAY/ }])
})

t.test('a lost reply is decided by what the group assigns', async t => {
  const group = await newGroup([])
  const { ready } = await change(assign, [{ group, sku: e3, disabledPlans: [sway] }])
  const rows = ready.map(row => lostRow(row, 0, 'r1')) as never[]
  t.match(await assignGroupLicense.decide(rows, context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  await post(`/groups/${group}/assignLicense`, e3, [teams])
  t.match(await assignGroupLicense.decide(rows, context()), [{ unknown: /somebody else changed this product/ }])
  await change(remove, [{ group, sku: e3 }])
  t.strictSame(await assignGroupLicense.decide(rows, context()), ['not-done'])
  const gone = ready.map(row => lostRow({ ...row, value: { group: nobody, sku: e3 } })) as never[]
  t.match(await assignGroupLicense.decide(gone, context()), [{ unknown: /the group was deleted/ }])
})

t.test('members count as losers where a product or the last plan for mail goes, and nowhere else', async t => {
  const group = await newGroup(users.slice(6, 9))
  await post(`/groups/${group}/assignLicense`, e3)
  const losers = async (operation: typeof assignGroupLicense, value: Values): Promise<unknown> => {
    const [looked] = await operation.look([operation.accept(value, draw)], context())
    return looked && 'send' in looked ? looked.send.losers : looked
  }
  t.equal(await losers(removeGroupLicense, { group, sku: e3 }), 3)
  t.equal(await losers(assignGroupLicense, { group, sku: e3, disabledPlans: [sway] }), 0)
  t.equal(await losers(assignGroupLicense, { group, sku: e3, disabledPlans: [planIdOf('EXCHANGE_S_ENTERPRISE')] }), 3)
  t.equal(await losers(assignGroupLicense, { group, sku: bi }), 0)
})

t.test('members count as losers only if they have the product neither directly nor by another group', async t => {
  const [alone, direct, other, teamless] = users.slice(30, 34) as [string, string, string, string]
  const group = await newGroup([alone, direct, other, teamless])
  const another = await newGroup([other])
  for (const id of [group, another]) await post(`/groups/${id}/assignLicense`, e3)
  await post(`/users/${direct}/assignLicense`, e3)
  await post(`/users/${teamless}/assignLicense`, e3, [planIdOf('EXCHANGE_S_ENTERPRISE')])
  const losers = async (...rows: readonly (readonly [typeof assignGroupLicense, Values])[]) => {
    const [operation] = rows[0]!
    const looked = await operation.look(
      rows.map(([, value]) => operation.accept({ group, ...value }, draw)),
      context(),
    )
    return looked.map(each => ('send' in each ? each.send.losers : each))
  }
  t.strictSame(await losers([removeGroupLicense, { sku: e3 }]), [2], 'one loses the product, and one the mailbox')
  await post(`/groups/${group}/assignLicense`, bi)
  t.strictSame(await losers([removeGroupLicense, { sku: e3 }], [removeGroupLicense, { sku: bi }]), [2, 4])
})

t.test('of some objects, those lose something that have it by this group alone', async t => {
  const [alone, both, outside] = users.slice(20, 23) as [string, string, string]
  const [group, other] = [await newGroup([alone, both]), await newGroup([both])]
  await post(`/groups/${group}/assignLicense`, e3)
  await post(`/groups/${other}/assignLicense`, e3)
  const ids = [alone, both, outside, group, nobody]
  const losers = (operation: typeof assignGroupLicense, value: object, after: readonly string[] | null) =>
    operation.losersAmong!(ids, { group, sku: e3, ...value }, { plans: [], after, losers: 2 }, context())
  t.strictSame(await losers(removeGroupLicense, {}, null), [alone])
  t.strictSame(await losers(assignGroupLicense, { disabledPlans: [sway] }, [sway]), [])
  await post(`/users/${alone}/assignLicense`, e3)
  t.strictSame(await losers(removeGroupLicense, {}, null), [])
})

t.test('a licence that is released keeps its group as long as a member lacks a plan directly', async t => {
  const [ann, bob] = users.slice(9, 11) as [string, string]
  const group = await newGroup([ann, bob])
  await post(`/groups/${group}/assignLicense`, e3, [sway])
  await post(`/users/${ann}/assignLicense`, e3, [sway])
  await post(`/users/${bob}/assignLicense`, e3, [sway, teams])
  const released = await change(remove, [{ group, sku: e3, onceDirect: true }])
  t.match(released.looked, [{ outcome: 'failed', code: 'MEMBERS_WITHOUT_LICENCE', message: /would lose plans/ }])
  await post(`/users/${bob}/assignLicense`, e3)
  t.match((await change(remove, [{ group, sku: e3, onceDirect: true }])).verdicts, [{ outcome: 'done' }])
})
