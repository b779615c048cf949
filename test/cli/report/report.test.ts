import t from 'tap'
import { noOutcomes } from '../../../src/core/result.ts'
import { manifestLines } from '../../../src/cli/report/report.ts'
import type { Manifest } from '../../../src/core/manifest.ts'

const manifest = (more: Partial<Manifest> = {}, rows = 5): Manifest =>
  ({
    run: '1',
    startedAt: '2026-11-21T08:30:00.000Z',
    endedAt: '2026-11-21T08:30:03.000Z',
    resumed: 0,
    completeness: 'complete',
    counts: { read: rows, written: rows, repeated: 0, dropped: 0, ...noOutcomes },
    files: [{ path: 'x.csv', format: 'csv', rows, bytes: 120, sha256: 'a'.repeat(64) }],
    ...more,
  }) as Manifest

t.test('a resumed run reports when it started instead of its duration', async t => {
  t.equal(manifestLines(manifest())[1], 'complete: 5 rows read in 3 s')
  t.equal(manifestLines(manifest({ resumed: 1 }))[1], 'complete: 5 rows read since 2026-11-21 08:30 UTC, resumed once')
  t.match(manifestLines(manifest({ resumed: 3 }))[1], /resumed 3 times$/)
})

t.test('a short file is named with its .partial name', async t => {
  t.match(manifestLines(manifest({ completeness: 'short' }))[0], /^x\.csv\.partial: 5 rows, /)
  t.match(manifestLines(manifest())[0], /^x\.csv: 5 rows, /)
})

t.test('a single row is written in the singular', async t => {
  t.strictSame(manifestLines(manifest({}, 1)), [
    `x.csv: 1 row, 120 B, sha256 ${'a'.repeat(12)}…`,
    'complete: 1 row read in 3 s',
  ])
})
