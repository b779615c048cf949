import t from 'tap'
import { familyOf } from '../../../src/data/plan-families.ts'
import { applied } from '../../../src/licensing/decisions/applied.ts'
import { decideTransfer } from '../../../src/licensing/decisions/transfer.ts'
import { planRules } from '../../../src/licensing/plan-rules.ts'
import { enabledPlans } from '../../../src/licensing/user-licences.ts'
import { heldBy } from '../held-by.ts'
import { catalogue, productOf } from '../products.ts'
import { shown } from './shown.ts'

type Held = Parameters<typeof heldBy>[0]
interface Wish {
  readonly from?: readonly string[]
  readonly to?: string
  readonly newPlans?: 'on' | 'off'
}

const rules = planRules()
const decide = (held: Held, { from = ['SPE_E3'], to = 'SPE_E5', newPlans = 'on' }: Wish) => {
  const user = heldBy(held)
  const wish = { from: from.map(part => productOf(part)), to: productOf(to), newPlans }
  return { user, decision: decideTransfer(user, wish, { products: catalogue, rules, groupName: id => `Group ${id}` }) }
}

const moved = { remove: ['SPE_E3'], takes: ['SPE_E5'], frees: ['SPE_E3'] }
const justRemoved = { add: {}, remove: ['SPE_E3'], takes: [], frees: ['SPE_E3'] }

