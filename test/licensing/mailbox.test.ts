import t from 'tap'
import { applied } from '../../src/licensing/decisions/applied.ts'
import { mailboxChange } from '../../src/licensing/mailbox.ts'
import { enabledPlans } from '../../src/licensing/user-licences.ts'
import { heldBy } from './held-by.ts'
import { catalogue, planId, skuOf } from './products.ts'

type Held = Parameters<typeof heldBy>[0]

const after = (held: Held, remove: string): string => {
  const user = heldBy(held)
  const left = applied(user, { addLicenses: [], removeLicenses: [skuOf(remove)] })
  return mailboxChange(enabledPlans(user, catalogue).keys(), enabledPlans(left, catalogue).keys())
}

t.test('a mailbox is judged over all products and groups', async t => {
  t.equal(after({ direct: { SPE_E3: [] } }, 'SPE_E3'), 'lost')
  t.equal(after({ direct: { SPE_E3: ['EXCHANGE_S_ENTERPRISE'] } }, 'SPE_E3'), 'none')
  t.equal(after({ direct: { SPE_E3: [], EXCHANGESTANDARD: [] } }, 'SPE_E3'), 'smaller')
  t.equal(after({ direct: { SPE_E3: [] }, groups: [{ group: 'a', SPE_E5: [] }] }, 'SPE_E3'), 'kept')
  t.equal(after({ direct: { SPE_E3: [], EXCHANGESTANDARD: [] } }, 'EXCHANGESTANDARD'), 'kept')
})

t.test('only plans that give a mailbox count', async t => {
  for (const name of [
    'EXCHANGE_S_STANDARD',
    'EXCHANGE_S_ENTERPRISE',
    'EXCHANGE_S_DESKLESS',
    'EXCHANGE_S_ESSENTIALS',
    'EXCHANGE_B_STANDARD',
    'EXCHANGE_L_STANDARD',
    'EXCHANGE_S_STANDARD_MIDMARKET',
    'EXCHANGE_S_ENTERPRISE_GOV',
  ])
    t.equal(mailboxChange([], [planId(name)]), 'gained', name)
  for (const name of [
    'EXCHANGE_S_FOUNDATION',
    'EXCHANGE_ANALYTICS',
    'EXCHANGE_S_ARCHIVE',
    'EXCHANGE_S_ARCHIVE_ADDON',
    'EXCHANGEONLINE_MULTIGEO',
  ])
    t.equal(mailboxChange([], [planId(name)]), 'none', name)
})
