import t from 'tap'
import { applied } from '../../../src/licensing/decisions/applied.ts'
import { differenceOf } from '../../../src/licensing/decisions/difference.ts'
import { effectOf } from '../../../src/licensing/decisions/effect.ts'
import { planRules } from '../../../src/licensing/plan-rules.ts'
import { heldBy } from '../held-by.ts'
import { catalogue, planId, skuOf } from '../products.ts'

const [e3, pbi] = ['SPE_E3', 'POWER_BI_PRO'].map(skuOf) as [string, string]
const sway = planId('SWAY')
const add = (skuId: string, ...disabledPlans: readonly string[]) => ({ skuId, disabledPlans })
const none = { addLicenses: [], removeLicenses: [] }

t.test('a difference names the plans that are on before and after, groups included', async t => {
  const user = heldBy({ direct: { POWER_BI_PRO: [] }, groups: [{ group: 'a', SPE_E3: ['SWAY'] }] })
  const change = { addLicenses: [add(e3, planId('YAMMER_ENTERPRISE'))], removeLicenses: [pbi] }
  const { takes, frees, plans } = differenceOf(user, applied(user, change), catalogue)
  const [before, after] = plans
  t.strictSame(
    [...after.keys()].filter(id => !before.has(id)),
    [sway],
    'all other plans of E3 are there by the group',
  )
  t.strictSame(
    [before, after].map(each => each.has(planId('BI_AZURE_P2'))),
    [true, false],
  )
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
