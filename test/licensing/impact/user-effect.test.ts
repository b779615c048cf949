import t from 'tap'
import { sidesOf, userEffect } from '../../../src/licensing/impact/user-effect.ts'
import { heldBy } from '../held-by.ts'
import { catalogue, planId, skuOf } from '../products.ts'

const [e3, e5] = [skuOf('SPE_E3'), skuOf('SPE_E5')]
const lines = sidesOf({ from: [e3], to: e5 }, catalogue)
const fateIn = (effect: ReturnType<typeof userEffect>, next: string) =>
  effect.sides[0]![lines.findIndex(line => line.next === planId(next))]

t.test('each plan of both sides has one line, and another tier of a service is on the same one', t => {
  const plansOf = (sku: string) => catalogue.get(sku)!.plans.map(({ id }) => id)
  t.strictSame(lines.flatMap(({ next }) => next ?? []).toSorted(), plansOf(e5).toSorted())
  t.strictSame(new Set(lines.flatMap(({ old }) => old)), new Set(plansOf(e3)))
  t.strictSame(lines.find(({ next }) => next === planId('FORMS_PLAN_E5'))?.old, [planId('FORMS_PLAN_E3')])
  t.strictSame(lines.find(({ next }) => next === planId('AAD_PREMIUM_P2'))?.old, [])
  const back = sidesOf({ from: [e5], to: e3 }, catalogue)
  t.ok(back.some(({ old, next }) => next === undefined && old[0] === planId('ATA')))
  t.end()
})

t.test('a transfer keeps what was on and off, and tells what is new', t => {
  const change = { addLicenses: [{ skuId: e5, disabledPlans: [planId('SWAY')] }], removeLicenses: [e3] }
  const effect = userEffect(heldBy({ direct: { SPE_E3: ['SWAY'] } }), [change], [lines], catalogue)
  t.match(effect, { takes: [e5], frees: [e3], keptByGroups: [], mailbox: 'kept' })
  t.strictSame(
    ['SWAY', 'FORMS_PLAN_E5', 'ATA', 'TEAMS1'].map(plan => fateIn(effect, plan)),
    ['keptOff', 'keptOn', 'gained', 'keptOn'],
  )
  t.ok(effect.gained.includes(planId('ATA')))
  t.ok(effect.lost.includes(planId('FORMS_PLAN_E3')))
  t.end()
})

t.test('what a group still gives frees no unit, and loses no plan', t => {
  const user = heldBy({ direct: { SPE_E3: [] }, groups: [{ group: 'g', SPE_E3: ['SWAY'] }] })
  const effect = userEffect(user, [{ addLicenses: [], removeLicenses: [e3] }], [], catalogue)
  t.match(effect, { takes: [], frees: [], keptByGroups: [e3], lost: [planId('SWAY')], gained: [] })
  const broken = heldBy({ direct: { SPE_E3: [] }, groups: [{ group: 'g', state: 'Error', SPE_E3: [] }] })
  const freed = userEffect(broken, [{ addLicenses: [], removeLicenses: [e3] }], [], catalogue)
  t.match(freed, { frees: [e3], keptByGroups: [], mailbox: 'lost' })
  t.end()
})

t.test('a plan that two new products give is gained once', t => {
  const changes = [e3, e5].map(skuId => ({ addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] }))
  const effect = userEffect(heldBy({}), changes, [], catalogue)
  t.equal(effect.gained.filter(id => id === planId('SWAY')).length, 1)
  t.match(effect, { mailbox: 'gained' })
  t.end()
})
