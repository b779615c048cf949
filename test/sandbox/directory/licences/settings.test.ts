import t from 'tap'
import { licenceSettingsIn, type LicenceSettings } from '../../../../src/sandbox/directory/licences/settings.ts'
import { catalogueSku } from '../../../../src/sandbox/directory/licences/skus.ts'
import type { Entity } from '../../../../src/sandbox/directory/types.ts'
import { small } from '../fixture.ts'

interface State {
  readonly skuId: string
  readonly assignedByGroup: string | null
  readonly disabledPlans: readonly string[]
}

const directoryWith = (licences: LicenceSettings) => {
  const directory = small({ users: 4_000, licences })
  const users = directory.collection('user')
  const all: Entity[] = []
  const { ids } = users.slice({ order: 'default', view: 'truth' }, 10_000, ['id'])
  for (const id of ids) all.push(users.get(id)!)
  const members = all.filter(user => user['userType'] === 'Member')
  const statesOf = (user: Entity): readonly State[] => user['licenseAssignmentStates'] as readonly State[]
  return { directory, members, statesOf, sku: (name: string) => catalogueSku(name)!.skuId }
}

t.test('products are laid out by their shares, direct, both ways and by group', async t => {
  const { directory, members, statesOf, sku } = directoryWith({
    skus: [
      {
        sku: 'SPE_E3',
        direct: 0.4,
        both: 0.1,
        group: 0.2,
        disabledPlans: [[], ['SWAY']],
        groupDisabledPlans: ['CLIPCHAMP'],
      },
      { sku: 'POWER_BI_PRO', direct: 0.5, enabled: 7, warning: 3, suspended: 2 },
      { sku: 'SPE_E5' },
    ],
    withoutUsageLocation: 0.1,
  })
  const share = (test: (states: readonly State[]) => boolean): number =>
    members.filter(user => test(statesOf(user))).length / members.length
  const of = (states: readonly State[], name: string, isDirect: boolean): boolean =>
    states.some(state => state.skuId === sku(name) && (state.assignedByGroup === null) === isDirect)
  const near = (found: number, wanted: number): void =>
    void t.ok(Math.abs(found - wanted) < 0.03, `${found}, ${wanted}`)
  near(
    share(states => of(states, 'SPE_E3', true)),
    0.5,
  )
  near(
    share(states => of(states, 'SPE_E3', false)),
    0.3,
  )
  near(
    share(states => of(states, 'SPE_E3', true) && of(states, 'SPE_E3', false)),
    0.1,
  )
  near(
    share(states => of(states, 'POWER_BI_PRO', true)),
    0.5,
  )
  near(
    share(states => of(states, 'POWER_BI_PRO', true) && of(states, 'SPE_E3', true)),
    0.2,
  )
  const sway = catalogueSku('SPE_E3')!.plans.find(plan => plan.servicePlanName === 'SWAY')!.servicePlanId
  near(
    share(states => states.some(state => state.assignedByGroup === null && state.disabledPlans.includes(sway))),
    0.25,
  )
  const licensed = members.filter(user => statesOf(user).length > 0)
  near(licensed.filter(user => user['usageLocation'] === null).length / licensed.length, 0.1)
  const bi = directory.licences.sku(sku('POWER_BI_PRO'))!
  t.match(bi.units, { enabled: 7, warning: 3, suspended: 2 })
  t.equal(bi.consumed, members.filter(user => of(statesOf(user), 'POWER_BI_PRO', true)).length)
  t.equal(directory.licences.free(bi.skuId, { warningUnitsAssignable: false }), 7 - bi.consumed)
  t.equal(directory.licences.skus.length, 3)
})

t.test('the members of a licensed group are those who have its product', async t => {
  const { directory, members, statesOf } = directoryWith({
    skus: [
      { sku: 'SPE_E5', direct: 0.8 },
      { sku: 'SPE_E3', group: 0.3 },
      { sku: 'SPE_F1', both: 0.1, group: 0.1 },
    ],
  })
  const groups = directory.collection('group')
  const where = (group: Entity): boolean => (group['assignedLicenses'] as readonly unknown[]).length > 0
  const { ids } = groups.slice({ order: 'default', view: 'truth', where }, 100, ['id'])
  t.equal(ids.length, 2)
  for (const id of ids) {
    const by = members.filter(user => statesOf(user).some(state => state.assignedByGroup === id)).map(user => user.id)
    const { references } = directory.related('group', id, 'members', 10_000)
    t.strictSame(references.map(each => each.id).sort(), by.sort())
    t.ok(by.length > 300)
  }
})

t.test('settings that make no sense are refused', async t => {
  for (const [licences, message] of [
    [{ skus: [{ sku: 'E3' }] }, /part number of Microsoft's catalogue, got "E3"/],
    [{ skus: [{ sku: 'SPE_E3' }, { sku: 'SPE_E3' }] }, /SPE_E3 twice/],
    [{ skus: [{ sku: 'SPE_E3', direct: 1.5 }] }, /direct of SPE_E3 of licences to be a share from 0 to 1/],
    [{ skus: [{ sku: 'SPE_E3', direct: 0.6, group: 0.6 }] }, /at most 1 together/],
    [{ skus: [{ sku: 'SPE_E3', enabled: -1 }] }, /enabled of SPE_E3 to be a whole number/],
    [{ skus: [{ sku: 'SPE_E3', disabledPlans: [['FORMS_PLAN_E5']] }] }, /to be its plans, got FORMS_PLAN_E5/],
    [{ skus: [], withoutUsageLocation: 2 }, /withoutUsageLocation of licences to be a share/],
    [{ skus: ['SPE_E3', 'SPE_E5', 'SPE_F1'].map(sku => ({ sku, group: 0.1 })) }, /at most two SKUs/],
  ] as const)
    t.throws(() => small({ licences }), { code: 'OPTION_INVALID', message })
})

t.test('a file of licences is read, and what is wrong in it is named', t => {
  const read = (value: unknown) =>
    licenceSettingsIn(typeof value === 'string' ? value : JSON.stringify(value), 'l.json')
  const whole = {
    skus: [{ sku: 'SPE_E3', direct: 0.5, both: 0.1, disabledPlans: [[], ['SWAY']], groupDisabledPlans: ['SWAY'] }],
    withoutUsageLocation: 0.1,
  }
  t.strictSame(read(whole), whole)
  const bad: readonly (readonly [value: unknown, message: RegExp])[] = [
    ['{"skus": [', /l\.json is not JSON/],
    [[], /Expected l\.json to be \{"skus"/],
    [{ skus: 'SPE_E3' }, /Expected l\.json to be/],
    [{ skus: [], users: 5 }, /l\.json has users/],
    [{ skus: [], withoutUsageLocation: '1' }, /withoutUsageLocation in l\.json/],
    [{ skus: ['SPE_E3'] }, /l\.json, skus\[0\]: expected an object/],
    [{ skus: [{ sku: 'SPE_E3', share: 1 }] }, /l\.json, skus\[0\] has share/],
    [{ skus: [{ sku: 'SPE_E3', direct: '1' }] }, /l\.json, skus\[0\]: direct is "1"/],
    [{ skus: [{ sku: 'SPE_E3', disabledPlans: ['SWAY'] }] }, /disabledPlans is \["SWAY"\]/],
    [{ skus: [{ sku: 'SPE_E33' }] }, /Expected sku of licences/],
  ]
  for (const [value, message] of bad) t.throws(() => read(value), { code: 'OPTION_INVALID', message })
  t.end()
})
