import t from 'tap'
import { skuCatalogue } from '../../../../src/data/sku-catalogue.ts'
import { judge } from '../../../../src/sandbox/directory/licences/judge.ts'
import { conflictIn, lackIn } from '../../../../src/sandbox/directory/licences/plan-rules.ts'
import { catalogueSku, isOfCompany } from '../../../../src/sandbox/directory/licences/skus.ts'
import type { Licence } from '../../../../src/sandbox/directory/licences/types.ts'
import { small } from '../fixture.ts'

const named = (...names: readonly string[]) =>
  names.map(servicePlanName => ({ servicePlanName, servicePlanId: servicePlanName }))
const licence = (partNumber: string): Licence => ({ skuId: catalogueSku(partNumber)!.skuId, disabledPlans: [] })

t.test('plans exclude each other as on the page of Microsoft, but for two of Exchange', async t => {
  const found = conflictIn(named('SHAREPOINTSTANDARD', 'TEAMS1', 'SHAREPOINTENTERPRISE'))
  t.strictSame(found?.map(plan => plan.servicePlanName).sort(), ['SHAREPOINTENTERPRISE', 'SHAREPOINTSTANDARD'])
  t.equal(conflictIn(named('EXCHANGE_S_STANDARD', 'EXCHANGE_S_ENTERPRISE')), undefined)
  t.ok(conflictIn(named('EXCHANGE_S_DESKLESS', 'EXCHANGE_S_ENTERPRISE')))
})

t.test('a plan needs one of those that it depends on', async t => {
  t.match(lackIn(named('MCOEV')), { plan: { servicePlanName: 'MCOEV' }, needs: ['MCOSTANDARD', 'TEAMS1'] })
  t.equal(lackIn(named('MCOEV', 'TEAMS1')), undefined)
  t.ok(lackIn(named('MCOPSTN1', 'TEAMS1')))
})

t.test('no product of the catalogue excludes itself', async t => {
  const wrong = [...skuCatalogue().values()].filter(sku => conflictIn(sku.plans)).map(sku => sku.skuPartNumber)
  t.strictSame(wrong, [])
})

t.test('Microsoft 365 E3 and E5 go together, and neither goes with F3 or Business Premium', async t => {
  t.strictSame(judge([licence('SPE_E3'), licence('SPE_E5')]), { conflict: undefined, lack: undefined })
  t.ok(judge([licence('SPE_E3'), licence('SPE_F1')]).conflict)
  t.ok(judge([licence('SPE_E3'), licence('SPB')]).conflict)
  for (const sku of ['SPE_E3', 'SPE_E5', 'ENTERPRISEPREMIUM', 'SPB', 'O365_BUSINESS_PREMIUM', 'M365_F1', 'SPE_F1'])
    t.strictSame(judge([licence(sku)]), { conflict: undefined, lack: undefined }, sku)
})

t.test('what users have from the start breaks no rule, and each unused product can be assigned', async t => {
  const directory = small()
  const users = directory.collection('user')
  for (const id of users.slice({ order: 'default', view: 'truth' }, 1_000, ['id']).ids)
    t.strictSame(judge(users.get(id)!['assignedLicenses'] as readonly Licence[]), {
      conflict: undefined,
      lack: undefined,
    })
  const parts = directory.licences.skus.map(sku => sku.skuPartNumber)
  for (const part of ['ENTERPRISEPREMIUM', 'SPB', 'O365_BUSINESS_PREMIUM', 'M365_F1', 'AAD_PREMIUM', 'VISIOCLIENT']) {
    t.ok(parts.includes(part), part)
    t.ok(directory.licences.free(catalogueSku(part)!.skuId, { warningUnitsAssignable: false }) > 0, part)
  }
})

t.test('plans of the whole tenant are not those of users', async t => {
  t.strictSame(
    ['EXCHANGE_S_FOUNDATION', 'INTUNE_O365', 'MICROSOFT_SEARCH', 'EXCHANGE_S_ENTERPRISE', 'INTUNE_A'].map(isOfCompany),
    [true, true, true, false, false],
  )
})
