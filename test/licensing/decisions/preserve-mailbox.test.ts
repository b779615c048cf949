import t from 'tap'
import type { LicenceDecision } from '../../../src/licensing/decisions/decision.ts'
import { preserveMailbox } from '../../../src/licensing/decisions/preserve-mailbox.ts'
import { decideRemove } from '../../../src/licensing/decisions/remove.ts'
import { decideTransfer } from '../../../src/licensing/decisions/transfer.ts'
import { planRules } from '../../../src/licensing/plan-rules.ts'
import { switchablePlans } from '../../../src/licensing/products.ts'
import { heldBy } from '../held-by.ts'
import { catalogue, planId, productOf, skuOf } from '../products.ts'

type Held = Parameters<typeof heldBy>[0]

const wordOf = (decision: LicenceDecision): string => Object.keys(decision)[0]!

/** What becomes of removals of these products. */
const removed = (
  held: Held,
  parts: readonly string[],
  more: { readonly keeps?: boolean; readonly preserves?: boolean } = {},
) => {
  const { keeps = false, preserves = true } = more
  const user = heldBy(held)
  return preserveMailbox(
    user,
    parts.map(part => ({
      decision: decideRemove(user, productOf(part)),
      products: [productOf(part)],
      preserves,
      keeps,
    })),
    catalogue,
  )
}

t.test('a removal is held back if no other product or group of the user gives a mailbox', async t => {
  const words = (held: Held, ...parts: readonly string[]) => removed(held, parts).map(wordOf)
  t.strictSame(words({ direct: { SPE_E3: [] } }, 'SPE_E3'), ['skipped'])
  t.strictSame(words({ direct: { SPE_E3: ['EXCHANGE_S_ENTERPRISE'] } }, 'SPE_E3'), ['change'])
  t.strictSame(words({ direct: { SPE_E3: [], POWER_BI_PRO: [] } }, 'POWER_BI_PRO'), ['change'])
  t.strictSame(words({ direct: { SPE_E3: [] }, groups: [{ group: 'a', EXCHANGESTANDARD: [] }] }, 'SPE_E3'), ['change'])
  t.strictSame(
    words({ direct: { SPE_E3: [] }, groups: [{ group: 'a', state: 'Error', EXCHANGESTANDARD: [] }] }, 'SPE_E3'),
    ['skipped'],
    'a group with an error gives none',
  )
  t.strictSame(removed({ direct: { SPE_E3: [] } }, ['SPE_E3'], { preserves: false }).map(wordOf), ['change'])
  t.match(removed({ direct: { SPE_E3: [] } }, ['SPE_E3']), [
    {
      skipped:
        'The user would lose the last plan that gives a mailbox: EXCHANGE_S_ENTERPRISE of Microsoft 365 E3 (SPE_E3).',
      code: 'MAILBOX_PRESERVED',
    },
  ])
})

t.test('of several removals the one of the largest mailbox is held back, in any order', async t => {
  const held = { direct: { SPE_E3: [], EXCHANGESTANDARD: [], POWER_BI_PRO: [] } }
  t.strictSame(removed(held, ['SPE_E3', 'POWER_BI_PRO', 'EXCHANGESTANDARD']).map(wordOf), [
    'skipped',
    'change',
    'change',
  ])
  t.strictSame(removed(held, ['EXCHANGESTANDARD', 'SPE_E3']).map(wordOf), ['change', 'skipped'])
})

t.test(
  'with keep, the product stays with its mailbox alone, and a product that has nothing else is unchanged',
  async t => {
    const e3 = productOf('SPE_E3')
    const [kept] = removed({ direct: { SPE_E3: ['SWAY'] } }, ['SPE_E3'], { keeps: true })
    t.strictSame(kept, {
      change: {
        addLicenses: [
          { skuId: e3.skuId, disabledPlans: switchablePlans(e3).filter(id => id !== planId('EXCHANGE_S_ENTERPRISE')) },
        ],
        removeLicenses: [],
      },
    })
    const names = e3.plans.filter(({ name }) => name !== 'EXCHANGE_S_ENTERPRISE').map(({ name }) => name)
    t.match(removed({ direct: { SPE_E3: names } }, ['SPE_E3'], { keeps: true }), [{ unchanged: /Only the mailbox/ }])
  },
)

t.test('a transfer is held back if the new product gives no mailbox', async t => {
  const user = heldBy({ direct: { SPE_E3: [] } })
  const to = (part: string, preserves = true): string => {
    const from = [productOf('SPE_E3')]
    const decision = decideTransfer(user, { from, to: productOf(part) }, { products: catalogue, rules: planRules() })
    return wordOf(preserveMailbox(user, [{ decision, products: from, preserves, keeps: false }], catalogue)[0]!)
  }
  t.strictSame([to('SPE_E5'), to('POWER_BI_PRO'), to('POWER_BI_PRO', false)], ['change', 'skipped', 'change'])
  t.not(skuOf('SPE_E5'), skuOf('SPE_E3'))
})
