import t from 'tap'
import { heldOf, heldText } from '../../../src/licensing/impact/row-impact.ts'
import { heldBy } from '../held-by.ts'

t.test('what a user has is the same text in any order, and comes back whole', t => {
  const one = heldBy({
    direct: { SPE_E3: ['SWAY', 'YAMMER_ENTERPRISE'], POWER_BI_PRO: [] },
    groups: [
      { group: 'g1', SPE_E3: ['SWAY'] },
      { group: 'g2', state: 'Error', SPE_E5: [] },
    ],
  })
  const other = heldBy({
    direct: { POWER_BI_PRO: [], SPE_E3: ['YAMMER_ENTERPRISE', 'SWAY'] },
    groups: [
      { group: 'g2', state: 'Error', SPE_E5: [] },
      { group: 'g1', SPE_E3: ['SWAY'] },
    ],
  })
  t.equal(heldText(one), heldText(other))
  t.strictSame(heldText(heldOf(heldText(one))), heldText(one))
  const back = heldOf(heldText(one))
  t.strictSame(new Map([...back.direct].sort()), new Map([...one.direct].sort()))
  t.strictSame(new Map([...back.inherited].sort()), new Map([...one.inherited].sort()))
  t.not(heldText(one), heldText(heldBy({ direct: { SPE_E3: ['SWAY'], POWER_BI_PRO: [] } })))
  t.end()
})
