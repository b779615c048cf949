import t from 'tap'
import { instantOf, isInstant } from '../../src/odata/instant.ts'

t.test('instants of any zone and precision sort as texts', async t => {
  for (const [text, instant] of [
    ['2026-01-31T09:00:00Z', '2026-01-31T09:00:00'],
    ['2026-01-31T09:00:00.1234500Z', '2026-01-31T09:00:00.12345'],
    ['2026-01-31T09:00:00.000Z', '2026-01-31T09:00:00'],
    ['2026-01-31T01:30:00.5+02:00', '2026-01-30T23:30:00.5'],
    ['2026-01-31T09:00Z', '2026-01-31T09:00:00'],
    ['2026-01-31', '2026-01-31T00:00:00'],
    ['2026-01-31T09:00:00', undefined],
    ['31.01.2026', undefined],
    ['', undefined],
  ] as const)
    t.equal(instantOf(text), instant, text)
})

t.test('what is no day or time of the calendar is no instant', async t => {
  for (const text of ['2024-02-29', '2026-12-31T23:59:59.9999999Z', '2026-01-31T09:00:00-11:30'])
    t.equal(isInstant(text), true, text)
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-04-31T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:60:00Z',
    '2026-01-31T10:00:61Z',
    '2026-01-31T10:00:00',
  ])
    t.equal(isInstant(text), false, text)
})
