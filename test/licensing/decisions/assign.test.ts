import t from 'tap'
import { decideAssign, type AssignWish } from '../../../src/licensing/decisions/assign.ts'
import { heldBy } from '../held-by.ts'
import { planId, productOf } from '../products.ts'
import { shown } from './shown.ts'

type Held = Parameters<typeof heldBy>[0]

const wish = (part: string, off?: readonly string[]): AssignWish => ({
  product: productOf(part),
  ...(off && { off: new Set(off.map(planId)) }),
})

const cases: readonly (readonly [title: string, held: Held, wish: AssignWish, decision: object])[] = [
  [
    'a user without the product gets it with all plans, and takes a unit',
    { direct: { POWER_BI_PRO: [] } },
    wish('SPE_E3'),
    { add: { SPE_E3: [] }, remove: [], takes: ['SPE_E3'], frees: [] },
  ],
  [
    'plans that shall be off are off, and plans of the whole tenant and of other products are not sent',
    {},
    wish('SPE_E3', ['SWAY', 'INTUNE_O365', 'FORMS_PLAN_E5']),
    { add: { SPE_E3: ['SWAY'] }, remove: [], takes: ['SPE_E3'], frees: [] },
  ],
  [
    'a user who has it directly with the same plans is left as it is',
    { direct: { SPE_E3: ['SWAY', 'YAMMER_ENTERPRISE'] } },
    wish('SPE_E3', ['YAMMER_ENTERPRISE', 'SWAY']),
    { unchanged: 'The user already has Microsoft 365 E3 (SPE_E3), without YAMMER_ENTERPRISE, SWAY.' },
  ],
  [
    'other plans are sent for the whole product, and take no unit',
    { direct: { SPE_E3: ['SWAY'] } },
    wish('SPE_E3', ['YAMMER_ENTERPRISE']),
    { add: { SPE_E3: ['YAMMER_ENTERPRISE'] }, remove: [], takes: [], frees: [] },
  ],
  [
    'with no plans named, a direct licence keeps the plans that are off',
    { direct: { SPE_E3: ['SWAY'] } },
    wish('SPE_E3'),
    { unchanged: 'The user already has Microsoft 365 E3 (SPE_E3), without SWAY.' },
  ],
  [
    'with an empty list of plans, they are turned on',
    { direct: { SPE_E3: ['SWAY'] } },
    wish('SPE_E3', []),
    { add: { SPE_E3: [] }, remove: [], takes: [], frees: [] },
  ],
  [
    'who has the wanted plans by a group is left as it is',
    { groups: [{ group: 'g1', SPE_E3: ['SWAY'] }] },
    wish('SPE_E3', ['SWAY']),
    { unchanged: 'The user already has Microsoft 365 E3 (SPE_E3) by group Group g1.' },
  ],
  [
    'a plan that shall be off and is on by a group is told, since a direct licence cannot turn it off',
    { groups: [{ group: 'g1', SPE_E3: ['SWAY'] }] },
    wish('SPE_E3', ['SWAY', 'YAMMER_ENTERPRISE']),
    {
      skipped:
        'The user has Microsoft 365 E3 (SPE_E3) by group Group g1, with YAMMER_ENTERPRISE on. A direct licence turns off nothing that a group gives.',
    },
  ],
  [
    'two groups together can give the wanted plans',
    {
      groups: [
        { group: 'g1', SPE_E3: ['SWAY'] },
        { group: 'g2', SPE_E3: ['YAMMER_ENTERPRISE'] },
      ],
    },
    wish('SPE_E3'),
    { unchanged: 'The user already has Microsoft 365 E3 (SPE_E3) by groups Group g1 and Group g2.' },
  ],
  [
    'a group that lacks a wanted plan does not, but its unit is shared',
    { groups: [{ group: 'g1', SPE_E3: ['SWAY'] }] },
    wish('SPE_E3'),
    { add: { SPE_E3: [] }, remove: [], takes: [], frees: [] },
  ],
  [
    'a group whose assignment failed gives nothing',
    { groups: [{ group: 'g1', state: 'Error', SPE_E3: [] }] },
    wish('SPE_E3'),
    { add: { SPE_E3: [] }, remove: [], takes: ['SPE_E3'], frees: [] },
  ],
  [
    'a direct licence is compared alone, whatever groups give',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', SPE_E3: [] }] },
    wish('SPE_E3', ['SWAY']),
    { add: { SPE_E3: ['SWAY'] }, remove: [], takes: [], frees: [] },
  ],
  [
    'a conflict with what the user has is known before',
    { direct: { MCOPSTN1: [], SPE_E5: [] } },
    wish('MCOPSTN2'),
    { add: { MCOPSTN2: [] }, remove: [], takes: ['MCOPSTN2'], frees: [], conflicts: ['exclusive MCOPSTN1'] },
  ],
  [
    'a product whose prerequisite is missing is known before',
    { direct: { AAD_PREMIUM: [] } },
    wish('MCOMEETADV'),
    { add: { MCOMEETADV: [] }, remove: [], takes: ['MCOMEETADV'], frees: [], conflicts: ['lacking MCOMEETADV'] },
  ],
]

for (const [title, held, wanted, decision] of cases)
  t.test(`assign: ${title}`, async t => {
    const user = heldBy(held)
    t.strictSame(
      shown(
        user,
        decideAssign(user, wanted, id => `Group ${id}`),
      ),
      decision,
    )
  })
