import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import t from 'tap'
import type { ManifestSet } from '../../src/core/manifest-set.ts'
import { openBed } from './bed.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../docs/manifest-set.schema.json', import.meta.url), 'utf8'),
) as object
const ajv = new Ajv({ strict: true })
formats.default(ajv)
const fits = ajv.compile(schema)

const bed = await openBed(t, { users: 300 })
const desk = bed.desk()
const names = ['users.csv', 'groups.jsonl', 'memberships.csv', 'lake/devices/'] as const

const exported = async (what: string, to: string, ...more: readonly string[]): Promise<void> => {
  const { status, stderr } = await desk.run(['export', what, '--to', to, '--quiet', ...more])
  if (status !== 0) throw new Error(stderr)
}
await exported('users', 'users.csv', '--select', 'id,displayName')
await exported('groups', 'groups.jsonl', '--select', 'id')
await exported('memberships', 'memberships.csv')
await exported('devices', 'lake/devices/', '--format', 'parquet', '--select', 'id', '--part-rows', '50')

const setIn = (name: string): ManifestSet => JSON.parse(desk.read(name)) as ManifestSet

t.test('one manifest has the listings of a night, and is as complete as the least complete of them', async t => {
  const { status, stdout, stderr } = await desk.run(['verify', ...names, '--write', 'night.json'])
  t.equal(status, 0, stderr)
  t.match(stdout, /^Wrote night\.json: 4 listings with [\d,]+ rows, unverified\.$/m)
  const set = setIn('night.json')
  t.ok(fits(set), JSON.stringify(fits.errors))
  t.strictSame(
    set.listings.map(({ path }) => path),
    names,
  )
  t.match(set, { completeness: 'unverified', why: /^memberships\.csv: /, tenant: { name: 'bed' } })
  t.equal(
    set.rows,
    set.listings
      .flatMap(({ file, manifest }) => (file ? [file] : manifest.files))
      .reduce((sum, { rows }) => sum + rows, 0),
  )
  const all = await desk.run(['verify', 'night.json'])
  t.equal(all.status, 0, all.stderr)
  t.match(all.stdout, /^night\.json matches: 4 listings with [\d,]+ rows, unverified \(memberships\.csv: /m)
  const json = await desk.run(['verify', 'night.json', '--json'])
  t.match(JSON.parse(json.stdout), { path: 'night.json', matches: true, set })
})

t.test('without the unverified listing, the night is complete', async t => {
  t.equal((await desk.run(['verify', 'users.csv', 'groups.jsonl', 'users.csv', '--write', 'sub/small.json'])).status, 0)
  const { completeness, why, listings } = setIn('sub/small.json')
  t.strictSame(
    [completeness, why, listings.map(({ path }) => path)],
    ['complete', undefined, ['../users.csv', '../groups.jsonl']],
  )
  t.equal((await desk.run(['verify', 'sub/small.json'])).status, 0)
  const other = { ...setIn('sub/small.json'), listings: [] }
  t.notOk(fits(other), 'a set has listings')
  t.notOk(fits({ ...setIn('sub/small.json'), night: 1 }))
})

t.test(
  'a file that was changed, is missing or was replaced since does not match, and the others are still checked',
  async t => {
    const kept = desk.read('groups.jsonl')
    writeFileSync(desk.path('groups.jsonl'), `${kept}{}\n`)
    const changed = await desk.run(['verify', 'night.json'])
    t.equal(changed.status, 1)
    t.match(changed.stderr, /groups\.jsonl does not match night\.json: it has \d+ bytes/)
    t.match(changed.stdout, /^night\.json does not match: 1 of 4 listings are missing or changed\.$/m)
    writeFileSync(desk.path('groups.jsonl'), kept)

    renameSync(desk.path('users.csv'), desk.path('moved.csv'))
    const missing = await desk.run(['verify', 'night.json'])
    t.equal(missing.status, 2)
    t.match(missing.stderr, /users\.csv was not found/)
    renameSync(desk.path('moved.csv'), desk.path('users.csv'))

    await exported('devices', 'lake/devices/', '--format', 'parquet', '--select', 'id,displayName')
    const replaced = await desk.run(['verify', 'night.json'])
    t.equal(replaced.status, 1)
    t.match(replaced.stderr, /lake\/devices\/ does not match night\.json: it has the parts of run \S+, not those of/)
    t.equal(
      (await desk.run(['verify', ...names, '--write', 'night.json'])).status,
      0,
      'the next night replaces the set',
    )
    t.equal((await desk.run(['verify', 'night.json'])).status, 0)
  },
)

t.test('a folder is checked with the sets in it, wherever their files are', async t => {
  for (const to of ['f/users.csv', 'f/more/groups.jsonl'])
    await exported(to.includes('users') ? 'users' : 'groups', to, '--select', 'id')
  await exported('devices', 'f/lake/', '--format', 'jsonl', '--select', 'id')
  t.equal((await desk.run(['verify', 'f', '--write', 'f/night.json'])).status, 0)
  t.equal((await desk.run(['verify', 'f/users.csv', '--write', 'sets/one.json'])).status, 0)
  writeFileSync(desk.path('f/package.json'), '{}')
  const all = await desk.run(['verify', 'f'])
  t.equal(all.status, 0, all.stderr)
  t.match(all.stdout, /^f\/night\.json matches: 3 listings with /m)
  t.match(all.stderr, /Not checked: 1 file without a manifest of its own \(f\/package\.json\)/)
  const json = await desk.run(['verify', 'f', '--json'])
  t.match(
    json.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as object)
      .find(line => 'matches' in line),
    { path: 'f/night.json', matches: true, set: { listings: { length: 3 } } },
  )
  const only = await desk.run(['verify', 'sets'])
  t.equal(only.status, 0, only.stderr)
  t.match(only.stdout, /^sets\/one\.json matches: 1 listing with /m)

  // Each file still matches its own manifest.
  await exported('users', 'f/users.csv', '--select', 'id,displayName')
  const changed = await desk.run(['verify', 'f'])
  t.equal(changed.status, 1, changed.stderr)
  t.match(changed.stderr, /f\/users\.csv does not match f\/night\.json: it has \d+ bytes/)
  t.match(changed.stdout, /^f\/users\.csv matches its manifest/m)
  t.match(changed.stdout, /^f\/night\.json does not match: 1 of 3 listings are missing or changed\.$/m)
  rmSync(desk.path('f/more/groups.jsonl'))
  rmSync(desk.path('f/more/groups.jsonl.manifest.json'))
  t.match((await desk.run(['verify', 'f'])).stdout, /2 of 3 listings/)
  t.equal((await desk.run(['verify', 'sets'])).status, 1)
  t.equal((await desk.run(['verify', 'f', '--write', 'f/night.json'])).status, 0, 'the next night replaces the set')
  t.equal((await desk.run(['verify', 'f'])).status, 0)
  writeFileSync(desk.path('f/edited.json'), '{"listings":[],"writtenAt":""}')
  const edited = await desk.run(['verify', 'f'])
  t.equal(edited.status, 1)
  t.match(edited.stderr, /f\/edited\.json is not a set of manifests\. Was it edited\?/)
})