const cases: readonly (readonly [title: string, held: Held, wish: Wish, decision: object])[] = [
  ['with all plans on, the new product has all on', { direct: { SPE_E3: [] } }, {}, { add: { SPE_E5: [] }, ...moved }],
  [
    'a plan that is off stays off, by id and by the tier that replaces it',
    { direct: { SPE_E3: ['SWAY', 'FORMS_PLAN_E3', 'FLOW_O365_P2', 'MDE_LITE'] } },
    {},
    { add: { SPE_E5: ['FLOW_O365_P3', 'FORMS_PLAN_E5', 'SWAY', 'WINDEFATP'] }, ...moved },
  ],
  [
    'a tier that the new product has besides is off where its family is off',
    { direct: { SPE_E3: ['AAD_PREMIUM', 'RMS_S_PREMIUM', 'MIP_S_CLP1'] } },
    {},
    {
      add: {
        SPE_E5: ['AAD_PREMIUM', 'AAD_PREMIUM_P2', 'MIP_S_CLP1', 'MIP_S_CLP2', 'RMS_S_PREMIUM', 'RMS_S_PREMIUM2'],
      },
      ...moved,
    },
  ],
  [
    'a family is off only if it was off in every old product',
    { direct: { ENTERPRISEPACK: ['FORMS_PLAN_E3', 'SWAY'], O365_BUSINESS_PREMIUM: ['SWAY'] } },
    { from: ['ENTERPRISEPACK', 'O365_BUSINESS_PREMIUM'], to: 'ENTERPRISEPREMIUM' },
    {
      add: { ENTERPRISEPREMIUM: ['SWAY'] },
      remove: ['ENTERPRISEPACK', 'O365_BUSINESS_PREMIUM'],
      takes: ['ENTERPRISEPREMIUM'],
      frees: ['ENTERPRISEPACK', 'O365_BUSINESS_PREMIUM'],
    },
  ],
  [
    'add-ons are consolidated, also where the user has only some of them',
    { direct: { ENTERPRISEPACK: [], EMS: ['INTUNE_A'] } },
    { from: ['ENTERPRISEPACK', 'EMS', 'EMSPREMIUM'], to: 'SPE_E3' },
    {
      add: { SPE_E3: ['INTUNE_A'] },
      remove: ['ENTERPRISEPACK', 'EMS'],
      takes: ['SPE_E3'],
      frees: ['ENTERPRISEPACK', 'EMS'],
    },
  ],
  [
    'where two old plans become one, it is on if one of them was',
    { direct: { SPB: ['INTUNE_A'] } },
    { from: ['SPB'], to: 'SPE_E3' },
    { add: { SPE_E3: [] }, remove: ['SPB'], takes: ['SPE_E3'], frees: ['SPB'] },
  ],
  [
    'a plan that is off by id is off although a higher tier of its family is on',
    { direct: { SPE_E5: ['AAD_PREMIUM'] } },
    { from: ['SPE_E5'], to: 'MICROSOFT_365_E7' },
    { add: { MICROSOFT_365_E7: ['AAD_PREMIUM'] }, remove: ['SPE_E5'], takes: ['MICROSOFT_365_E7'], frees: ['SPE_E5'] },
  ],
  [
    'dependents of a plan that is left off go off too, and are listed',
    { direct: { SPE_E3: ['EXCHANGE_S_ENTERPRISE'] } },
    {},
    { add: { SPE_E5: ['EXCHANGE_S_ENTERPRISE', 'THREAT_INTELLIGENCE'] }, ...moved, leftOff: ['THREAT_INTELLIGENCE'] },
  ],
  [
    'dependents stay on where something else of the user has what they need',
    { direct: { SPE_E3: ['EXCHANGE_S_ENTERPRISE'], EXCHANGESTANDARD: [] } },
    {},
    { add: { SPE_E5: ['EXCHANGE_S_ENTERPRISE'] }, ...moved },
  ],
  [
    'dependents stay on where a group has what they need',
    { direct: { SPE_E3: ['EXCHANGE_S_ENTERPRISE'] }, groups: [{ group: 'g1', EXCHANGESTANDARD: [] }] },
    {},
    { add: { SPE_E5: ['EXCHANGE_S_ENTERPRISE'] }, ...moved },
  ],
  [
    'the new product that the user has already is left as it is, and no unit is taken',
    { direct: { SPE_E3: [], SPE_E5: ['SWAY'] } },
    {},
    justRemoved,
  ],
  [
    'the new product by a group with all plans needs no direct licence',
    { direct: { SPE_E3: ['SWAY'] }, groups: [{ group: 'g1', SPE_E5: ['SWAY'] }] },
    {},
    justRemoved,
  ],
  [
    'a group that lacks a plan of the user shares its unit with the direct licence that has it',
    { direct: { SPE_E3: [] }, groups: [{ group: 'g1', SPE_E5: ['SWAY'] }] },
    {},
    { add: { SPE_E5: [] }, remove: ['SPE_E3'], takes: [], frees: ['SPE_E3'] },
  ],
  [
    'an old product by group and directly: the direct half goes, and its unit stays in use',
    { direct: { SPE_E3: ['SWAY'] }, groups: [{ group: 'g1', SPE_E3: [] }] },
    {},
    { add: { SPE_E5: ['SWAY'] }, remove: ['SPE_E3'], takes: ['SPE_E5'], frees: [] },
  ],
  [
    'an old product that a group cannot give is not there',
    { groups: [{ group: 'g1', state: 'Error', SPE_E3: [] }] },
    {},
    { skipped: 'The user does not have Microsoft 365 E3 (SPE_E3).' },
  ],
  [
    'an old product by group only is skipped',
    { groups: [{ group: 'g1', SPE_E3: [] }] },
    {},
    { skipped: 'The user has Microsoft 365 E3 (SPE_E3) only by group Group g1. Change the licences of the group.' },
  ],
  [
    'a transfer that was made is unchanged',
    { direct: { SPE_E5: [] } },
    {},
    { unchanged: 'The user already has Microsoft 365 E5 (SPE_E5), and not Microsoft 365 E3 (SPE_E3).' },
  ],
  [
    'a user who has the new product by a group, and no old one, is unchanged',
    { groups: [{ group: 'g1', SPE_E5: ['SWAY'] }] },
    {},
    {
      unchanged: 'The user already has Microsoft 365 E5 (SPE_E5) by group Group g1, and not Microsoft 365 E3 (SPE_E3).',
    },
  ],
  [
    'a user with none of them is skipped',
    { direct: { POWER_BI_PRO: [] } },
    { from: ['SPE_E3', 'ENTERPRISEPACK'] },
    { skipped: 'The user does not have Microsoft 365 E3 (SPE_E3) or Office 365 E3 (ENTERPRISEPACK).' },
  ],
  [
    'what the old product had for another one, and the new one has not, is a known conflict',
    { direct: { SPE_E3: [], WORKPLACE_ANALYTICS: [] } },
    { to: 'SPE_F1' },
    {
      add: { SPE_F1: [] },
      remove: ['SPE_E3'],
      takes: ['SPE_F1'],
      frees: ['SPE_E3'],
      conflicts: ['lacking WORKPLACE_ANALYTICS'],
    },
  ],
  [
    'a conflict between the old and the new product is none, since both are changed at once',
    { direct: { MCOPSTN1: [], SPE_E5: [] } },
    { from: ['MCOPSTN1'], to: 'MCOPSTN2' },
    { add: { MCOPSTN2: [] }, remove: ['MCOPSTN1'], takes: ['MCOPSTN2'], frees: ['MCOPSTN1'] },
  ],
]

