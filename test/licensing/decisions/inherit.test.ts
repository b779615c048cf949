import t from 'tap'
import { decideInherit } from '../../../src/licensing/decisions/inherit.ts'
import { heldBy } from '../held-by.ts'
import { planId, productOf } from '../products.ts'

type Held = Parameters<typeof heldBy>[0]

const group = (...off: readonly string[]) => ({ id: 'g1', name: 'Sales', off: new Set(off.map(planId)) })
const direct = (...off: readonly string[]): Held => ({
  direct: { SPE_E3: off },
  groups: [{ group: 'g1', SPE_E3: ['SWAY'] }],
})

const cases: readonly (readonly [title: string, held: Held, wish: object, decision: object])[] = [
  ['a licence whose plans the group has goes', direct('SWAY'), { group: group('SWAY') }, { isGoing: true }],
  ['fewer plans than those of the group go', direct('SWAY', 'TEAMS1'), { group: group('SWAY') }, { isGoing: true }],
  [
    'a plan that the group turns off stays',
    direct(),
    { group: group('SWAY') },
    { code: 'PLANS_LOST', skipped: 'The user would lose SWAY, which group Sales turns off.' },
  ],
  [
    'a plan that the group turns off once it is processed stays',
    direct('SWAY'),
    { group: group('SWAY', 'TEAMS1') },
    { code: 'PLANS_LOST', skipped: /lose TEAMS1/ },
  ],
  [
    'a plan that stays directly is not lost',
    direct(),
    { group: group('SWAY'), stays: new Set([planId('TEAMS1')]) },
    { isGoing: true },
  ],
  [
    'what of the direct licence already is as wanted stays',
    direct('SWAY'),
    { group: group('SWAY'), stays: new Set([planId('SWAY')]) },
    { unchanged: /as wanted/ },
  ],
  [
    'without a direct licence nothing is done',
    { groups: [{ group: 'g1', SPE_E3: [] }] },
    { group: group() },
    { unchanged: /does not have/ },
  ],
  [
    'a licence by another group does not count',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g2', SPE_E3: [] }] },
    { group: group() },
    { code: 'LICENCE_PENDING' },
  ],
  [
    'one in error does not count',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', state: 'Error', SPE_E3: [] }] },
    { group: group() },
    { code: 'Error', skipped: /not active/ },
  ],
  [
    'one that is active with an error does not count',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', state: 'ActiveWithError', SPE_E3: [] }] },
    { group: group() },
    { code: 'ActiveWithError' },
  ],
  [
    'a group that no longer assigns the product keeps nothing',
    direct('SWAY'),
    { group: { id: 'g1', name: 'Sales', off: undefined } },
    { code: 'LICENCE_NOT_OF_GROUP' },
  ],
  ['a group that is gone keeps nothing', direct('SWAY'), { group: undefined }, { code: 'GROUP_MISSING' }],
  ['a dry run may take the group to give it', { direct: { SPE_E3: [] } }, { group: 'assumed' }, { isGoing: true }],
]

for (const [title, held, wish, decision] of cases)
  t.test(title, async t =>
    t.match(decideInherit(heldBy(held), { product: productOf('SPE_E3'), ...wish } as never), decision),
  )

t.test('plans of the whole tenant are never lost', async t => {
  const product = productOf('SPE_E3')
  const ofTenant = product.plans.find(({ isCompanyWide }) => isCompanyWide)!
  const user = heldBy({ direct: { SPE_E3: [] }, groups: [{ group: 'g1', SPE_E3: [ofTenant.name] }] })
  t.strictSame(decideInherit(user, { product, group: group() }), { isGoing: true })
})

t.test('of a product whose plans are not known, each id that the group turns off counts', async t => {
  const product = { ...productOf('SPE_E3'), plans: [] }
  t.match(decideInherit(heldBy(direct()), { product, group: group('SWAY') }), { code: 'PLANS_LOST' })
  t.match(decideInherit(heldBy(direct('SWAY')), { product, group: group('SWAY') }), { isGoing: true })
})
