import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import t from 'tap'
import type { SandboxReply } from '../../src/sandbox/protocol.ts'
import { openBed, rowsOf, tenantOf } from './bed.ts'

const schema = JSON.parse(readFileSync(new URL('../../docs/manifest.schema.json', import.meta.url), 'utf8')) as object
const ajv = new Ajv({ allErrors: true, strict: true })
formats.default(ajv)
const fits = ajv.compile(schema)

/** What is wrong with a manifest; nothing if it is as the published schema says. */
const faults = (manifest: unknown): readonly string[] =>
  fits(manifest) ? [] : fits.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`)

const phases = `
import { pipeline, plan } from 'entrapipe'
import { csv } from 'entrapipe/sinks/csv'
import { groups } from 'entrapipe/sources/groups'
import { users } from 'entrapipe/sources/users'
export default pipeline({
  summary: 'Users, then groups.',
  make: () => [
    { name: 'users', plan: plan({ source: users({ select: ['id'] }), sink: csv({ to: 'phase-users.csv' }) }) },
    { name: 'groups', plan: plan({ source: groups({ select: ['id'] }), sink: csv({ to: 'phase-groups.csv' }) }) },
  ],
})
`
const checks = `
import { pipeline, plan } from 'entrapipe'
import { csv as toCsv } from 'entrapipe/sinks/csv'
import { csv } from 'entrapipe/sources/csv'
import { convert } from 'entrapipe/transforms/convert'
export default pipeline({
  summary: 'Days.',
  make: () => plan({ source: csv({ from: 'days.csv' }), transforms: [convert({ day: 'date' })], sink: toCsv({ to: 'days-out.csv' }), rejects: toCsv({ to: 'rejected.csv' }) }),
})
`

const bed = await openBed(t, { users: 600 })
const desk = bed.desk({
  files: {
    'phases.ts': phases,
    'checks.ts': checks,
    'days.csv': 'sep=,\nid,day\n1,2026-11-28\n2,never\n3,2026-11-29\n',
    'none.csv': 'id,day\n1,never\n',
  },
})

/** The manifest of a run that wrote none beside a file. */
const manifestOf = async (status: string): Promise<unknown> => {
  const list = await desk.run(['runs', 'list', '--status', status, '--limit', '1', '--json'])
  return (JSON.parse(list.stdout.split('\n')[0]!) as { readonly manifest: unknown }).manifest
}

t.afterEach(() => bed.before())

t.test('the published schemas are made of the types', async t => {
  const { spawnSync } = await import('node:child_process')
  const script = new URL('../../scripts/manifest-schema.js', import.meta.url)
  t.equal(spawnSync(process.execPath, [script.pathname, '--check']).status, 0, 'npm run schema')
})

t.test('manifests of files of each format fit the published schema', async t => {
  for (const [name, ...more] of [
    ['users.csv', '--preset', 'portal-users'],
    ['users.jsonl.zst', '--select', '+signInActivity', '--page-size', '100'],
    ['users.parquet', '--preset', 'all'],
    ['users.xlsx', '--limit', '20'],
    ['searched.json', '--search', '"displayName:a"'],
    ['first.jsonl', '--delta'],
    ['changes.jsonl', '--delta'],
  ] as const) {
    const { status, stderr } = await desk.run(['export', 'users', ...more, '--to', name])
    t.equal(status, 0, stderr)
    t.strictSame(faults(desk.manifest(name)), [], name)
  }
  const memberships = await desk.run(['export', 'memberships', '--to', 'memberships.csv'])
  t.equal(memberships.status, 0, memberships.stderr)
  t.match(desk.manifest('memberships.csv').completeness, 'unverified')
  t.strictSame(faults(desk.manifest('memberships.csv')), [])
})

t.test('so does the manifest of a folder of part files', async t => {
  const args = ['export', 'users', '--select', 'id,accountEnabled', '--format', 'parquet', '--part-rows', '250']
  const { status, stderr } = await desk.run([...args, '--to', 'lake/users/'])
  t.equal(status, 0, stderr)
  const manifest = JSON.parse(desk.read('lake/users/_manifest.json')) as { readonly files: readonly unknown[] }
  t.equal(manifest.files.length, 3)
  t.strictSame(faults(manifest), [])
})

t.test('so do those of drifted, short and limited exports, and of one without delta', async t => {
  let asked = 0
  bed.before(async ({ path }) => {
    if (path === '/users' && ++asked === 2) await bed.mutate({ do: 'delete', kind: 'user', id: ids[0]! })
    return undefined
  })
  const ids = rowsOf<{ id: string }>((await desk.run(['export', 'users', '--select', 'id', '--quiet'])).stdout).map(
    ({ id }) => id,
  )
  asked = 0
  const query = ['export', 'users', '--select', 'id', '--page-size', '100', '--to'] as const
  await desk.run([...query, 'drifted.csv'])
  t.equal(desk.manifest('drifted.csv').completeness, 'drifted')
  t.strictSame(faults(desk.manifest('drifted.csv')), [])

  asked = 0
  bed.before(async (request, answer): Promise<SandboxReply | undefined> => {
    if (request.path !== '/users' || ++asked !== 3) return undefined
    const reply = await answer(request)
    const { '@odata.nextLink': _, ...rest } = JSON.parse(reply.body!) as Record<string, unknown>
    return { ...reply, body: JSON.stringify(rest) }
  })
  t.equal((await desk.run([...query, 'short.csv'])).status, 4)
  bed.before()
  const short = await manifestOf('short')
  t.match(short, { completeness: 'short' })
  t.strictSame(faults(short), [])

  const { appId, secrets } = await bed.app('basic')
  const basic = bed.desk()
  writeFileSync(basic.path('secret'), secrets.find(({ expired }) => !expired)!.value, { mode: 0o600 })
  writeFileSync(
    basic.path('entrapipe.config.json'),
    JSON.stringify({ tenants: { bed: tenantOf(bed.sandbox, basic.path('secret'), appId) } }),
  )
  await basic.run(['export', 'users', '--to', 'basic.csv'])
  t.match(basic.manifest('basic.csv'), { completeness: 'unverified', drift: undefined })
  t.strictSame(faults(basic.manifest('basic.csv')), [])
})

t.test('so do those of files with ignored and rejected records, of a failed run, and of differences', async t => {
  t.equal((await desk.run(['run', './checks.ts'])).status, 3)
  t.match(desk.manifest('days-out.csv'), { counts: { failed: 1 }, ignored: [{}] })
  t.strictSame(faults(desk.manifest('days-out.csv')), [])
  t.strictSame(faults(desk.manifest('rejected.csv')), [])
  writeFileSync(desk.path('days.csv'), 'id,day\n1,never\n')
  t.equal((await desk.run(['run', './checks.ts', '--fresh'])).status, 3)
  const failed = await manifestOf('failed')
  t.match(failed, { status: 'failed' })
  t.strictSame(faults(failed), [])
  const { status, stderr } = await desk.run(['diff', 'none.csv', 'days.csv', '--key', 'id', '--to', 'diff.csv'])
  t.equal(status, 0, stderr)
  t.match(desk.manifest('diff.csv'), { differences: { unchanged: 1 } })
  t.strictSame(faults(desk.manifest('diff.csv')), [])
})

t.test('so do those of deltas: the first load, and changes since', async t => {
  const args = ['export', 'users', '--select', 'id,displayName', '--delta', '--to'] as const
  for (const [name, kind] of [
    ['first.jsonl', 'full'],
    ['second.jsonl', 'changes'],
  ] as const) {
    const { status, stderr } = await desk.run([...args, name])
    t.equal(status, 0, stderr)
    t.match(desk.manifest(name), { delta: { kind } })
    t.strictSame(faults(desk.manifest(name)), [], name)
  }
})

t.test('so do those of several phases, and of changes to the directory', async t => {
  const { status, stderr } = await desk.run(['run', './phases.ts', '--tenant', 'bed'])
  t.equal(status, 0, stderr)
  t.strictSame(faults(desk.manifest('phase-users.csv')), [])
  const joined = await manifestOf('done')
  t.match(joined, { phases: [{ phase: 'users' }, { phase: 'groups' }] })
  t.strictSame(faults(joined), [])
  const [id] = rowsOf<{ id: string }>(
    (await desk.run(['export', 'users', '--select', 'id', '--limit', '1', '--quiet'])).stdout,
  ).map(row => row.id)
  writeFileSync(desk.path('change.csv'), `id,city\n${id},Kiel\n`)
  const update = ['users', 'update', '--tenant', 'bed', '--from', 'change.csv', '--yes', '--results', 'results.csv']
  const changed = await desk.run(update)
  t.equal(changed.status, 0, changed.stderr)
  const change = await manifestOf('done')
  t.match(change, { counts: { done: 1 } })
  t.strictSame(faults(change), [])
})

t.test('a property that is missing, misspelt or of another kind does not fit', async t => {
  await desk.run(['export', 'users', '--select', 'id', '--to', 'fine.csv'])
  const fine = desk.manifest('fine.csv')
  t.strictSame(faults(fine), [])
  for (const name of [
    'run',
    'completeness',
    'counts',
    'files',
    'startedAt',
    'resumed',
    'entrapipe',
    'pipeline',
  ] as const) {
    const { [name]: _, ...rest } = fine
    t.match(faults(rest), [new RegExp(`required property '${name}'`)], name)
  }
  const { completeness: _, ...misspelt } = { ...fine, completness: fine.completeness }
  t.equal(faults(misspelt).length, 2)
  for (const [wrong, at] of [
    [{ ...fine, completeness: 'whole' }, /^\/completeness /],
    [{ ...fine, startedAt: 'yesterday' }, /^\/startedAt /],
    [{ ...fine, counts: { ...fine.counts, read: -1 } }, /^\/counts\/read /],
    [{ ...fine, counts: { ...fine.counts, read: 1.5 } }, /^\/counts\/read /],
    [{ ...fine, files: [{ ...fine.files[0], sha256: 'x' }] }, /^\/files\/0\/sha256 /],
    [{ ...fine, used: { ...fine.used, retried: 1 } }, /^\/used /],
    [{ ...fine, drift: { created: 1 } }, /^\/drift /],
  ] as const)
    t.match(faults(wrong), [at])
})
