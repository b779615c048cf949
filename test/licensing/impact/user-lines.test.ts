import t from 'tap'
import { impactTally } from '../../../src/licensing/impact/tally.ts'
import { userLineColumns, userLines } from '../../../src/licensing/impact/user-lines.ts'
import { catalogue, skuOf } from '../products.ts'
import { collecting } from './collected.ts'

const [e3, bi] = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO')]

t.test('each row of a user has a line with what becomes of its product, or why nothing does', t => {
  const all = collecting(t)
  const adds = { addLicenses: [{ skuId: bi, disabledPlans: [] }], removeLicenses: [] }
  const removes = { addLicenses: [], removeLicenses: [e3] }
  all.look('1', 'a', bi, { direct: { SPE_E3: [] } }, { change: adds, lacksLocation: true })
  all.look('2', 'a', e3, { direct: { SPE_E3: [] } }, { change: removes })
  all.end(
    '3',
    'nobody@contoso.com/licences/x',
    { outcome: 'failed', code: 'NOT_FOUND', message: 'No such user.' },
    false,
  )
  const location = { operation: 'set-usage-location', message: 'The user has the usage location DE.' }
  all.look('4', 'z', bi, {}, { change: adds })
  all.end('4', 'z/usagelocation', { ...location, step: 1, outcome: 'unchanged' })
  const tally = impactTally(catalogue)
  const lines = [...all.users()].flatMap(user =>
    userLines(user, user.user === undefined ? undefined : tally.addUser(user.rows), catalogue),
  )
  for (const line of lines) t.strictSame(Object.keys(line), [...userLineColumns])
  t.match(lines, [
    {
      ...{ user: 'a', userPrincipalName: 'a@contoso.com', row: '1', skuPartNumber: 'POWER_BI_PRO', outcome: 'pending' },
      ...{ takesUnitOf: ['POWER_BI_PRO'], freesUnitOf: [], plansLost: [], usageLocation: 'missing', why: null },
    },
    { row: '2', skuPartNumber: 'SPE_E3', takesUnitOf: [], freesUnitOf: ['SPE_E3'], plansGained: [] },
    { user: 'z', row: '4', outcome: 'pending', usageLocation: null },
    { user: 'nobody@contoso.com', row: '3', outcome: 'failed', code: 'NOT_FOUND', why: 'No such user.', plansLost: [] },
  ])
  t.ok((lines[0]!['plansGained'] as string[]).includes('BI_AZURE_P2'))
  t.ok((lines[1]!['plansLost'] as string[]).includes('SWAY'))
  t.end()
})
