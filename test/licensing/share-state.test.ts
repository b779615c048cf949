import t from 'tap'
import { licencesOf } from '../../src/licensing/user-licences.ts'
import { shareState } from '../../src/licensing/share-state.ts'
import { planId, productOf, skuOf } from './products.ts'

const product = productOf('SPE_E3')
const share = (state: string, error = 'None', ...off: readonly string[]) =>
  licencesOf({
    licenseAssignmentStates: [
      { skuId: skuOf('SPE_E3'), assignedByGroup: 'G1', state, error, disabledPlans: off.map(planId) },
    ],
  })
const nothing = licencesOf({})
const off = (...names: readonly string[]) => new Set(names.map(planId))

t.test('a member is active with the plans of the group, and pending until then', async t => {
  t.strictSame(shareState(share('Active', 'None', 'SWAY'), 'g1', product, off('SWAY')), { state: 'active' })
  t.strictSame(shareState(share('Active'), 'g1', product, off('SWAY')), { state: 'pending' })
  t.strictSame(shareState(nothing, 'g1', product, off()), { state: 'pending' })
  t.strictSame(shareState(share('Active'), 'g2', product, off()), { state: 'pending' })
})

t.test('what the group no longer assigns is as wanted once it is gone', async t => {
  t.strictSame(shareState(nothing, 'g1', product, undefined), { state: 'active' })
  t.strictSame(shareState(share('Active'), 'g1', product, undefined), { state: 'pending' })
})

t.test('an error has one name, whatever the state', async t => {
  const errorOf = (state: string, error?: string) => shareState(share(state, error), 'g1', product, off())
  t.strictSame(errorOf('Error', 'CountViolation'), { state: 'error', error: 'CountViolation' })
  t.strictSame(errorOf('ActiveWithError', 'DependencyViolation'), { state: 'error', error: 'DependencyViolation' })
  t.strictSame(errorOf('Error', 'Others'), { state: 'error', error: 'Other' })
  t.strictSame(errorOf('Disabled'), { state: 'error', error: 'Disabled' })
})
