import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Ready, Values } from '../../src/core/operation.ts'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import { assignLicense } from '../../src/operations/assign-license.ts'
import type { LicenceBefore, LicenceRow } from '../../src/operations/licences/row.ts'
import { modifyLicense } from '../../src/operations/modify-license.ts'
import { removeLicense } from '../../src/operations/remove-license.ts'
import { exchangeLicense } from '../../src/operations/exchange-license.ts'
import { transferLicense } from '../../src/operations/transfer-license.ts'
import { keeps } from '../contracts/keeps.ts'
import { skuOf } from '../licensing/products.ts'
import { nobody } from './link-bed.ts'
import { draw, lostRow, operationBed, operations, refusal } from './operation-bed.ts'

type Holder = Values & { readonly id: string; readonly usageLocation: string | null }

const bed = await operationBed(t, {
  licences: {
    skus: [
      { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
      { sku: 'SPE_E3', enabled: 100 },
      { sku: 'POWER_BI_PRO', enabled: 100 },
    ],
  },
})
const { list, change, context } = bed
const users = (await list<Holder>('/users?$select=id,usageLocation&$top=300'))
  .filter(({ usageLocation }) => usageLocation !== null)
  .map(({ id }) => id)
const [e3, bi] = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO')]
const [sway, yammer] = [planIdOf('SWAY'), planIdOf('YAMMER_ENTERPRISE')]
const assign = assignLicense as never
const remove = removeLicense as never

const row = (sku: string, before: Partial<LicenceBefore> = {}): Ready<LicenceRow, LicenceBefore> => ({
  value: { user: nobody, sku },
  before: { plans: null, after: [], loses: false, takes: [], frees: [], ...before },
})

t.test('assign-license, modify-license and remove-license keep the contract of an operation', async t => {
  const ids = [...users.slice(0, 2), nobody]
  const rows = [
    { user: ids[0]!, sku: 'Power BI Pro' },
    ...ids.map(user => ({ user, sku: e3, disabledPlans: [sway] })),
    { user: users[2]!, sku: e3, onlyPlans: ['TEAMS1'] },
  ]
  const invalid = [
    { user: nobody },
    { sku: e3 },
    { user: nobody, sku: e3, colour: 'red' },
    { user: nobody, sku: e3, disabledPlans: 5 },
    { user: nobody, sku: e3, disabledPlans: [sway], onlyPlans: [sway] },
  ]
  const byId = rows.filter(({ sku }) => sku === e3)
  await keeps(t, operationContract({ operation: assign, operations, context, rows: byId, invalid }))
  const completed = await assignLicense.completed!(
    rows.map(value => assignLicense.accept(value, draw)),
    context(),
  )
  t.match(completed[0], { value: { sku: bi } })
  for (const user of users.slice(0, 2)) await change(assign, [{ user, sku: e3, disabledPlans: [sway] }])
  const held = ids.map(user => ({ user, sku: e3 }))
  const modified = [
    { user: ids[0]!, sku: 'SPE_E3', enablePlans: ['SWAY'] },
    ...held.map(value => ({ ...value, disablePlans: [yammer] })),
  ]
  const noPlans = [...invalid.slice(0, 3), held[0]!, { ...held[0]!, enablePlans: [sway], disablePlans: [sway] }]
  const modify = modifyLicense as never
  const rowsById = modified.filter(({ sku }) => sku === e3)
  await keeps(t, operationContract({ operation: modify, operations, context, rows: rowsById, invalid: noPlans }))
  t.match(await modifyLicense.completed!([modifyLicense.accept(modified[0]!, draw)], context()), [
    { value: { sku: e3, enablePlans: [sway] } },
  ])
  await keeps(
    t,
    operationContract({ operation: remove, operations, context, rows: held, invalid: invalid.slice(0, 3) }),
  )
  for (const user of users.slice(0, 2)) await change(remove, [{ user, sku: e3 }])
})

t.test('transfer-license and exchange-license keep the contract of an operation', async t => {
  const ids = users.slice(10, 12)
  for (const user of ids) await change(assign, [{ user, sku: bi }])
  const rows = [...ids, nobody].map(user => ({ user, from: [bi], sku: e3 }))
  const noTarget = [
    { user: nobody, sku: e3 },
    { user: nobody, from: [e3], sku: e3 },
    { from: [bi], sku: e3 },
  ]
  const transfer = transferLicense as never
  await keeps(t, operationContract({ operation: transfer, operations, context, rows, invalid: noTarget }))
  const states = { [bi]: null, [e3]: [sway] }
  const exchange = exchangeLicense as never
  const back = [...ids, nobody].map(user => ({ user, sku: e3, states }))
  const invalid = [
    { user: nobody, sku: e3 },
    { sku: e3, states },
  ]
  await keeps(t, operationContract({ operation: exchange, operations, context, rows: back, invalid }))
  for (const user of ids) await change(remove, [{ user, sku: bi }])
})

t.test('a lost reply of a transfer is decided by all of its products', async t => {
  const user = users[14]!
  await change(assign, [{ user, sku: bi }])
  const { ready } = await change(transferLicense as never, [{ user, from: [bi], sku: e3 }])
  const rows = ready.map(row => lostRow(row, 0, 'r1')) as never[]
  t.match(await transferLicense.decide(rows, context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  await change(assign, [{ user, sku: bi }])
  t.match(await transferLicense.decide(rows, context()), [{ unknown: /somebody else changed these products/ }])
  await change(remove, [{ user, sku: e3 }])
  t.strictSame(await transferLicense.decide(rows, context()), ['not-done'])
})

t.test('rows of a user are one request, with plans of the tenant never turned off', async t => {
  const user = users[5]!
  const rows = [
    { user, sku: e3, disabledPlans: [yammer, sway, planIdOf('INTUNE_O365')] },
    { user, sku: bi },
  ]
  const { ready, verdicts } = await change(assign, rows)
  t.strictSame(assignLicense.request(ready as never), {
    method: 'POST',
    url: `/users/${user}/assignLicense`,
    body: {
      addLicenses: [
        { skuId: e3, disabledPlans: [sway, yammer].toSorted() },
        { skuId: bi, disabledPlans: [] },
      ],
      removeLicenses: [],
    },
  })
  t.match(verdicts, [
    { outcome: 'done', id: user },
    { outcome: 'done', id: user },
  ])
  const whole = await change(assign, [{ user, sku: e3 }])
  t.match(whole.looked, [{ outcome: 'unchanged', message: /without YAMMER_ENTERPRISE, SWAY|without SWAY, YAMMER/ }])
  await change(remove, [{ user, sku: e3 }])
})

t.test('a refusal fails the product that it names, and the others go apart', t => {
  const settled = (rows: readonly Ready<LicenceRow, LicenceBefore>[], message: string) =>
    assignLicense.settle(rows as never, refusal(400, 'Request_BadRequest', message))
  const two = [row(e3), row(bi)]
  const noUnits = `Subscription with SKU ${bi} does not have any available licenses.`
  t.match(settled(two, noUnits), ['apart', { outcome: 'failed', code: 'NO_SEATS', message: /Power BI Pro/ }])
  const unowned = `License ${e3} does not correspond to a valid company License.`
  t.match(settled(two, unowned), [{ code: 'SKU_NOT_OWNED' }, 'apart'])
  const location = 'License assignment cannot be done for user with invalid usage location.'
  t.match(settled(two, location), [{ code: 'USAGE_LOCATION_INVALID' }, { code: 'USAGE_LOCATION_INVALID' }])
  const exclusive = `License assignment failed because service plans ${sway}, ${planIdOf('WINBIZ')} are mutually exclusive`
  t.match(settled(two, exclusive), [{ code: 'PLANS_EXCLUSIVE', message: /SWAY and WINBIZ/ }, 'apart'])
  t.strictSame(settled([row(e3, { after: [sway] }), row(bi)], exclusive), ['apart', 'apart'])
  const lacking = `License assignment failed because service plan ${sway} depends on the service plan(s) ${yammer}`
  t.match(settled(two, lacking), [{ code: 'PLAN_LACKING', message: /SWAY without YAMMER_ENTERPRISE/ }, 'apart'])
  const gone = [row(e3, { after: null }), row(bi, { after: null })]
  t.match(settled(gone, lacking), [{ code: 'PLAN_LACKING' }, 'apart'])
  const notHeld = 'User does not have a corresponding license.'
  t.strictSame(settled(gone, notHeld), ['apart', 'apart'])
  t.strictSame(settled([gone[0]!], notHeld), ['later'])
  t.strictSame(settled([{ ...gone[0]!, lost: true }], notHeld), ['undecided'])
  t.end()
})

t.test('units are those of the whole user: a transfer takes one and frees one, other plans take none', async t => {
  const user = users[16]!
  const unitsOf = async (operation: typeof assign, rows: readonly Values[]) => {
    const { units, look, accept } = operation as unknown as typeof assignLicense
    const values = rows.map(value => accept(value, draw))
    const looked = await look(values, context())
    return looked.map((each, at) => units!(values[at]!, 'send' in each ? each.send : {}))
  }
  t.strictSame(await unitsOf(assign, [{ user, sku: bi }]), [{ takes: [bi], frees: [] }])
  await change(assign, [{ user, sku: bi }])
  t.strictSame(await unitsOf(modifyLicense as never, [{ user, sku: bi, disablePlans: [planIdOf('BI_AZURE_P2')] }]), [
    { takes: [], frees: [] },
  ])
  t.strictSame(await unitsOf(remove, [{ user, sku: bi }]), [{ takes: [], frees: [bi] }])
  t.strictSame(await unitsOf(transferLicense as never, [{ user, from: [bi], sku: e3 }]), [{ takes: [e3], frees: [bi] }])
  t.strictSame(await unitsOf(exchangeLicense as never, [{ user, sku: e3, states: { [bi]: null, [e3]: [] } }]), [
    { takes: [e3], frees: [bi] },
  ])
  await change(remove, [{ user, sku: bi }])
  t.strictSame(assignLicense.units!({ user, sku: e3 }, {}), { takes: [e3], frees: [] }, 'at most, before a look')
  t.ok(assignLicense.isSame!('takes', [e3], []), 'a plan does not expect units')
  const { supply } = assignLicense
  t.equal(supply, transferLicense.supply)
  const used = 100 - (await supply!.read(context()))!.get(bi)!.free
  await bed.control('PUT', '/seats', { sku: 'POWER_BI_PRO', enabled: used + 4, warning: 3, suspended: 50 })
  t.strictSame((await supply!.read(context()))!.get(bi), { free: 7, doubtful: 3 })
  await bed.control('PUT', '/seats', { sku: 'POWER_BI_PRO', enabled: 100, warning: 0, suspended: 0 })
})

t.test('a lost reply is decided by what the user has directly, whatever else changed', async t => {
  const user = users[7]!
  const { ready } = await change(assign, [
    { user, sku: e3, disabledPlans: [sway] },
    { user, sku: bi },
  ])
  const rows = ready.map(each => lostRow(each, 0, 'r1')) as never[]
  t.match(await assignLicense.decide(rows, context()), [
    { outcome: 'done', code: 'SeenAfterLostReply' },
    { outcome: 'done', code: 'SeenAfterLostReply' },
  ])
  await change(remove, [{ user, sku: bi }])
  t.match(await assignLicense.decide(rows, context()), [{ unknown: /1 of the 2 products/ }, { unknown: /1 of the 2/ }])
  await change(assign, [{ user, sku: e3, disabledPlans: [yammer] }])
  t.match(await assignLicense.decide(rows.slice(0, 1), context()), [{ unknown: /somebody else changed this product/ }])
  await change(remove, [{ user, sku: e3 }])
  t.strictSame(await assignLicense.decide(rows, context()), ['not-done', 'not-done'])
})

t.test('sets of plans are the same in any order, and none off is not the same as no licence', t => {
  const { isSame } = assignLicense
  t.ok(isSame!('plans', [sway, yammer], [yammer, sway]))
  t.notOk(isSame!('plans', [], null))
  t.notOk(isSame!('plans', [sway], []))
  t.ok(isSame!('plans', null, undefined))
  t.end()
})
