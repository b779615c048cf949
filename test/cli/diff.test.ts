import { gzipSync } from 'node:zlib'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commandBed } from './command-bed.ts'

const old = 'id,name,city\n1,Ann,Bonn\n2,Bob,\n4,Dan,Rom\n'
const now = 'id,city,name,x\n2,,Bob,1\n1,Köln,Ann,1\n3,Rom,Cy,1\n'
const same =
  '{"id":"1","name":"Ann","city":"Bonn"}\n{"id":"2","name":"Bob","city":null}\n{"id":4,"name":"Dan","city":"Rom"}\n'

t.test('diff writes differences to a file or to stdout, and counts them', async t => {
  const { run, textOf, write } = await commandBed(t, { 'old.csv': old, 'new.csv': now, 'same.jsonl': same })
  const toFile = await run('diff', 'old.csv', 'new.csv', '--key', 'id', '--to', 'out/changes.csv')
  t.equal(toFile.status, 0)
  t.equal(
    textOf('out/changes.csv'),
    'change,id,properties,name.old,name.new,city.old,city.new\nchanged,1,city,,,Bonn,Köln\nadded,3,,,Cy,,Rom\nremoved,4,,Dan,,Rom,\n',
  )
  t.match(toFile.stderr, /complete: 1 added, 1 removed, 1 changed, 1 unchanged, in /)
  t.match(toFile.stderr, /^Only new\.csv has x: not compared\.$/m)
  const only = await run('diff', 'old.csv', 'new.csv', '--key', 'id', '--only', 'name', '--to', 'only.jsonl')
  t.equal(only.status, 0)
  t.equal(
    textOf('only.jsonl'),
    '{"change":"added","id":"3","old":null,"new":{"name":"Cy"}}\n{"change":"removed","id":"4","old":{"name":"Dan"},"new":null}\n',
  )
  const counted = await run('--json', 'diff', 'old.csv', 'same.jsonl', '--key', 'id', '--to', 'none.jsonl')
  t.match(JSON.parse(counted.stderr), { differences: { added: 0, removed: 0, changed: 0, unchanged: 3 } })
  t.match(JSON.parse(textOf('none.jsonl.manifest.json')), { differences: { unchanged: 3 } })
  write('old.csv.gz', gzipSync(old))
  const compressed = await run('diff', 'old.csv.gz', 'old.csv', '--key', 'id,name', '--to', 'none.json')
  t.strictSame([compressed.status, textOf('none.json').trim()], [0, '[]'])
})

t.test(
  'a CSV without differences has a header, also where the properties are not known before the first row',
  async t => {
    const { run, textOf } = await commandBed(t, { 'old.csv': old, 'same.jsonl': same })
    const header = async (...files: readonly string[]) => {
      const { status } = await run('diff', ...files, '--key', 'id', '--to', 'none.csv')
      return [status, textOf('none.csv')]
    }
    t.strictSame(await header('same.jsonl', 'same.jsonl'), [0, 'change,id,properties\n'])
    t.strictSame(await header('same.jsonl', 'same.jsonl', '--only', 'city'), [
      0,
      'change,id,properties,city.old,city.new\n',
    ])
    t.strictSame(await header('old.csv', 'old.csv'), [0, 'change,id,properties,name.old,name.new,city.old,city.new\n'])
    t.equal((await run('filter', "change eq 'added'", '--from', 'none.csv')).status, 0)
  },
)

t.test('--exit-code exits with 8 if there are differences', async t => {
  const { run } = await commandBed(t, { 'old.csv': old, 'new.csv': now })
  const of = async (...files: readonly string[]) =>
    (await run('diff', ...files, '--key', 'id', '--exit-code', '--quiet')).status
  t.equal(await of('old.csv', 'new.csv'), 8)
  t.equal(await of('old.csv', 'old.csv'), 0)
  t.equal(await of('old.csv', 'none.csv'), 2)
})

