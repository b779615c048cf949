import t from 'tap'
import { noOutcomes } from '../../../src/core/result.ts'
import type { Cli } from '../../../src/cli/cli.ts'
import { manifestLines, report, statusOf } from '../../../src/cli/report/report.ts'
import type { RunEnd } from '../../../src/engine/run-request.ts'
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

t.test('a resumed run reports its duration, and when it started', async t => {
  t.equal(manifestLines(manifest())[1], 'complete: 5 rows read in 3 s')
  t.equal(
    manifestLines(manifest({ resumed: 1 }))[1],
    'complete: 5 rows read in 3 s with pauses, since 2026-11-21 08:30 UTC, resumed once',
  )
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

t.test('a limit of one row is written in the singular', async t => {
  const counts = { ...manifest({}, 1).counts, before: 3000 }
  t.match(
    manifestLines(manifest({ limit: 1, counts }, 1))[1],
    /^complete: the first row of 3,000 \(limit reached\), in/,
  )
})

t.test('if the reader closes the output, rows that failed until then still set the exit status', async t => {
  const end = (outcomes: object) =>
    statusOf({ run: '1', end: 'closed', manifest: undefined, progress: { outcomes } } as unknown as RunEnd)
  t.strictSame(
    [noOutcomes, { failed: 2 }, { failed: 2, unknown: 1 }].map(one => end({ ...noOutcomes, ...one })),
    [0, 3, 7],
  )
})

/** What is said of a run whose rows are on stdout. */
const briefly = (more: Partial<Manifest>): readonly string[] => {
  const lines: string[] = []
  const cli = { json: () => false, say: (line: string) => void lines.push(line) } as unknown as Cli
  report({ manifest: manifest(more) } as RunEnd, cli, 'brief', undefined)
  return lines
}

t.test('of rows on stdout is said why some may be missing, unless a trailer was not asked for', async t => {
  t.strictSame(briefly({}), [])
  const unsure = { completeness: 'unverified', why: 'page.json is one page of a listing' } as const
  t.strictSame(briefly({ ...unsure, source: { kind: 'json' } }), ['unverified: page.json is one page of a listing.'])
  t.strictSame(briefly({ ...unsure, source: { kind: 'jsonl', trailer: 'none' } }), [])
})

t.test('differences that are written to stdout are counted, and not complete ones say why', t => {
  const differences = { added: 2, removed: 0, changed: 0, unchanged: 3 }
  const said = (more: Partial<Manifest>) => briefly({ differences, ...more })
  t.strictSame(said({}), ['2 added, 0 removed, 0 changed, 3 unchanged.'])
  t.strictSame(said({ completeness: 'unverified', why: 'a.csv is limited to 3 rows' }), [
    '2 added, 0 removed, 0 changed, 3 unchanged.',
    'a.csv is limited to 3 rows.',
  ])
  t.end()
})

t.test('a delta says since when its changes are, and from when the next run continues', async t => {
  const delta = {
    kind: 'changes',
    from: '2026-11-20T22:00:00.000Z',
    to: '2026-11-21T08:29:00.000Z',
    removed: 1,
  } as const
  t.equal(
    manifestLines(manifest({ delta: { ...delta, created: 1000, updated: 2 } }))[2],
    'changes since 2026-11-20 22:00 UTC: 1,000 created, 2 updated, 1 removed; the next run continues from 2026-11-21 08:29 UTC',
  )
  t.equal(
    manifestLines(manifest({ delta: { kind: 'full', to: delta.to, removed: 0 } }))[2],
    'everything: 0 removed; the next run continues from 2026-11-21 08:29 UTC',
  )
  const { counts } = manifest({})
  const all = { kind: 'full', to: delta.to, removed: 0 } as const
  for (const unsaved of [{ completeness: 'short' }, { counts: { ...counts, failed: 1 } }] as const)
    t.equal(
      manifestLines(manifest({ delta: all, ...unsaved }))[2],
      'everything: 0 removed; the next run reports them again',
    )
})
