import t from 'tap'
import type { Fields } from '../../../src/core/json.ts'
import { productsOf } from '../../../src/licensing/products.ts'
import { heldProducts, lastSignIn } from '../../../src/licensing/report/held-products.ts'
import { planId, skuOf, subscribed } from '../products.ts'

const products = productsOf([subscribed('SPE_E3'), subscribed('SPE_E5'), subscribed('POWER_BI_PRO')])
const since = Date.parse('2026-06-01T00:00:00Z')
const old = '2020-01-01T00:00:00Z'
type State = readonly [part: string, group?: string | null, state?: string, off?: readonly string[]]

const user = (states: readonly State[], more: Fields = {}): Fields => ({
  id: 'u',
  createdDateTime: old,
  signInActivity: { lastSuccessfulSignInDateTime: '2026-06-02T00:00:00Z' },
  licenseAssignmentStates: states.map(([part, group = null, state = 'Active', off = []]) => ({
    skuId: skuOf(part),
    assignedByGroup: group,
    state,
    error: 'None',
    disabledPlans: off.map(planId),
  })),
  ...more,
})
const held = (states: readonly State[], more?: Fields, sinceMs: number | undefined = since) =>
  heldProducts(products, sinceMs)(user(states, more))

t.test('a product is unused by its last successful sign-in, and users without one are apart', t => {
  const useWith = (more: Fields, sinceMs?: number) => held([['SPE_E3']], more, sinceMs)[0]!.use
  t.equal(useWith({}), undefined)
  t.equal(useWith({ signInActivity: { lastSuccessfulSignInDateTime: '2026-05-31T23:59:59Z' } }), 'unused')
  // An attempt that failed is no use.
  t.equal(useWith({ signInActivity: { lastSignInDateTime: '2026-06-02T00:00:00Z' } }), 'neverSignedIn')
  t.equal(useWith({ signInActivity: null }), 'neverSignedIn')
  t.equal(useWith({ signInActivity: null, externalUserState: 'PendingAcceptance' }), 'neverSignedIn')
  t.equal(useWith({ signInActivity: null, createdDateTime: '2026-06-03T00:00:00Z' }), undefined)
  t.equal(heldProducts(products, undefined)(user([['SPE_E3']], { signInActivity: null }))[0]!.use, undefined)
  t.equal(lastSignIn({ signInActivity: { lastSuccessfulSignInDateTime: '0001-01-01T00:00:00Z' } }), null)
  t.end()
})

t.test('a product that another one of the user contains is found, and whether its plans are on there', t => {
  const of = (...states: readonly State[]) =>
    held(states).map(({ sku, containedIn, isCovered }) => [products.get(sku)!.partNumber, containedIn, isCovered])
  t.strictSame(of(['SPE_E5'], ['SPE_E3'], ['POWER_BI_PRO']), [
    ['POWER_BI_PRO', ['SPE_E5'], true],
    ['SPE_E3', ['SPE_E5'], true],
    ['SPE_E5', [], null],
  ])
  const mailOff: State = ['SPE_E5', null, 'Active', ['EXCHANGE_S_ENTERPRISE']]
  t.strictSame(of(mailOff, ['SPE_E3'])[0], ['SPE_E3', ['SPE_E5'], false])
  // What is off in both is not lost.
  t.strictSame(of(mailOff, ['SPE_E3', null, 'Active', ['EXCHANGE_S_ENTERPRISE']])[0], ['SPE_E3', ['SPE_E5'], true])
  t.strictSame(of(['SPE_E3'], ['VISIOCLIENT']), [
    ['SPE_E3', [], null],
    ['VISIOCLIENT', [], null],
  ])
  t.end()
})

t.test('a product is there twice only if it is assigned directly and by a group that gives it', t => {
  const twice = (...states: readonly State[]) => held(states).map(({ twiceBy }) => twiceBy)
  t.strictSame(twice(['SPE_E3'], ['SPE_E3', 'g1'], ['SPE_E3', 'g2', 'ActiveWithError']), [['g1', 'g2']])
  t.strictSame(twice(['SPE_E3'], ['SPE_E3', 'g1', 'Error']), [[]])
  t.strictSame(twice(['SPE_E3', 'g1'], ['SPE_E3', 'g2']), [[]])
  t.strictSame(twice(['SPE_E3', 'g1', 'Error']), [], 'no unit is taken')
  t.end()
})

t.test('of two products that contain each other, one is superfluous', t => {
  const twin = { ...subscribed('SPE_E3'), skuId: '00000000-0000-0000-0000-00000000000e', skuPartNumber: 'SPE_E3_TWIN' }
  const both = heldProducts(
    productsOf([subscribed('SPE_E3'), twin]),
    since,
  )({
    ...user([['SPE_E3']]),
    assignedLicenses: [{ skuId: twin.skuId, disabledPlans: [] }],
  })
  t.strictSame(
    both.map(({ containedIn }) => containedIn),
    [[], ['SPE_E3']],
  )
  t.end()
})
