import t from 'tap'
import { decideModify } from '../../../src/licensing/decisions/modify.ts'
import { heldBy } from '../held-by.ts'
import { planId, productOf } from '../products.ts'
import { shown } from './shown.ts'

type Held = Parameters<typeof heldBy>[0]
interface Wish {
  readonly enable?: readonly string[]
  readonly disable?: readonly string[]
}

const cases: readonly (readonly [title: string, held: Held, wish: Wish, decision: object])[] = [
  [
    'plans are turned on and off, all others stay as they are, and no unit moves',
    { direct: { SPE_E3: ['SWAY', 'YAMMER_ENTERPRISE'] } },
    { enable: ['SWAY'], disable: ['FORMS_PLAN_E3'] },
    { add: { SPE_E3: ['FORMS_PLAN_E3', 'YAMMER_ENTERPRISE'] }, remove: [], takes: [], frees: [] },
  ],
  [
    'what already is as wanted stays',
    { direct: { SPE_E3: ['SWAY'] } },
    { enable: ['YAMMER_ENTERPRISE'], disable: ['SWAY'] },
    { unchanged: 'The plans of Microsoft 365 E3 (SPE_E3) already are as wanted.' },
  ],
  [
    'of a product by group and directly, the direct half changes',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', SPE_E3: [] }] },
    { disable: ['SWAY'] },
    { add: { SPE_E3: ['SWAY'] }, remove: [], takes: [], frees: [] },
  ],
  [
    'what only a group gives is skipped',
    { groups: [{ group: 'g1', SPE_E3: [] }] },
    { disable: ['SWAY'] },
    {
      skipped: 'The user has Microsoft 365 E3 (SPE_E3) only by group Group g1. Its plans are changed with the group.',
    },
  ],
  [
    'what a group cannot give is not there',
    { groups: [{ group: 'g1', state: 'Error', SPE_E3: [] }] },
    { disable: ['SWAY'] },
    { skipped: 'The user does not have Microsoft 365 E3 (SPE_E3).' },
  ],
  [
    'plans that a group has on already are as wanted',
    { groups: [{ group: 'g1', SPE_E3: ['YAMMER_ENTERPRISE'] }] },
    { enable: ['SWAY'] },
    { unchanged: 'The user already has these plans by group Group g1.' },
  ],
  [
    'plans that the group has off are skipped',
    { groups: [{ group: 'g1', SPE_E3: ['SWAY'] }] },
    { enable: ['SWAY'] },
    {
      skipped: 'The user has Microsoft 365 E3 (SPE_E3) only by group Group g1. Its plans are changed with the group.',
    },
  ],
  [
    'a user without the product is skipped',
    { direct: { SPE_E5: [] } },
    { disable: ['SWAY'] },
    { skipped: 'The user does not have Microsoft 365 E3 (SPE_E3).' },
  ],
  [
    'a plan that another product needs is a known conflict',
    { direct: { SPE_E3: [], WORKPLACE_ANALYTICS: [] } },
    { disable: ['EXCHANGE_S_ENTERPRISE'] },
    {
      add: { SPE_E3: ['EXCHANGE_S_ENTERPRISE'] },
      remove: [],
      takes: [],
      frees: [],
      conflicts: ['lacking WORKPLACE_ANALYTICS'],
    },
  ],
]

for (const [title, held, { enable = [], disable = [] }, decision] of cases)
  t.test(`modify: ${title}`, async t => {
    const user = heldBy(held)
    const wish = {
      product: productOf('SPE_E3'),
      enable: new Set(enable.map(planId)),
      disable: new Set(disable.map(planId)),
    }
    t.strictSame(
      shown(
        user,
        decideModify(user, wish, id => `Group ${id}`),
      ),
      decision,
    )
  })
