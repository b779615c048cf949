import t from 'tap'
import { heldText, type ImpactBody } from '../../../src/licensing/impact/row-impact.ts'
import { impactTally, type TallyRow } from '../../../src/licensing/impact/tally.ts'
import { heldBy } from '../held-by.ts'
import { catalogue, planId, skuOf } from '../products.ts'

const [e3, e5, bi] = [skuOf('SPE_E3'), skuOf('SPE_E5'), skuOf('POWER_BI_PRO')]
const adds = (skuId: string) => ({ addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] })
const row = (body: Partial<ImpactBody>, end: Partial<TallyRow> = {}): TallyRow => {
  const impact = { held: heldText(heldBy({})), ...body }
  return { impact, sameAs: JSON.stringify(impact), ...end }
}

t.test('users are counted once, and what several rows do to one of them together', t => {
  const tally = impactTally(catalogue)
  tally.addUser([row({ change: adds(e3) }), row({ change: adds(e5) })])
  tally.addUser([row({ change: adds(e3) }), row({ change: adds(bi) }, { outcome: 'skipped', code: 'PLANS_CONFLICT' })])
  tally.addUser([row({ isInherited: true }, { outcome: 'unchanged' })])
  tally.addUser([row({ change: adds(e3), lacksLocation: true }, { outcome: 'failed', code: 'USAGE_LOCATION_MISSING' })])
  tally.addUser([{ isLocation: true, lacksLocation: true }, row({ change: adds(e3), lacksLocation: true })])
  tally.addUser([{ outcome: 'failed', code: 'OBJECT_NOT_FOUND' }])
  tally.addUser([
    { isLocation: true, outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
    { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  ])
  tally.addRow({ outcome: 'failed' })
  const { products, plans, ...counts } = tally.counts()
  t.match(counts, {
    rows: { toSend: 4, unchanged: 1, skipped: 1, failed: 4 },
    users: 5,
    affected: 3,
    withoutLocation: 2,
    getLocation: 1,
    inherited: 1,
    conflicts: 1,
    mailboxes: { gained: 3, smaller: 0, lost: 0 },
  })
  t.strictSame(products.get(e3), { takes: 3, frees: 0, keptByGroups: 0 })
  t.strictSame(products.get(e5), { takes: 1, frees: 0, keptByGroups: 0 })
  t.equal(products.get(bi), undefined)
  t.strictSame(plans.get(planId('SWAY')), { users: 0, gained: 3, lost: 0 })
  t.strictSame(plans.get(planId('ATA')), { users: 0, gained: 1, lost: 0 })
  t.end()
})

t.test('more kinds of users than are remembered are still counted', t => {
  const tally = impactTally(catalogue)
  const many = 10_500
  for (let at = 0; at < many; at++) tally.addUser([{ ...row({ change: adds(bi) }), sameAs: `kind ${at}` }])
  t.strictSame(tally.counts().products.get(bi), { takes: many, frees: 0, keptByGroups: 0 })
  t.equal(tally.counts().affected, many)
  t.end()
})

t.test('sides of more transfers than are shown are counted as others', t => {
  const tally = impactTally(catalogue)
  const others = [...catalogue.keys()].filter(sku => sku !== e5).slice(0, 23)
  for (const sku of others) tally.addUser([row({ change: adds(e5), transfer: { from: [sku], to: e5 } })])
  const { sides, otherSides } = tally.counts()
  t.strictSame([sides.length, otherSides], [20, 3])
  t.end()
})
