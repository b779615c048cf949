import t from 'tap'
import { retryAfterMs } from '../../src/graph/retry-after.ts'

const now = Date.UTC(2026, 0, 1)

t.test('Retry-After is read in every form that services send', async t => {
  const table: [header: string | undefined, waitMs: number | undefined][] = [
    ['10', 10_000],
    ['2.128', 2_128],
    [' .5 ', 500],
    ['1.0005', 1_001],
    ['86400', 86_400_000],
    ['86401', undefined],
    ['9'.repeat(400), undefined],
    ['Thu, 01 Jan 2032 00:00:30 GMT', undefined],
    ['3600', 3_600_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2025 00:00:30 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ]
  t.strictSame(
    table.map(([header]) => [header, retryAfterMs(header === undefined ? {} : { 'retry-after': header }, now)]),
    table,
  )
})

t.test('a date is relative to the clock of the service, not to that of this machine', async t => {
  const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: 'Thu, 01 Jan 2026 00:00:10 GMT' }
  const hour = 3_600_000
  for (const off of [-3 * hour, 0, 3 * hour]) t.equal(retryAfterMs(headers, now + off), 20_000)
  t.equal(
    retryAfterMs({ ...headers, date: 'Thu, 01 Jan 2026 00:01:00 GMT' }, now),
    undefined,
    'the wait is over by that clock',
  )
  t.equal(retryAfterMs({ ...headers, date: 'today' }, now), 30_000, 'an invalid Date is ignored')
  t.equal(retryAfterMs({ ...headers, 'retry-after': '7' }, now), 7_000)
  const { date, ...entry } = headers
  t.equal(retryAfterMs(entry, now + hour, date), 20_000, 'the entry of a batch has the Date of the batch')
})