t.test('nothing is written if a file does not match, nor over a file that is no set', async t => {
  mkdirSync(desk.path('other'))
  writeFileSync(desk.path('other/rows.csv'), 'id\n1\n')
  const bare = await desk.run(['verify', 'users.csv', 'other/rows.csv', '--write', 'bare.json'])
  t.equal(bare.status, 2)
  t.match(bare.stderr, /bare\.json was not written/)
  t.notOk(desk.names().includes('bare.json'))
  writeFileSync(desk.path('notes.json'), '{"mine":true}')
  writeFileSync(desk.path('begun.json.partial'), '[')
  for (const [to, why] of [
    ['notes.json', /already exists, and is not a set of manifests/],
    ['begun.json', /begun\.json\.partial is in the way: an unfinished run may have written it/],
    ['night.csv', /Expected --write to be a file on this machine whose name ends in \.json/],
    ['s3://bucket/night.json', /on this machine/],
    ['users.csv.manifest.json', /is the name of a file that is written beside users\.csv/],
    ['lake/devices/_manifest.json', /is the name of the manifest of a folder of part files/],
  ] as const) {
    const { status, stderr } = await desk.run(['verify', 'users.csv', '--write', to])
    t.equal(status, 2, to)
    t.match(stderr, why)
  }
  t.equal(desk.read('notes.json'), '{"mine":true}')
  t.equal(desk.read('begun.json.partial'), '[')
  const nested = await desk.run(['verify', 'night.json', '--write', 'again.json'])
  t.equal(nested.status, 2)
  t.match(nested.stderr, /night\.json is a set already/)
  writeFileSync(desk.path('broken.json'), '{"listings":[],"writtenAt":""}')
  t.match(
    (await desk.run(['verify', 'broken.json'])).stderr,
    /broken\.json is not a set of manifests\. Was it edited\?/,
  )
})

t.test('listings of two directories do not belong to one set', async t => {
  const manifest = desk.manifest('groups.jsonl')
  rmSync(desk.path('groups.jsonl.manifest.json'))
  const tenant = { name: 'other', id: '99999999-2222-4333-8444-555555555555' }
  writeFileSync(desk.path('groups.jsonl.manifest.json'), JSON.stringify({ ...manifest, tenant }))
  const { status, stderr } = await desk.run(['verify', 'users.csv', 'groups.jsonl', '--write', 'two.json'])
  t.equal(status, 2)
  t.match(stderr, /users\.csv is of the directory \S+, and groups\.jsonl of 99999999/)
})
