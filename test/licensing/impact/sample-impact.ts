import { heldText, type ImpactBody } from '../../../src/licensing/impact/row-impact.ts'
import { impactOf, type Impact } from '../../../src/licensing/impact/impact.ts'
import { impactTally } from '../../../src/licensing/impact/tally.ts'
import { productsOf } from '../../../src/licensing/products.ts'
import { heldBy } from '../held-by.ts'
import { planId, skuOf, subscribed } from '../products.ts'

/** The impact of a transfer from E3 to E5, whose seats are short. @param scale users of each kind */
export const sampleImpact = (scale: number): Impact => {
  const [e3, e5] = [skuOf('SPE_E3'), skuOf('SPE_E5')]
  const products = productsOf([
    subscribed('SPE_E3', { enabled: 5 * scale, consumed: 4 * scale }),
    subscribed('SPE_E5', { enabled: 2 * scale, warning: scale, consumed: scale }),
  ])
  const tally = impactTally(products)
  const add = (body: Partial<ImpactBody>, off: readonly string[], end = {}): void => {
    const change = { addLicenses: [{ skuId: e5, disabledPlans: off.map(planId) }], removeLicenses: [e3] }
    const impact = {
      held: heldText(heldBy({ direct: { SPE_E3: off } })),
      change,
      transfer: { from: [e3], to: e5 },
      ...body,
    }
    for (let at = 0; at < scale; at++) tally.addUser([{ impact, sameAs: JSON.stringify(impact), ...end }])
  }
  add({}, [])
  add({}, ['SWAY'])
  add({}, ['SWAY', 'YAMMER_ENTERPRISE'])
  add({ lacksLocation: true }, [], { outcome: 'failed', code: 'USAGE_LOCATION_MISSING' })
  add({}, [], { outcome: 'skipped', code: 'PLANS_CONFLICT' })
  return impactOf(tally.counts(), products, true, new Map([[e3, { amount: 360_000, currency: 'EUR' }]]))
}