t.test('a mistake is reported with the option that makes it', async t => {
  const { run } = await commandBed(t, { 'old.csv': old, 'new.csv': now, 'same.jsonl': same })
  for (const [args, status, told] of [
    [
      ['old.csv', 'new.csv', '--key', 'ids'],
      2,
      /^entrapipe: --key names the column ids, which old\.csv does not have\./,
    ],
    [
      ['old.csv', 'new.csv', '--key', 'id', '--only', 'x'],
      2,
      /--only names the column x, which old\.csv does not have/,
    ],
    [
      ['old.csv', 'new.csv', '--key', 'id', '--ignore', 'y'],
      2,
      /--ignore names the column y, which neither old\.csv nor/,
    ],
    [['old.csv', 'new.csv', '--key', 'city'], 1, /The key column city has no value in line 3 of old\.csv.* with --key/],
    [['old.csv', 'new.xls', '--key', 'id'], 2, /Expected NEW to be a file name that ends in \.csv/],
    [['old.csv', 'new.csv', '--key', 'id', '--from-format', 'csv'], 2, /--from-format applies only to stdin/],
    [['same.jsonl', 'same.jsonl', '--key', 'id', '--from-delimiter', ';'], 2, /--from-delimiter applies only to CSV/],
    [['-', '-', '--key', 'id'], 2, /Only one of the two inputs can be stdin/],
    [['old.csv', 'new.csv'], 2, /--key/],
    [['old.csv', '--key', 'id'], 2, /The second input is missing\. Name another file, or --with users/],
    [['old.csv', 'new.csv', '--with', 'users', '--key', 'id'], 2, /either a second file or --with/],
    [['old.csv', '--with', 'members', '--key', 'id'], 2, /--with/],
    [['old.csv', 'new.csv', '--key', 'id', '--to', 'new.csv'], 2, /which is an input/],
    [['old.csv', 'new.csv', '--key', 'id', '--to', 'x.csv', '--no-trailer'], 2, /--no-trailer applies only/],
  ] as const) {
    const ran = await run('diff', ...args)
    t.equal(ran.status, status, args.join(' '))
    t.match(ran.stderr, told)
  }
})

t.test('exports of two tenants are compared only with --across-tenants, and a limited one is not complete', async t => {
  const { run, folder } = await commandBed(t)
  const exported = (to: string, ...more: readonly string[]) =>
    run('export', 'users', '--tenant', 'sandbox', '--select', 'id,city', '--quiet', '--to', to, ...more)
  await exported('old.csv')
  await exported('new.jsonl')
  const equal = await run('diff', 'old.csv', 'new.jsonl', '--key', 'id', '--exit-code', '--to', 'a.jsonl')
  t.equal(equal.status, 0, equal.stderr)
  t.match(equal.stderr, /complete: 0 added, 0 removed, 0 changed, 300 unchanged/)
  await exported('few.csv', '--limit', '10')
  const limited = await run('diff', 'old.csv', 'few.csv', '--key', 'id', '--to', 'b.jsonl')
  t.match(limited.stderr, /unverified: 0 added, 290 removed.*\nfew\.csv is limited to 10 rows: /)
  const path = join(folder, 'new.jsonl.manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { tenant: { id: string } }
  const { id } = manifest.tenant
  manifest.tenant.id = id.replace(/^./, first => (first === '0' ? '1' : '0'))
  writeFileSync(path, JSON.stringify(manifest))
  const foreign = await run('diff', 'old.csv', 'new.jsonl', '--key', 'id', '--to', 'c.jsonl')
  t.equal(foreign.status, 5)
  t.match(foreign.stderr, /The rows of old\.csv are of the tenant .*, and those of new\.jsonl of .* --across-tenants/)
  t.equal((await run('diff', 'old.csv', 'new.jsonl', '--key', 'id', '--across-tenants', '--to', 'c.jsonl')).status, 0)
})

t.test('--with compares a file with the directory, which is the newer one', async t => {
  const { run, textOf, write } = await commandBed(t)
  const exported = ['--tenant', 'sandbox', '--quiet'] as const
  await run('export', 'users', ...exported, '--select', 'id,displayName,accountEnabled,businessPhones', '--to', 'u.csv')
  const compared = (...more: readonly string[]) =>
    run('diff', 'u.csv', '--with', 'users', '--tenant', 'sandbox', '--key', 'id', ...more)
  const same = await compared('--exit-code', '--to', 'same.csv')
  t.equal(same.status, 0, same.stderr)
  t.match(same.stderr, /complete: 0 added, 0 removed, 0 changed, 300 unchanged/)
  const [head, first, second, ...rest] = textOf('u.csv').trim().split('\n')
  const [id, , ...others] = second!.split(',')
  const gone = 'ffffffff-ffff-4fff-8fff-ffffffffffff,Gone,true,'
  write('u.csv', `${[head, [id, 'Another', ...others].join(','), ...rest, gone].join('\n')}\n`)
  const changed = await run(
    '--json',
    ...['diff', 'u.csv', '--with', 'users', '--tenant', 'sandbox', '--key', 'id', '--to', 'x.jsonl'],
  )
  t.match(JSON.parse(changed.stderr.trim().split('\n').at(-1)!), {
    completeness: 'complete',
    differences: { added: 1, removed: 1, changed: 1, unchanged: 298 },
  })
  const rows = textOf('x.jsonl')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { change: string; id: string; old: object; new: object })
  const of = (change: string) => rows.find(row => row.change === change)!
  t.match(of('changed'), { id, old: { displayName: 'Another' } })
  t.strictSame([of('removed').id, of('removed').new], [gone.split(',')[0]!, null])
  t.strictSame([of('added').id, of('added').old], [first!.split(',')[0]!, null])
  await run('export', 'groups', ...exported, '--to', 'g.jsonl')
  const groups = await run(
    'diff',
    'g.jsonl',
    '--with',
    'groups',
    '--tenant',
    'sandbox',
    '--key',
    'id',
    '--exit-code',
    '--to',
    'g.csv',
  )
  t.equal(groups.status, 0, groups.stderr)
})

