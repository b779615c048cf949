import t from 'tap'
import { productNameKey } from '../../src/data/product-name-key.ts'
import { findPlan, findSwitchablePlans } from '../../src/licensing/find-plan.ts'
import type { Product, ServicePlan } from '../../src/licensing/products.ts'
import { catalogue, productOf } from './products.ts'

const e5 = productOf('SPE_E5')

t.test(
  'every plan of every product is found by its id, its name and what it is called, or all that are called so are listed',
  async t => {
    let ambiguous = 0
    const check = (product: Product, text: string, wanted: readonly ServicePlan[]): void => {
      if (wanted.length === 1) {
        if (findPlan(product, text) !== wanted[0]) t.fail(`${product.partNumber}: ${text}`)
        return
      }
      ambiguous++
      t.throws(() => findPlan(product, text), {
        code: 'SERVICE_PLAN_AMBIGUOUS',
        facts: { plans: wanted.map(({ id }) => id) },
      })
    }
    for (const product of catalogue.values())
      for (const plan of product.plans) {
        check(product, plan.id.toUpperCase(), [plan])
        check(
          product,
          plan.name.toLowerCase(),
          product.plans.filter(({ name }) => productNameKey(name) === productNameKey(plan.name)),
        )
        if (product.plans.some(({ name }) => productNameKey(name) === productNameKey(plan.title))) continue
        check(
          product,
          plan.title,
          product.plans.filter(({ title }) => productNameKey(title) === productNameKey(plan.title)),
        )
      }
    t.ok(ambiguous > 20)
  },
)

t.test('other names of a plan are understood, such as those before it was renamed', async t => {
  t.equal(findPlan(e5, 'Azure Active Directory Premium P1').name, 'AAD_PREMIUM')
  t.equal(findPlan(e5, 'SharePoint Online (Plan 2)').name, 'SHAREPOINTENTERPRISE')
  t.equal(findPlan(e5, 'exchange online (plan 2)').name, 'EXCHANGE_S_ENTERPRISE')
})

t.test('two plans of a product that are called alike stop, and are listed with their names and ids', async t => {
  t.throws(() => findPlan(productOf('TEAMS_EXPLORATORY'), 'Microsoft Teams '), {
    code: 'SERVICE_PLAN_AMBIGUOUS',
    message:
      '2 plans of Microsoft Teams Exploratory (TEAMS_EXPLORATORY) are called "Microsoft Teams": ' +
      'TEAMS1 (57ff2da0-773e-42df-b2af-ffb7a2317929) and MCO_TEAMS_IW (42a3ec34-28ba-46b6-992f-db53a675ac5b).',
    fix: /name in capital letters, or the id/,
  })
})

t.test('a plan of another tier of the same service leads to the tier of this product', async t => {
  t.throws(() => findPlan(e5, 'FORMS_PLAN_E3'), {
    code: 'SERVICE_PLAN_UNKNOWN',
    message: 'Microsoft 365 E5 (SPE_E5) has no plan with the id or name "FORMS_PLAN_E3".',
    fix: 'Did you mean Microsoft Forms (Plan E5) (FORMS_PLAN_E5)?',
  })
  t.throws(() => findPlan(e5, '76846ad7-7776-4c40-a281-a386362dd1b9'), {
    code: 'SERVICE_PLAN_UNKNOWN',
    fix: 'Did you mean Power Automate for Office 365 (FLOW_O365_P3)?',
  })
})

t.test('plans with other separators than semicolons lead to semicolons, if all of them are known', async t => {
  t.throws(() => findPlan(e5, 'SWAY, Viva Engage Core'), {
    code: 'SERVICE_PLAN_UNKNOWN',
    fix: 'Separate several plans with semicolons: SWAY;Viva Engage Core',
  })
  t.throws(() => findPlan(e5, 'SWAY,NOPE'), { code: 'SERVICE_PLAN_UNKNOWN', fix: /^It has / })
})

t.test('a misspelt plan leads to the nearest, and without one all plans that can be switched are listed', async t => {
  t.throws(() => findPlan(e5, 'YAMER_ENTERPRISE'), {
    code: 'SERVICE_PLAN_UNKNOWN',
    fix: 'Did you mean Yammer Enterprise (YAMMER_ENTERPRISE)?',
  })
  t.throws(() => findPlan(productOf('POWER_BI_PRO'), 'zzzzzzzzzzzz'), {
    code: 'SERVICE_PLAN_UNKNOWN',
    fix: `It has ${productOf('POWER_BI_PRO')
      .plans.filter(plan => !plan.isCompanyWide)
      .map(({ name }) => name)
      .join(' and ')}.`,
  })
})

t.test('plans of the whole tenant cannot be switched, and a plan that is named twice counts once', async t => {
  t.throws(() => findSwitchablePlans(e5, ['SWAY', 'INTUNE_O365']), {
    code: 'SERVICE_PLAN_FIXED',
    message:
      /Mobile Device Management for Office 365 \(INTUNE_O365\) of Microsoft 365 E5 \(SPE_E5\) is for the whole tenant/,
  })
  t.strictSame(
    findSwitchablePlans(e5, ['SWAY', 'sway', 'YAMMER_ENTERPRISE']).map(({ name }) => name),
    ['SWAY', 'YAMMER_ENTERPRISE'],
  )
})
