import t from 'tap'
import { impactJson } from '../../../src/licensing/impact/row-impact.ts'
import { skuOf } from '../products.ts'
import { collecting } from './collected.ts'

const [e3, bi] = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO')]

t.test('rows come back by user, in whatever order they came', t => {
  const all = collecting(t)
  const change = { addLicenses: [{ skuId: e3, disabledPlans: [] }], removeLicenses: [] }
  all.look('1', 'b', e3, {}, { change })
  all.look('2', 'a', e3, {}, { change })
  all.end('3', `b/licences/${bi}`, { outcome: 'skipped', code: 'PLANS_CONFLICT', message: 'They exclude each other.' })
  all.look('3', 'b', bi, {})
  all.end('4', 'nobody', { outcome: 'failed', message: 'No such user.' }, false)
  all.end('5', 'nobody', { outcome: 'failed', message: 'No such user.' }, false)
  const users = [...all.users()]
  t.match(
    users.map(({ user, name, rows }) => [user, name, rows.map(({ key, outcome }) => [key, outcome ?? 'pending'])]),
    [
      ['a', 'a@contoso.com', [['2', 'pending']]],
      [
        'b',
        'b@contoso.com',
        [
          ['1', 'pending'],
          ['3', 'skipped'],
        ],
      ],
      [undefined, undefined, [['4', 'failed']]],
      [undefined, undefined, [['5', 'failed']]],
    ],
  )
  t.match(users[1]!.rows[1], { code: 'PLANS_CONFLICT', message: /exclude/, impact: { held: String } })
  t.equal(users[0]!.rows[0]!.sameAs, users[1]!.rows[0]!.sameAs)
  t.end()
})

t.test('a usage location that is set belongs to its user', t => {
  const all = collecting(t)
  const row = { key: '1', step: 0, kind: 'set-usage-location', about: 'a/usagelocation' }
  all.looked({ ...row, impact: impactJson({ user: 'a', location: 'DE' }) })
  all.looked({ ...row, key: '2', impact: undefined })
  t.match([...all.users()], [{ user: 'a', rows: [{ isLocation: true, outcome: undefined }] }])
  t.end()
})