t.test('--with compares the captions of the portal’s downloads with the properties that they mean', async t => {
  const { run, textOf, write } = await commandBed(t)
  const inSandbox = ['--tenant', 'sandbox', '--to'] as const
  for (const [kind, preset, key] of [
    ['users', 'portal-users', 'objectId'],
    ['users', 'portal-users-29', 'userPrincipalName'],
    ['users', 'script-users', 'Id'],
    ['groups', 'portal-groups', 'id'],
    ['devices', 'portal-devices', 'objectId'],
  ] as const) {
    await run('export', kind, '--preset', preset, '--quiet', ...inSandbox, `${preset}.csv`)
    const same = await run('diff', `${preset}.csv`, '--with', kind, '--key', key, ...inSandbox, 'same.csv')
    t.match(same.stderr, /complete: 0 added, 0 removed, 0 changed, \d+ unchanged/, preset)
    t.notMatch(same.stderr, /Only the directory/, preset)
  }
  const { stderr } = await run(
    'diff',
    'portal-users.csv',
    '--with',
    'users',
    '--key',
    'objectId',
    ...inSandbox,
    'x.csv',
  )
  t.match(stderr, /^Only portal-users\.csv has authenticationAlternativePhoneNumber, authenticationEmail: not/m)
  const lines = textOf('portal-users.csv').trim().split('\n')
  const names = lines[0]!.split(',')
  const at = lines.findIndex((line, at) => at > 0 && !line.includes('"'))
  const cells = lines[at]!.split(',')
  for (const name of ['mobile', 'telephoneNumber', 'physicalDeliveryOfficeName']) cells[names.indexOf(name)] = 'another'
  write('edited.csv', lines.with(at, cells.join(',')).join('\n'))
  await run('diff', 'edited.csv', '--with', 'users', '--key', 'objectId', ...inSandbox, 'x.jsonl')
  t.match(
    textOf('x.jsonl')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as object),
    [
      {
        change: 'changed',
        old: { mobile: 'another', telephoneNumber: 'another', physicalDeliveryOfficeName: 'another' },
        new: { mobile: String, telephoneNumber: String, physicalDeliveryOfficeName: String },
      },
    ],
  )
})

t.test('a comparison says if a limit or a filter chose the rows of a file', async t => {
  const { run } = await commandBed(t)
  const exported = (to: string, ...more: readonly string[]) =>
    run('export', 'users', '--tenant', 'sandbox', '--select', 'id,department', '--quiet', '--to', to, ...more)
  await exported('all.csv')
  await exported('few.csv', '--limit', '10')
  await exported('sales.csv', '--filter', "department eq 'Sales'")
  await run('filter', "department eq 'Sales'", '--from', 'all.csv', '--quiet', '--to', 'kept.csv')
  const why = async (...inputs: readonly string[]) => {
    const { stderr } = await run('diff', ...inputs, '--key', 'id', '--to', 'x.jsonl')
    return stderr.split('\n').filter(line => / look added or removed/.test(line))
  }
  const inDirectory = ['--with', 'users', '--tenant', 'sandbox'] as const
  const looks = 'rows that an input lacks look added or removed'
  t.strictSame(await why('all.csv', ...inDirectory), [])
  t.strictSame(await why('few.csv', ...inDirectory), [`few.csv is limited to 10 rows: ${looks}`])
  t.strictSame(await why('sales.csv', ...inDirectory), [`sales.csv has only rows that a filter chose: ${looks}`])
  t.strictSame(await why('all.csv', 'kept.csv'), [`kept.csv has only rows that a filter chose: ${looks}`])
  t.strictSame(await why('sales.csv', 'sales.csv'), [], 'the same filter chose both')
})
