import t from 'tap'
import { disablesSame, enabledPlans, isActive, licencesOf, unitsOf } from '../../src/licensing/user-licences.ts'
import { catalogue, planId, productOf, skuOf } from './products.ts'
import { heldBy } from './held-by.ts'

const [e3, e5, pbi] = ['SPE_E3', 'SPE_E5', 'POWER_BI_PRO'].map(skuOf) as [string, string, string]
const sway = planId('SWAY')

t.test('direct and inherited assignments are separate, with states, errors and disabled plans', async t => {
  const user = licencesOf({
    assignedLicenses: [{ skuId: e3, disabledPlans: [] }],
    licenseAssignmentStates: [
      {
        skuId: e3.toUpperCase(),
        disabledPlans: [sway.toUpperCase()],
        assignedByGroup: null,
        state: 'Active',
        error: 'None',
      },
      { skuId: e3, disabledPlans: [], assignedByGroup: 'AAAA', state: 'Active', error: null },
      { skuId: e3, disabledPlans: [], assignedByGroup: 'bbbb', state: 'Error', error: 'CountViolation' },
      {
        skuId: pbi,
        disabledPlans: [],
        assignedByGroup: 'bbbb',
        state: 'ActiveWithError',
        error: 'UniquenessViolation',
      },
    ],
  })
  t.strictSame([...user.direct], [[e3, { state: 'Active', error: null, disabledPlans: new Set([sway]) }]])
  t.strictSame(
    [...user.inherited],
    [
      [
        e3,
        [
          { group: 'aaaa', state: 'Active', error: null, disabledPlans: new Set() },
          { group: 'bbbb', state: 'Error', error: 'CountViolation', disabledPlans: new Set() },
        ],
      ],
      [pbi, [{ group: 'bbbb', state: 'ActiveWithError', error: 'UniquenessViolation', disabledPlans: new Set() }]],
    ],
  )
})

t.test('a product without an assignment state counts as direct, with the plans of assignedLicenses', async t => {
  const user = licencesOf({ assignedLicenses: [{ skuId: e5, disabledPlans: [sway] }], licenseAssignmentStates: [] })
  t.strictSame([...user.direct], [[e5, { state: 'Active', error: null, disabledPlans: new Set([sway]) }]])
  t.strictSame(licencesOf({}), { direct: new Map(), inherited: new Map() })
})

t.test('the merged entry of assignedLicenses never decides where states are known', async t => {
  const user = licencesOf({
    assignedLicenses: [{ skuId: e3, disabledPlans: [] }],
    licenseAssignmentStates: [
      { skuId: e3, disabledPlans: [sway], assignedByGroup: null, state: 'Active', error: null },
    ],
  })
  t.ok(user.direct.get(e3)?.disabledPlans.has(sway))
})

t.test('of two direct states of one product, the active one counts, in any order', async t => {
  const states = [
    { skuId: e3, disabledPlans: [], assignedByGroup: null, state: 'Error', error: 'CountViolation' },
    { skuId: e3, disabledPlans: [sway], assignedByGroup: null, state: 'Active', error: null },
  ]
  for (const licenseAssignmentStates of [states, states.toReversed()])
    t.match(licencesOf({ licenseAssignmentStates }).direct.get(e3), { state: 'Active' })
})

t.test('a product uses one unit, directly and through groups together, and none where all of them failed', async t => {
  t.strictSame([...unitsOf(heldBy({ direct: { SPE_E3: [] }, groups: [{ group: 'a', SPE_E3: [] }] }))], [e3])
  t.strictSame([...unitsOf(heldBy({ groups: [{ group: 'a', state: 'Error', SPE_E3: [] }] }))], [])
  t.strictSame([...unitsOf(heldBy({ groups: [{ group: 'a', state: 'ActiveWithError', SPE_E3: [] }] }))], [e3])
  const groups = [
    { group: 'a', state: 'Error', SPE_E3: [] },
    { group: 'b', SPE_E3: [] },
  ]
  t.strictSame([...unitsOf(heldBy({ groups }))], [e3])
})

t.test('a plan is on if any active assignment has it on; plans of the whole tenant always are', async t => {
  const user = heldBy({
    direct: { SPE_E3: ['SWAY', 'YAMMER_ENTERPRISE'] },
    groups: [
      { group: 'a', SPE_E3: ['YAMMER_ENTERPRISE'] },
      { group: 'b', state: 'Error', SPE_E3: [] },
      { group: 'c', POWER_BI_PRO: [] },
    ],
  })
  const plans = enabledPlans(user, catalogue)
  t.strictSame([...(plans.get(sway) ?? [])], [e3])
  t.notOk(plans.has(planId('YAMMER_ENTERPRISE')))
  t.strictSame([...(plans.get(planId('BI_AZURE_P2')) ?? [])], [pbi])
  t.strictSame([...(plans.get(planId('EXCHANGE_S_FOUNDATION')) ?? [])], [pbi])
  t.strictSame(
    enabledPlans(heldBy({ direct: { SPE_E3: ['SWAY'] } }), new Map()).size,
    0,
    'no plans of an unknown product',
  )
})

t.test('disabled plans are compared as sets of what can be turned off', async t => {
  const product = productOf('SPE_E3')
  const same = (one: readonly string[], other: readonly string[]): boolean =>
    disablesSame(product, new Set(one), new Set(other))
  const yammer = planId('YAMMER_ENTERPRISE')
  t.ok(same([sway, yammer], [yammer, sway]))
  t.ok(same([sway, planId('INTUNE_O365'), planId('FORMS_PLAN_E5')], [sway]))
  t.notOk(same([sway], [sway, yammer]))
})

t.test('only Active and ActiveWithError give plans', async t => {
  const of = (state: string): boolean => isActive({ state, error: null, disabledPlans: new Set() })
  t.strictSame(['Active', 'ActiveWithError', 'Error', 'Disabled'].map(of), [true, true, false, false])
  t.notOk(isActive(undefined))
})
