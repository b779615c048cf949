import t from 'tap'
import { skuCatalogue } from '../../src/data/sku-catalogue.ts'
import { freeUnits, productsOf } from '../../src/licensing/products.ts'
import { catalogue, productOf, subscribed } from './products.ts'

t.test('without subscriptions, the products are those of the catalogue, and the tenant has none of them', async t => {
  t.equal(catalogue.size, skuCatalogue().size)
  t.ok([...catalogue.values()].every(({ subscription }) => subscription === undefined))
  t.strictSame(
    productOf('SPE_E3').plans.length,
    [...skuCatalogue().values()].find(({ skuPartNumber }) => skuPartNumber === 'SPE_E3')!.plans.length,
  )
})

t.test(
  "the tenant's part number, plans and what they apply to replace those of the catalogue, but names stay",
  async t => {
    const [sku] = [subscribed('SPE_E3', { enabled: 10, warning: 2, consumed: 11 })]
    const products = productsOf([
      {
        ...sku,
        skuId: sku.skuId.toUpperCase(),
        skuPartNumber: 'SPE_E3_NEW',
        servicePlans: [
          { servicePlanId: 'EFB87545-963C-4E0D-99DF-69C6916D9EB0', servicePlanName: 'MAIL', appliesTo: 'Company' },
          { servicePlanId: '113feb6c-3fe4-4440-bddc-54d774bf0318', servicePlanName: 'EXCHANGE_S_FOUNDATION' },
          { servicePlanId: '00000000-0000-4000-8000-000000000001', servicePlanName: 'BRAND_NEW', appliesTo: 'User' },
        ],
      },
    ])
    t.equal(products.size, catalogue.size)
    const [first] = products.values()
    t.match(first, {
      skuId: sku.skuId,
      partNumber: 'SPE_E3_NEW',
      name: 'Microsoft 365 E3',
      subscription: {
        appliesTo: 'User',
        status: 'Enabled',
        consumed: 11,
        enabled: 10,
        warning: 2,
        suspended: 7,
        lockedOut: 3,
      },
    })
    t.strictSame(
      first!.plans.map(({ id, name, title, isCompanyWide }) => [id, name, title, isCompanyWide]),
      [
        ['efb87545-963c-4e0d-99df-69c6916d9eb0', 'MAIL', 'Exchange Online (Plan 2)', true],
        ['113feb6c-3fe4-4440-bddc-54d774bf0318', 'EXCHANGE_S_FOUNDATION', 'Exchange Foundation', true],
        ['00000000-0000-4000-8000-000000000001', 'BRAND_NEW', 'BRAND_NEW', false],
      ],
    )
  },
)

t.test('a product that the catalogue lacks has its part number as its name', async t => {
  const skuId = '00000000-0000-4000-8000-000000000002'
  const products = productsOf([{ skuId, skuPartNumber: 'NEW_2027' }])
  t.match(products.get(skuId), { partNumber: 'NEW_2027', name: 'NEW_2027', plans: [], alsoCalled: [] })
  t.match(products.get(skuId)?.subscription, { appliesTo: 'User', status: 'Enabled', consumed: 0, enabled: 0 })
  t.equal(products.size, catalogue.size + 1)
})

t.test(
  'units are free while enabled and warning ones are more than those in use; suspended and locked ones never are',
  async t => {
    const free = (enabled: number, warning: number, consumed: number): number =>
      freeUnits({ appliesTo: 'User', status: 'Enabled', suspended: 50, lockedOut: 50, enabled, warning, consumed })
    t.strictSame([free(10, 0, 9), free(10, 5, 12), free(10, 0, 10), free(10, 0, 12)], [1, 3, 0, 0])
  },
)
