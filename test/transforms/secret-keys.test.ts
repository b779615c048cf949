import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { newRun, storeIn } from '../store/fixtures.ts'
import { pagesOf, storedContext, throughIn } from './through.ts'

const secrets = ['summer2026!', 'winter2026!']
const profiles = secrets.map(password => ({ profile: { name: 'x', password } }))

/** The secrets that a file below the folder has in plain text, in any case. */
const leaked = (folder: string): readonly string[] => {
  const files = readdirSync(folder, { recursive: true }).map(name => join(folder, String(name)))
  const all = files.filter(path => statSync(path).isFile()).map(path => readFileSync(path, 'latin1'))
  return secrets.filter(secret => all.some(text => text.toLowerCase().includes(secret)))
}

for (const later of ['drop', 'reject'] as const)
  t.test(`keys of objects with secret columns are not in the store as text, later: ${later}`, async t => {
    const folder = t.testdir({})
    const run = await storeIn(t, folder).create(newRun())
    const [one, two] = profiles
    const plain = [{ profile: { name: 'y' } }, { profile: 'z' }, {}]
    const pages = [
      [one, plain[0], plain[1]],
      [two, one, plain[1], plain[2]],
    ]
    const { rows, settled } = await throughIn(storedContext(run), dedupe({ by: 'profile', later }), pages)
    t.strictSame(
      rows.map(({ key }) => key),
      [1, 2, 3, 4, 7],
    )
    t.strictSame(
      settled.map(({ key }) => key),
      later === 'reject' ? [5, 6] : [],
    )
    await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, counters: {} })
    t.strictSame(leaked(folder), [])
  })

t.test('values that a lookup adds are not in the store as text if they have secret columns inside', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun())
  const from = pagesOf<Fields>('sites', [
    { code: 'A', ...profiles[0] },
    { code: 'B', profile: 'none' },
    { code: 'C', ...profiles[1] },
    { code: 'C', profile: 'later' },
  ])
  const step = lookup({ from, key: 'code', by: 'site', take: { profile: 'found' } })
  const sites = [{ site: 'B' }, { site: 'A' }, { site: 'C' }, { site: 'D' }]
  const { values } = await throughIn(storedContext(run), step, [sites])
  t.strictSame(values, [
    { site: 'B', found: 'none' },
    { site: 'A', found: profiles[0]!.profile },
    { site: 'C', found: profiles[1]!.profile },
    { site: 'D', found: null },
  ])
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, counters: {} })
  t.strictSame(leaked(folder), [])
})
