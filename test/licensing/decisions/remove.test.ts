import t from 'tap'
import { decideRemove } from '../../../src/licensing/decisions/remove.ts'
import { heldBy } from '../held-by.ts'
import { productOf } from '../products.ts'
import { shown } from './shown.ts'

type Held = Parameters<typeof heldBy>[0]

const cases: readonly (readonly [title: string, held: Held, decision: object])[] = [
  [
    'a direct licence goes, and its unit is freed',
    { direct: { SPE_E3: ['SWAY'], POWER_BI_PRO: [] } },
    { add: {}, remove: ['SPE_E3'], takes: [], frees: ['SPE_E3'] },
  ],
  [
    'of a product by group and directly, the direct assignment goes, and no unit is freed',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', SPE_E3: [] }] },
    { add: {}, remove: ['SPE_E3'], takes: [], frees: [] },
  ],
  [
    'a group whose assignment failed keeps no unit',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', state: 'Error', SPE_E3: [] }] },
    { add: {}, remove: ['SPE_E3'], takes: [], frees: ['SPE_E3'] },
  ],
  [
    'what only groups give is skipped',
    {
      groups: [
        { group: 'g1', SPE_E3: [] },
        { group: 'g2', SPE_E3: ['SWAY'] },
      ],
    },
    {
      skipped:
        'The user has Microsoft 365 E3 (SPE_E3) only by groups Group g1 and Group g2. Remove the user from the group.',
    },
  ],
  [
    'what a group cannot give is not there',
    { groups: [{ group: 'g1', state: 'Error', SPE_E3: [] }] },
    { unchanged: 'The user does not have Microsoft 365 E3 (SPE_E3).' },
  ],
  [
    'a user without the product is unchanged',
    { direct: { SPE_E5: [] } },
    { unchanged: 'The user does not have Microsoft 365 E3 (SPE_E3).' },
  ],
  [
    'what another product needs is a known conflict',
    { direct: { SPE_E3: [], MCOMEETADV: [] } },
    { add: {}, remove: ['SPE_E3'], takes: [], frees: ['SPE_E3'], conflicts: ['lacking MCOMEETADV'] },
  ],
  [
    'a need that a group meets is no conflict',
    { direct: { SPE_E3: [], MCOMEETADV: [] }, groups: [{ group: 'g1', ENTERPRISEPACK: [] }] },
    { add: {}, remove: ['SPE_E3'], takes: [], frees: ['SPE_E3'] },
  ],
]

for (const [title, held, decision] of cases)
  t.test(`remove: ${title}`, async t => {
    const user = heldBy(held)
    t.strictSame(
      shown(
        user,
        decideRemove(user, productOf('SPE_E3'), id => `Group ${id}`),
      ),
      decision,
    )
  })
