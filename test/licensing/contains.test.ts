import t from 'tap'
import { contains } from '../../src/licensing/contains.ts'
import { catalogue, productOf } from './products.ts'

const has = (one: string, other: string): boolean => contains(productOf(one), productOf(other))

t.test('a product contains another one if it has its plans, or higher tiers of them', async t => {
  for (const [one, other] of [
    ['SPE_E5', 'SPE_E3'],
    ['SPE_E5', 'ENTERPRISEPREMIUM_NOPSTNCONF'],
    ['SPE_E5', 'ENTERPRISEPACK'],
    ['SPE_E5', 'EMS'],
    ['SPE_E5', 'EMSPREMIUM'],
    ['SPE_E5', 'POWER_BI_PRO'],
    ['SPE_E3', 'AAD_PREMIUM'],
    ['SPE_E3', 'EXCHANGESTANDARD'],
    ['SPE_E3', 'O365_BUSINESS_PREMIUM'],
    ['ENTERPRISEPREMIUM', 'ENTERPRISEPACK'],
    ['SPE_F1', 'M365_F1_COMM'],
  ] as const)
    t.ok(has(one, other), `${one} contains ${other}`)
})

t.test('a lower tier contains no higher one, and an unrelated product none', async t => {
  for (const [one, other] of [
    ['SPE_E3', 'SPE_E5'],
    ['ENTERPRISEPACK', 'SPE_E3'],
    ['SPE_E3', 'SPB'],
    ['SPE_F1', 'SPE_E3'],
    ['EXCHANGESTANDARD', 'EXCHANGEENTERPRISE'],
    ['SPE_E5', 'VISIOCLIENT'],
    ['POWER_BI_PRO', 'SPE_E5'],
  ] as const)
    t.notOk(has(one, other), `${one} does not contain ${other}`)
})

t.test('no product contains itself, and products with plans of the whole tenant only are in none', async t => {
  const bare = [...catalogue.values()].find(({ plans }) => plans.every(({ isCompanyWide }) => isCompanyWide))!
  for (const product of catalogue.values())
    if (contains(product, product) || contains(product, bare)) t.fail(product.partNumber)
  t.pass(bare.partNumber)
})
