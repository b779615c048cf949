import t from 'tap'
import { decideBeside } from '../../../src/licensing/decisions/add-beside.ts'
import { heldBy } from '../held-by.ts'
import { planId, productOf, skuOf } from '../products.ts'

const none: ReadonlySet<string> = new Set()
const decided = (
  held: Parameters<typeof heldBy>[0],
  {
    enable = none,
    disable = none,
    beside = ['SPE_E3'],
  }: { enable?: ReadonlySet<string>; disable?: ReadonlySet<string>; beside?: readonly string[] } = {},
) =>
  decideBeside(heldBy(held), {
    product: productOf('SPE_F1'),
    beside: beside.map(part => productOf(part)),
    enable,
    disable,
  })
const sway = new Set([planId('SWAY')])
const off = (...names: readonly string[]) => ({
  change: { addLicenses: [{ skuId: skuOf('SPE_F1'), disabledPlans: names.map(planId) }], removeLicenses: [] },
})

t.test('who has the other product, directly or by a group, gets the new one', async t => {
  t.strictSame(decided({ direct: { SPE_E3: [] } }), off())
  t.strictSame(decided({ groups: [{ group: 'a', SPE_E3: [] }] }, { disable: sway }), off('SWAY'))
  t.strictSame(decided({}, { beside: [] }), off(), 'everybody gets what is beside nothing')
})

t.test('who does not have the other product is skipped', async t => {
  t.match(decided({}), { skipped: 'The user does not have Microsoft 365 E3 (SPE_E3).' })
  t.match(decided({ groups: [{ group: 'a', state: 'Error', SPE_E3: [] }] }), { skipped: /does not have/ })
})

t.test('who has the new product keeps its plans, but for those that are named', async t => {
  const held = { direct: { SPE_E3: [], SPE_F1: ['SWAY', 'TEAMS1'] } }
  t.match(decided(held), { unchanged: /already has/ })
  t.strictSame(decided(held, { enable: sway }), off('TEAMS1'))
})
