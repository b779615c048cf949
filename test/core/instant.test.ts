import t from 'tap'
import { instantIn, instantOf, momentOf } from '../../src/core/instant.ts'

t.test('instants of any zone and precision sort as strings', async t => {
  for (const [text, instant] of [
    ['2026-01-31T09:00:00Z', '2026-01-31T09:00:00'],
    ['2026-01-15T09:00:00Z', '2026-01-15T09:00:00'],
    ['2026-01-31T09:00:00.1234500Z', '2026-01-31T09:00:00.12345'],
    ['2026-01-31T09:00:00.000Z', '2026-01-31T09:00:00'],
    ['2026-01-31T01:30:00.5+02:00', '2026-01-30T23:30:00.5'],
    ['2026-01-31T09:00:00+0100', '2026-01-31T08:00:00'],
    ['2026-01-31 09:00:00+01', '2026-01-31T08:00:00'],
    ['2026-01-31 09:00:00 -01:30', '2026-01-31T10:30:00'],
    ['2026-01-31t09:00z', '2026-01-31T09:00:00'],
    ['2026-01-31', '2026-01-31T00:00:00'],
    ['2026/1/5', '2026-01-05T00:00:00'],
    ['2026-01-31T00:00:00', '2026-01-31T00:00:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00'],
  ] as const)
    t.equal(instantOf(text), instant, text)
})

t.test('a date that does not exist or is ambiguous is not a date', async t => {
  for (const text of [
    '',
    'Never',
    '31.01.2026',
    '1/31/2026 9:00:00 AM',
    '/Date(1769850000000)/',
    '2026-01-31T09:00:00',
    '2026-02-29',
    '2026-02-31T09:00:00Z',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:60:00Z',
    '2026-01-31T10:00:61Z',
    '2026-01-31T10:00:00+24:00',
    '2026-01-31T10:00:00+01:60',
    '9999-12-31T23:59:59-01:00',
    '2026-01/31',
  ])
    t.equal(instantOf(text), undefined, text)
  t.equal(instantOf('2024-02-29'), '2024-02-29T00:00:00')
  t.equal(instantOf('2000-02-29'), '2000-02-29T00:00:00')
})

t.test('a day is distinguished from an instant', async t => {
  t.strictSame(momentOf('2026-01-31 00:00:00.000'), { instant: '2026-01-31T00:00:00', isDay: true })
  t.strictSame(momentOf('2026-01-31T00:00:00Z'), { instant: '2026-01-31T00:00:00', isDay: false })
})

t.test('dates are read as instants, other values are not', async t => {
  t.equal(instantIn(new Date(0)), '1970-01-01T00:00:00')
  t.equal(instantIn(' 2026-01-31 '), '2026-01-31T00:00:00')
  for (const value of [new Date(Number.NaN), 20260131, null, ['2026-01-31']]) t.equal(instantIn(value), undefined)
})
