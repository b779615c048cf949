import t from 'tap'
import { retryAfterMs } from '../../src/graph/retry-after.ts'

const now = Date.UTC(2026, 0, 1)

t.test('it is read in every form that is met', async t => {
  const table: [header: string | undefined, waitMs: number | undefined][] = [
    ['10', 10_000],
    ['2.128', 2_128],
    [' .5 ', 500],
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
    table.map(([header]) => [header, retryAfterMs(header, now)]),
    table,
  )
})
