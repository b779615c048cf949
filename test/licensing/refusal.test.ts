import t from 'tap'
import { refusalIn, rulesIn } from '../../src/licensing/refusal.ts'

const [a, b, c] = [1, 2, 3].map(nth => `0000000${nth}-0000-4000-8000-000000000000`) as [string, string, string]

t.test('each of the seven refusals is recognized, and others are not about licences', async t => {
  for (const [message, refusal] of [
    ['License assignment cannot be done for user with invalid usage location.', { reason: 'usage-location' }],
    [`Subscription with SKU ${a} does not have any available licenses.`, { reason: 'no-units', sku: a }],
    [
      `License assignment failed because service plan ${a.toUpperCase()} depends on the service plan(s) ${b}, ${c}`,
      { reason: 'lacking', plan: a, anyOf: [b, c] },
    ],
    [
      `License assignment failed because service plans ${a}, ${b} are mutually exclusive`,
      { reason: 'exclusive', plans: [a, b] },
    ],
    ['User does not have a corresponding license.', { reason: 'not-held' }],
    [`License ${a} does not correspond to a valid company License.`, { reason: 'not-subscribed', sku: a }],
    [
      'User license is inherited from a group membership and it cannot be removed directly from the user.',
      { reason: 'inherited' },
    ],
    ['Resource not found.', undefined],
    [`Property ${a} is invalid.`, undefined],
  ] as const)
    t.strictSame(refusalIn(message), refusal, message)
})

t.test('a refusal for plans teaches a rule, unless it does not say which two exclude each other', async t => {
  t.strictSame(rulesIn({ reason: 'lacking', plan: a, anyOf: [b, c] }), [{ plan: a, needs: [b, c] }])
  t.strictSame(rulesIn({ reason: 'lacking', plan: a, anyOf: [] }), [])
  t.strictSame(rulesIn({ reason: 'exclusive', plans: [b, a] }), [{ plan: a, excludes: b }])
  t.strictSame(rulesIn({ reason: 'exclusive', plans: [a, b, c] }), [])
  t.strictSame(rulesIn({ reason: 'exclusive', plans: [a, a] }), [])
  t.strictSame(rulesIn({ reason: 'not-held' }), [])
})
