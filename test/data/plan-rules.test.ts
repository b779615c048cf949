import t from 'tap'
import { companyPlans } from '../../src/data/company-plans.ts'
import { minorPlans } from '../../src/data/minor-plans.ts'
import { planExclusions, planNeeds, tenantNeeds } from '../../src/data/plan-rules.ts'
import { planIdOf, skuCatalogue } from '../../src/data/sku-catalogue.ts'

const isExclusive = (one: string, other: string): boolean =>
  planExclusions().get(planIdOf(one))?.has(planIdOf(other)) ?? false

t.test('no product has two plans that exclude each other', async t => {
  for (const { skuPartNumber, plans } of skuCatalogue().values()) {
    const ids = plans.map(({ servicePlanId }) => servicePlanId)
    const conflict = ids.find(id => ids.some(other => planExclusions().get(id)?.has(other)))
    if (conflict !== undefined) t.fail(`${skuPartNumber}: ${conflict}`)
  }
  t.ok(planExclusions().size > 20)
})

t.test('an exclusion counts in both directions, and no plan excludes itself', async t => {
  for (const [plan, others] of planExclusions()) {
    t.notOk(others.has(plan))
    for (const other of others) t.ok(planExclusions().get(other)?.has(plan))
  }
})

t.test(
  'Exchange Plan 1, Plan 2 and Kiosk no longer exclude each other, and those of midsize companies still do',
  async t => {
    const plans = ['EXCHANGE_S_DESKLESS', 'EXCHANGE_S_STANDARD', 'EXCHANGE_S_ENTERPRISE']
    t.notOk(plans.some(one => plans.some(other => isExclusive(one, other))))
    t.ok(isExclusive('EXCHANGE_S_STANDARD', 'EXCHANGE_S_STANDARD_MIDMARKET'))
    t.notOk(isExclusive('SHAREPOINTSTANDARD', 'SHAREPOINTENTERPRISE'))
    t.ok(isExclusive('SHAREPOINTENTERPRISE', 'SHAREPOINTENTERPRISE_EDU'))
    t.ok(isExclusive('MCOPSTN1', 'MCOPSTN2'))
  },
)

t.test('no plan needs itself, and none needs a plan of the whole tenant alone', async t => {
  for (const needs of [planNeeds(), tenantNeeds()])
    for (const [plan, anyOf] of needs) {
      t.notOk(anyOf.includes(plan))
      t.ok(anyOf.some(id => !companyPlans().has(id)))
    }
  t.strictSame(planNeeds().get(planIdOf('MCOPSTN1')), [planIdOf('MCOEV'), planIdOf('MCOEVSMB')])
  t.ok(tenantNeeds().get(planIdOf('Entra_Identity_Governance'))?.includes(planIdOf('AAD_PREMIUM_P2')))
})

t.test('plans of the whole tenant and minor plans are different ones', async t => {
  t.equal(companyPlans().size, 8)
  t.notOk([...minorPlans()].some(id => companyPlans().has(id)))
})