for (const [title, held, wish, decision] of cases)
  t.test(`transfer: ${title}`, async t => {
    const made = decide(held, wish)
    t.strictSame(shown(made.user, made.decision), decision)
  })

t.test(
  'with new plans off, only plans that continue an old one are on, and tiers beside one that stays are off',
  async t => {
    const { user, decision } = decide({ direct: { SPE_E3: ['SWAY'] } }, { newPlans: 'off' })
    const { add } = shown(user, decision) as { readonly add: Readonly<Record<string, readonly string[]>> }
    const off = new Set(add['SPE_E5'])
    for (const name of ['SWAY', 'AAD_PREMIUM_P2', 'MCOEV', 'BI_AZURE_P2', 'EXCHANGE_ANALYTICS', 'MIP_S_CLP2'])
      t.ok(off.has(name), `${name} is off`)
    for (const name of ['FORMS_PLAN_E5', 'WINDEFATP', 'AAD_PREMIUM', 'EXCHANGE_S_ENTERPRISE', 'INTUNE_O365'])
      t.notOk(off.has(name), `${name} is not off`)
  },
)

const pairs: readonly (readonly [from: string, to: string])[] = [
  ['SPE_E3', 'SPE_E5'],
  ['ENTERPRISEPACK', 'ENTERPRISEPREMIUM'],
  ['O365_BUSINESS_PREMIUM', 'SPE_E3'],
  ['SPB', 'SPE_E3'],
  ['M365_F1', 'SPE_F1'],
  ['M365_F1_COMM', 'SPE_F1'],
]

for (const [from, to] of pairs)
  t.test(`${from} to ${to}: each plan that is off alone stays off in its family, and no other plan is`, async t => {
    const old = productOf(from)
    for (const plan of old.plans.filter(each => !each.isCompanyWide)) {
      const family = familyOf(plan.id)?.name
      const isRelative = (id: string): boolean =>
        id === plan.id || (family !== undefined && familyOf(id)?.name === family)
      const hasOther = old.plans.some(each => !each.isCompanyWide && each.id !== plan.id && isRelative(each.id))
      const { user, decision } = decide({ direct: { [from]: [plan.name] } }, { from: [from], to })
      if (!('change' in decision)) return t.fail(plan.name)
      const left = new Set(decision.leftOff?.map(each => each.plan))
      const off = decision.change.addLicenses[0]!.disabledPlans.filter(id => !left.has(id))
      const wanted = productOf(to).plans.filter(each => !each.isCompanyWide && isRelative(each.id))
      if (hasOther) t.ok(off.every(isRelative), plan.name)
      else
        t.strictSame(
          off,
          wanted.map(({ id }) => id),
          plan.name,
        )
      const after = enabledPlans(applied(user, decision.change), catalogue)
      const lost = old.plans.filter(
        each => each.id !== plan.id && !after.has(each.id) && familyOf(each.id) === undefined,
      )
      t.ok(
        lost.every(({ id }) => !productOf(to).plans.some(each => each.id === id) || left.has(id)),
        `${plan.name} takes no other plan with it`,
      )
    }
  })
