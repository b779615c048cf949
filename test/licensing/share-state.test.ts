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

t.test('an error from before a change is pending until it is newer', async t => {
  const at = (lastUpdatedDateTime: string | undefined, sinceMs: number) =>
    shareState(
      licencesOf({
        licenseAssignmentStates: [
          {
            skuId: skuOf('SPE_E3'),
            assignedByGroup: 'g1',
            state: 'Error',
            error: 'CountViolation',
            lastUpdatedDateTime,
          },
        ],
      }),
      'g1',
      product,
      off(),
      sinceMs,
    )
  const since = Date.UTC(2026, 0, 1, 12)
  t.strictSame(at('2026-01-01T11:59:59Z', since), { state: 'pending', isOutdated: true })
  t.strictSame(at('2026-01-01T12:00:00Z', since), { state: 'error', error: 'CountViolation', isRenewed: true })
  t.strictSame(at(undefined, since), { state: 'error', error: 'CountViolation' })
})
