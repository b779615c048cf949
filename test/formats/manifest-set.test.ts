import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Listing } from '../../src/core/manifest-set.ts'
import { manifestSet, readManifestSet } from '../../src/formats/manifest-set.ts'

const listing = (path: string, more: object = {}): Listing =>
  ({
    path,
    manifest: {
      startedAt: '2026-11-29T22:00:00.000Z',
      endedAt: '2026-11-29T23:00:00.000Z',
      completeness: 'complete',
      files: [{ format: 'csv', rows: 3, bytes: 30 }],
      ...more,
    },
  }) as unknown as Listing
const made = { entrapipe: '0.0.0', writtenAt: '2026-11-30T00:00:00.000Z' }

t.test('a set is as complete as its worst listing, and spans the times of all', async t => {
  const early = listing('a.csv', { startedAt: '2026-11-29T21:00:00.000Z', completeness: 'drifted', why: 'it changed' })
  const { listings: _, ...set } = manifestSet([listing('b/'), early], made)
  t.strictSame(set, {
    ...made,
    startedAt: '2026-11-29T21:00:00.000Z',
    endedAt: '2026-11-29T23:00:00.000Z',
    completeness: 'drifted',
    why: 'a.csv: it changed',
    rows: 6,
  })
})

t.test('what is no set, missing, a folder or larger than any set is undefined; an edited set is malformed', async t => {
  const folder = t.testdir({
    'rows.json': '[{"id":1}]',
    'cut.json': '{"listings":[',
    'large.json': '',
    'edited.json': '{"writtenAt":"","listings":[{"path":1}]}',
    'folder.json': {},
    'set.json': JSON.stringify(manifestSet([listing('a.csv')], made)),
  })
  // Sparse: it takes no disk.
  truncateSync(join(folder, 'large.json'), 2 ** 32)
  for (const name of ['rows.json', 'cut.json', 'large.json', 'folder.json', 'missing.json'])
    t.equal(await readManifestSet(join(folder, name)), undefined, name)
  await t.rejects(readManifestSet(join(folder, 'edited.json')), { code: 'INPUT_MALFORMED' })
  t.match(await readManifestSet(join(folder, 'set.json')), { listings: [{ path: 'a.csv' }] })
})
