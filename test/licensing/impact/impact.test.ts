import t from 'tap'
import { impactOf } from '../../../src/licensing/impact/impact.ts'
import { metricsOf, metricText } from '../../../src/licensing/impact/metrics.ts'
import { productsOf } from '../../../src/licensing/products.ts'
import type { Price } from '../../../src/licensing/impact/price.ts'
import type { Counts } from '../../../src/licensing/impact/tally.ts'
import { skuOf, subscribed } from '../products.ts'

const [e3, e5, visio] = [skuOf('SPE_E3'), skuOf('SPE_E5'), skuOf('VISIOCLIENT')]
const products = productsOf([
  subscribed('SPE_E3', { enabled: 100, consumed: 90 }),
  // More units are in use than there are.
  subscribed('SPE_E5', { enabled: 10, warning: 2, consumed: 17 }),
])
const counts = (of: Partial<Counts> = {}): Counts => ({
  rows: { toSend: 3, unchanged: 0, skipped: 0, failed: 0 },
  users: 3,
  affected: 3,
  withoutLocation: 0,
  getLocation: 0,
  inherited: 0,
  conflicts: 0,
  mailboxes: { gained: 0, smaller: 0, lost: 0 },
  products: new Map([
    [e3, { takes: 0, frees: 3, keptByGroups: 1 }],
    [e5, { takes: 3, frees: 0, keptByGroups: 0 }],
  ]),
  plans: new Map(),
  sides: [],
  otherSides: 0,
  ...of,
})
const prices = new Map<string, Price>([
  [e3, { amount: 361_000, currency: 'EUR' }],
  [e5, { amount: 570_001, currency: 'USD' }],
])

t.test('users without a unit are short, and what is overused must be bought as well', t => {
  const [one, other] = impactOf(counts(), products, true).products
  t.match(one, { skuPartNumber: 'SPE_E3', used: { current: 90, after: 87 }, free: { current: 10, after: 13 } })
  t.match(one, { short: 0, toBuy: 0, keptByGroups: 1 })
  t.match(other, { used: { current: 17, after: 20 }, free: { current: 0, after: 0 }, short: 3, toBuy: 8 })
  t.notOk('price' in one!)
  t.end()
})

t.test('currencies are not added together, and what has no price is not 0', t => {
  const impact = impactOf(counts(), products, true, prices)
  t.strictSame(impact.costs, [
    { currency: 'EUR', bought: { current: 3610, after: 3610 }, assigned: { current: 3249, after: 3140.7 } },
    {
      currency: 'USD',
      bought: { current: 570.001, after: 1026.0018 },
      assigned: { current: 969.0017, after: 1140.002 },
    },
  ])
  const without = impactOf(
    counts(),
    products,
    true,
    new Map<string, Price>([
      [e3, prices.get(e3)!],
      [e5, { amount: undefined, currency: 'EUR' }],
    ]),
  )
  t.strictSame(without.withoutPrice, ['SPE_E5'])
  t.strictSame(
    without.costs?.map(({ currency }) => currency),
    ['EUR'],
  )
  t.strictSame(without.products[1]!.costAssigned, { current: null, after: null })
  const lines = metricsOf(without).map(metricText)
  t.strictSame(
    lines.filter(([metric]) => metric.includes('cost of seats assigned')),
    [
      ['SPE_E3: monthly cost of seats assigned, EUR', '3,249.00', '3,140.70', '-108.30'],
      ['SPE_E5: monthly cost of seats assigned, EUR', 'n/a', 'n/a', 'n/a'],
      ['Monthly cost of seats assigned, all products, EUR, without SPE_E5', '3,249.00', '3,140.70', '-108.30'],
    ],
  )
  t.end()
})

t.test('seats that may not be read are not known, and a product that the tenant lacks has none', t => {
  const [hidden] = impactOf(counts(), productsOf([]), false).products
  t.match(hidden, { owned: null, used: { current: null, after: null }, short: null, toBuy: null, frees: 3 })
  const taken = new Map([[visio, { takes: 2, frees: 0, keptByGroups: 0 }]])
  const [missing] = impactOf(counts({ products: taken }), products, true).products
  t.match(missing, { owned: 0, used: { current: 0, after: 2 }, short: 2, toBuy: 2 })
  const expired = new Map([[visio, { takes: 0, frees: 3, keptByGroups: 0 }]])
  const [gone] = impactOf(counts({ products: expired }), products, true).products
  t.match(gone, { used: { current: 3, after: 0 }, free: { current: 0, after: 0 }, short: 0, toBuy: 0 })
  t.end()
})

t.test('units of a product that the tenant lacks are bought for their price', t => {
  const taken = new Map([[visio, { takes: 2, frees: 0, keptByGroups: 0 }]])
  const price = new Map<string, Price>([[visio, { amount: 100_000, currency: 'EUR' }]])
  t.strictSame(impactOf(counts({ products: taken }), products, true, price).costs, [
    { currency: 'EUR', bought: { current: 0, after: 20 }, assigned: { current: 0, after: 20 } },
  ])
  t.end()
})
