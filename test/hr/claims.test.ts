import t from 'tap'
import { choose, claimIn } from '../../src/hr/claims.ts'
import { column } from '../../src/hr/values.ts'
import { row, sample } from './sample.ts'

const moment = { nowMs: Date.parse('2026-06-15T12:00:00Z'), timeZone: 'Europe/Berlin' }
const mapping = sample()
const chosen = (...rows: readonly Readonly<Record<string, string>>[]) => {
  const found = choose(
    mapping,
    rows.map((cells, at) => claimIn(mapping, at + 2, row(cells), moment)),
  )
  return 'claim' in found ? found.claim.line : found
}

t.test('of several rows the last one that is in effect counts', async t => {
  t.equal(chosen({ ValidFrom: '1.1.2020' }, { ValidFrom: '1.1.2025' }, { ValidFrom: '1.1.2022' }), 3)
  t.equal(chosen({ ValidFrom: '' }, { ValidFrom: '1.1.2020' }), 3)
})

t.test('a transfer that lies ahead waits for its day, and one of today counts', async t => {
  t.equal(chosen({ ValidFrom: '1.1.2020' }, { ValidFrom: '1.7.2026' }), 2)
  t.equal(chosen({ ValidFrom: '1.1.2020' }, { ValidFrom: '15.6.2026' }), 3)
  t.equal(chosen({ ValidFrom: '1.7.2026' }, { ValidFrom: '1.5.2026' }, { ValidFrom: '1.1.2020' }), 3)
})

t.test('the main job comes before a later second one', async t => {
  t.equal(chosen({ ValidFrom: '1.1.2020' }, { ValidFrom: '1.1.2025', Main: 'N' }), 2)
  t.equal(chosen({ ValidFrom: '1.7.2026' }, { ValidFrom: '1.1.2025', Main: 'N' }), 3)
})

t.test('if all rows are ahead, the first one to come counts', async t => {
  t.equal(chosen({ ValidFrom: '1.9.2026' }, { ValidFrom: '1.8.2026' }), 3)
})

t.test('rows that are equal in everything are one row', async t => {
  t.equal(chosen({ ValidFrom: '1.1.2020' }, { ValidFrom: '1.1.2020' }), 2)
})

t.test('rows that differ only in how the key is written are one row', async t => {
  t.equal(chosen({ EmpNo: 't047 ' }, { EmpNo: 'T047' }), 2)
  t.match(chosen({ EmpNo: 't047 ' }, { EmpNo: 'T047', Dept: 'IT' }), { lines: [2, 3] })
})

t.test('a key with a character that nobody sees fails its row', async t => {
  t.throws(() => claimIn(mapping, 2, row({ EmpNo: '\u200bT011' }), moment), {
    code: 'ROW_INVALID',
    facts: { column: 'EmpNo' },
    message: 'EmpNo has the character U+200B, which cannot be seen.',
  })
  t.equal(claimIn(mapping, 2, row({ EmpNo: '\ufeffT011\u00a0' }), moment).key, 'T011')
})

t.test('different rows of which none counts more fail the person, with their lines', async t => {
  t.match(chosen({ ValidFrom: '1.1.2020' }, { ValidFrom: '1.1.2020', Dept: 'IT' }), {
    lines: [2, 3],
    fault: /2 different rows, in lines 2, 3.*same first day/,
  })
  const { rows: _, ...others } = mapping
  const without = { ...others, rows: undefined }
  t.match(
    choose(
      without,
      [row({ Dept: 'A' }), row({ Dept: 'B' })].map((cells, at) => claimIn(without, at, cells, moment)),
    ),
    {
      fault: /does not say which one counts/,
    },
  )
})

t.test('a first day is ahead or not where the person is', async t => {
  const at = { nowMs: Date.parse('2026-06-30T23:00:00Z'), timeZone: 'UTC' }
  const isAhead = (Zone: string) => claimIn(mapping, 2, row({ ValidFrom: '1.7.2026', Zone }), at).isAhead
  t.equal(isAhead(''), true)
  t.equal(isAhead('Europe/Berlin'), false)
  t.throws(() => isAhead('Berlin'), { code: 'ROW_INVALID', facts: { column: 'Zone' } })
})

t.test('a row without a key fails, and blanks around a key do not count', async t => {
  t.throws(() => claimIn(mapping, 2, row({ EmpNo: ' ' }), moment), { code: 'ROW_INVALID', message: 'EmpNo is empty.' })
  t.equal(claimIn(mapping, 2, row({ EmpNo: ' 007 ' }), moment).key, '007')
  t.equal(claimIn(sample({ person: column('EmpNo').lower() }), 2, row({ EmpNo: 'A7' }), moment).key, 'a7')
})
