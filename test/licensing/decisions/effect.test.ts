import t from 'tap'
import { together } from '../../../src/licensing/decisions/applied.ts'
import { changeTo, directStates, touchedBy } from '../../../src/licensing/decisions/direct-states.ts'
import { effectOf } from '../../../src/licensing/decisions/effect.ts'
import { planRules } from '../../../src/licensing/plan-rules.ts'
import { heldBy } from '../held-by.ts'
import { catalogue, planId, skuOf } from '../products.ts'

const [e3, e5, pbi] = ['SPE_E3', 'SPE_E5', 'POWER_BI_PRO'].map(skuOf) as [string, string, string]
const sway = planId('SWAY')
const add = (skuId: string, ...disabledPlans: readonly string[]) => ({ skuId, disabledPlans })
const none = { addLicenses: [], removeLicenses: [] }

t.test('an effect names the plans that a user gains and loses, groups included', async t => {
  const user = heldBy({ direct: { POWER_BI_PRO: [] }, groups: [{ group: 'a', SPE_E3: ['SWAY'] }] })
  const change = { addLicenses: [add(e3, planId('YAMMER_ENTERPRISE'))], removeLicenses: [pbi] }
  const { gained, lost, takes, frees } = effectOf(user, change, catalogue, planRules())
  t.strictSame(gained, [sway], 'all other plans of E3 are there by the group')
  t.ok(lost.includes(planId('BI_AZURE_P2')))
  t.strictSame([takes, frees], [[], [pbi]])
})

t.test('a conflict that was there before is not one of the change', async t => {
  const rules = planRules([
    { plan: sway, needs: [planId('BI_AZURE_P2')] },
    { plan: planId('FORMS_PLAN_E3'), excludes: planId('BI_AZURE_P2') },
  ])
  const user = heldBy({ direct: { SPE_E3: [] } })
  t.strictSame(effectOf(user, none, catalogue, rules).conflicts, [])
  const { conflicts } = effectOf(user, { addLicenses: [add(pbi)], removeLicenses: [] }, catalogue, rules)
  t.match(conflicts, [{ kind: 'exclusive' }])
  t.equal(conflicts.length, 1)
  const both = heldBy({ direct: { SPE_E3: [], POWER_BI_PRO: [] } })
  t.strictSame(effectOf(both, { addLicenses: [], removeLicenses: [pbi] }, catalogue, rules).conflicts, [
    { kind: 'lacking', plan: sway, anyOf: [planId('BI_AZURE_P2')] },
  ])
})

t.test('two plans of one product never conflict, whatever refusals taught', async t => {
  const rules = planRules([{ plan: sway, excludes: planId('FORMS_PLAN_E3') }])
  t.strictSame(effectOf(heldBy({}), { addLicenses: [add(e3)], removeLicenses: [] }, catalogue, rules).conflicts, [])
})

t.test('rows of one user become one request, but not if two of them change one product', async t => {
  const [one, other] = [
    { addLicenses: [add(e5)], removeLicenses: [e3] },
    { addLicenses: [], removeLicenses: [pbi] },
  ]
  t.strictSame(together([one!, other!]), { addLicenses: [add(e5)], removeLicenses: [e3, pbi] })
  t.equal(together([one!, { addLicenses: [add(e3)], removeLicenses: [] }]), undefined)
  t.strictSame(together([]), none)
})

t.test('direct states of the touched products are compared and restored, in any order of plans', async t => {
  const before = heldBy({ direct: { SPE_E3: ['SWAY', 'FORMS_PLAN_E3'], POWER_BI_PRO: [] } })
  const change = { addLicenses: [add(e5, sway)], removeLicenses: [e3] }
  const kept = directStates(before, touchedBy(change))
  t.strictSame(kept, { [e3]: [sway, planId('FORMS_PLAN_E3')].sort(), [e5]: null })
  const { after } = effectOf(before, change, catalogue, planRules())
  t.strictSame(directStates(after, touchedBy(change)), { [e3]: null, [e5]: [sway] })
  t.strictSame(changeTo(after, kept), { addLicenses: [add(e3, ...kept[e3]!)], removeLicenses: [e5] })
  t.strictSame(changeTo(before, kept), none)
})
