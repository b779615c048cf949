import t from 'tap'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Fields } from '../../src/core/json.ts'
import type { Entity, Kind } from '../../src/sandbox/directory/types.ts'
import { cellsOf, openBed, rowsOf, trailerOf } from './bed.ts'

const bed = await openBed(t, { users: 2_500 })
const { directory, sandbox } = bed
const desk = bed.desk()

const all = (kind: Kind): readonly Entity[] => {
  const collection = directory.collection(kind)
  return collection.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids.map(id => collection.get(id)!)
}
const users = all('user')

/** What the service was asked for while `work` ran. */
const asked = async (path: string, work: () => Promise<unknown>) => {
  const seen: { readonly query: URLSearchParams; readonly consistency: string | undefined }[] = []
  bed.before(request => {
    if (request.path === path)
      seen.push({ query: new URLSearchParams(request.query), consistency: request.headers['consistencylevel'] })
    return undefined
  })
  await work()
  bed.before()
  return seen
}

/** Exports as JSON lines to stdout. */
const rows = async (...args: readonly string[]): Promise<readonly Fields[]> => {
  const { status, stdout, stderr } = await desk.run(['export', ...args, '--quiet'])
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`)
  return rowsOf(stdout)
}

t.test('every format has the same rows, and its manifest matches its bytes', async t => {
  const select = ['id', 'displayName', 'department', 'accountEnabled']
  const wanted = users.map(user => Object.fromEntries(select.map(name => [name, user[name]])))
  const read = {
    'x.jsonl': () => rowsOf(desk.read('x.jsonl')),
    'x.json': () => JSON.parse(desk.read('x.json')) as unknown,
    'x.jsonl.zst': () => rowsOf(zstdDecompressSync(desk.bytes('x.jsonl.zst')).toString()),
    'x.json.gz': () => JSON.parse(gunzipSync(desk.bytes('x.json.gz')).toString()) as unknown,
  }
  const texts = [select, ...wanted.map(row => select.map(name => String(row[name] ?? '')))]
  const readCsv = {
    'x.csv': () => desk.read('x.csv'),
    'x.csv.gz': () => gunzipSync(desk.bytes('x.csv.gz')).toString(),
  }
  for (const to of [...Object.keys(read), ...Object.keys(readCsv)]) {
    const { status, stdout } = await desk.run(['export', 'users', '--select', select.join(','), '--to', to, '--quiet'])
    t.strictSame([status, stdout], [0, ''], to)
    if (to in read) t.strictSame(read[to as keyof typeof read](), wanted, to)
    else t.strictSame(cellsOf(readCsv[to as keyof typeof readCsv]()), texts, to)
    const verified = await desk.run(['verify', to])
    t.equal(verified.status, 0, verified.stderr)
    t.match(desk.manifest(to), {
      completeness: 'complete',
      tenant: { name: 'bed', id: sandbox.tenantId },
      counts: { before: 2_500, after: 2_500, read: 2_500, repeated: 0, dropped: 0, failed: 0, written: 2_500 },
      files: [{ path: to, rows: 2_500, bytes: desk.bytes(to).length }],
    })
  }
})

t.test('rows on stdout are JSON lines with a trailer; --format csv has no trailer', async t => {
  const lines = await desk.run(['export', 'groups', '--select', 'displayName', '--to', '-'])
  const groups = all('group').map(({ id, displayName }) => ({ id, displayName }))
  t.strictSame(
    rowsOf(lines.stdout),
    groups.map(({ displayName }) => ({ displayName })),
  )
  t.strictSame(trailerOf(lines.stdout), {
    rows: groups.length,
    complete: true,
    outcome: 'complete',
    tenant: sandbox.tenantId,
  })
  const table = await desk.run(['export', 'groups', '--select', 'displayName', '--format', 'csv'])
  t.strictSame(cellsOf(table.stdout), [['displayName'], ...groups.map(group => [String(group.displayName)])])
})

t.test('only selected properties are requested, and columns are in the given order', async t => {
  const seen = await asked('/users', async () => {
    await desk.run(['export', 'users', '--select', 'mail,displayName', '--to', 'two.csv', '--limit', '10', '--quiet'])
  })
  t.equal(seen[0]?.query.get('$select'), 'id,mail,displayName')
  t.equal(desk.read('two.csv').split('\n')[0], 'mail,displayName')
})

t.test(
  "without --select users have commonly used columns, other kinds have Graph's defaults, and annotations are omitted",
  async t => {
    const [row] = await rows('users', '--limit', '1')
    t.strictSame(
      Object.keys(row!).toSorted(),
      (
        'accountEnabled businessPhones city companyName country createdDateTime department displayName employeeId givenName id ' +
        'jobTitle mail mobilePhone officeLocation onPremisesSyncEnabled preferredLanguage state surname usageLocation ' +
        'userPrincipalName userType'
      ).split(' '),
    )
    t.strictSame(row, Object.fromEntries(Object.keys(row!).map(name => [name, users[0]![name]])))
    const [group] = await rows('groups', '--limit', '1')
    t.ok('groupTypes' in group! && 'visibility' in group)
    t.strictSame(
      Object.keys(group!).filter(name => name.includes('@')),
      [],
    )
  },
)

t.test(
  'a filter that Graph supports by default is sent plainly, and one that needs the index as an advanced query',
  async t => {
    for (const [filter, advanced, holds] of [
      ['accountEnabled eq false', false, (user: Entity) => user['accountEnabled'] === false],
      ["startsWith(displayName,'A')", false, (user: Entity) => /^a/i.test(String(user['displayName']))],
      [
        "userType eq 'Guest' and accountEnabled eq true",
        false,
        (user: Entity) => user['userType'] === 'Guest' && user['accountEnabled'] === true,
      ],
      ["endsWith(mail,'@contoso.com')", true, (user: Entity) => String(user['mail']).endsWith('@contoso.com')],
      ["department ne 'Sales'", true, (user: Entity) => user['department'] !== 'Sales'],
      ['companyName eq null', true, (user: Entity) => user['companyName'] === null],
      ["not(startsWith(displayName,'A'))", true, (user: Entity) => !/^a/i.test(String(user['displayName']))],
    ] as const) {
      let found: readonly Fields[] = []
      const seen = await asked(
        '/users',
        async () => void (found = await rows('users', '--select', 'id', '--filter', filter)),
      )
      t.strictSame(
        seen.map(({ query, consistency }) => [query.get('$count'), consistency])[0],
        advanced ? ['true', 'eventual'] : [null, undefined],
        filter,
      )
      const expected = users.filter(holds).map(({ id }) => id)
      t.ok(expected.length > 0, filter)
      t.strictSame(found.map(({ id }) => id).toSorted(), expected.toSorted(), filter)
    }
  },
)

t.test('an order and a search are sent as advanced queries automatically', async t => {
  const names = (
    await rows('users', '--select', 'displayName', '--orderby', 'displayName', '--filter', "department eq 'Finance'")
  ).map(row => String(row['displayName']))
  const expected = users.filter(user => user['department'] === 'Finance').map(user => String(user['displayName']))
  t.strictSame(names.toSorted(), expected.toSorted())
  const keys = names.map(name => name.toLowerCase())
  t.strictSame(
    keys,
    keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  )
  const [{ displayName } = {} as Entity] = users
  const found = await rows('users', '--select', 'id', '--search', `"displayName:${String(displayName).split(' ')[0]}"`)
  t.ok(found.some(({ id }) => id === users[0]?.id))
})

t.test('--limit ends the listing early, is complete, and requests no unneeded page', async t => {
  const seen = await asked('/users', async () => {
    await desk.run([
      'export',
      'users',
      '--select',
      'id',
      '--limit',
      '7',
      '--page-size',
      '5',
      '--to',
      'seven.csv',
      '--quiet',
    ])
  })
  t.strictSame(cellsOf(desk.read('seven.csv')), [['id'], ...users.slice(0, 7).map(({ id }) => [id])])
  t.match(desk.manifest('seven.csv'), { completeness: 'complete', limit: 7, counts: { read: 7, written: 7 } })
  t.ok(seen.length <= 3, `${seen.length} pages, one of them read ahead`)
})

t.test('an export that a limit ended says so, in the report, the manifest and verify', async t => {
  const first = 'complete: the first 7 rows of 2,500 (limit reached)'
  const run = await desk.run(['export', 'users', '--select', 'id', '--limit', '7', '--to', 'first.csv'])
  t.match(run.stderr, `\n${first}, in `)
  const verified = await desk.run(['verify', 'first.csv'])
  t.match(verified.stdout + verified.stderr, `, ${first}.\n`)
})

t.test('a limit that is exactly reached, or never, is not reported as an end', async t => {
  for (const limit of ['2500', '2501']) {
    const run = await desk.run(['export', 'users', '--select', 'id', '--limit', limit, '--to', 'fits.csv', '--fresh'])
    t.match(run.stderr, '\ncomplete: 2,500 rows read (counted 2,500 before, 2,500 after) in ')
    t.notOk('limit' in desk.manifest('fits.csv'))
  }
})

t.test('a search is unverified, with or without a limit', async t => {
  const [{ displayName } = {} as Entity] = users
  const search = `"displayName:${String(displayName).split(' ')[0]}"`
  for (const limit of [[], ['--limit', '1']]) {
    const to = `search${limit.length}.csv`
    await desk.run(['export', 'users', '--select', 'id', '--search', search, ...limit, '--to', to])
    t.equal(desk.manifest(to).completeness, 'unverified')
  }
  t.equal(desk.manifest('search2.csv').limit, 1)
})

t.test('groups, devices, deleted users, applications and service principals are exported completely', async t => {
  const bin = (kind: 'user' | 'group') =>
    directory.deleted(kind).slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
  for (const [what, ids] of [
    ['groups', all('group').map(({ id }) => id)],
    ['devices', all('device').map(({ id }) => id)],
    ['deleted-users', bin('user')],
    ['deleted-groups', bin('group')],
    ['applications', all('application').map(({ id }) => id)],
    ['service-principals', all('servicePrincipal').map(({ id }) => id)],
    ['skus', directory.subscribedSkus.map(({ id }) => id)],
  ] as const) {
    const to = `${what}.jsonl`
    const { status, stderr } = await desk.run(['export', what, '--select', 'id', '--to', to, '--quiet'])
    t.strictSame([status, stderr], [0, ''], what)
    const found = rowsOf<{ id: string }>(desk.read(to)).map(({ id }) => id)
    t.ok(ids.length > 0)
    t.strictSame(found.toSorted(), [...ids].toSorted(), what)
    t.match(desk.manifest(to), { completeness: 'complete', counts: { before: ids.length, after: ids.length } }, what)
  }
})

t.test('exported values of other kinds equal those of the directory', async t => {
  const [sku] = await rows('skus', '--select', 'skuPartNumber,consumedUnits', '--limit', '1')
  const { skuPartNumber, consumedUnits } = directory.subscribedSkus[0]!
  t.strictSame(sku, { skuPartNumber, consumedUnits })
  const enabled = await rows(
    'groups',
    '--select',
    'id,displayName',
    '--filter',
    'mailEnabled eq true and securityEnabled eq true',
  )
  t.strictSame(
    enabled,
    all('group')
      .filter(group => group['mailEnabled'] && group['securityEnabled'])
      .map(({ id, displayName }) => ({ id, displayName })),
  )
  const windows = await rows('devices', '--select', 'id', '--filter', "operatingSystem eq 'Windows'")
  t.equal(windows.length, all('device').filter(device => device['operatingSystem'] === 'Windows').length)
})

t.test('CSV options change how values are written', async t => {
  const at = users.findIndex(user => (user['businessPhones'] as string[]).length === 1 && user['mail'] === null)
  const user = users[at]!
  const run = await desk.run([
    ...['export', 'users', '--select', 'id,mail,imAddresses,proxyAddresses', '--to', 'written.csv', '--quiet'],
    ...['--nulls', 'NULL', '--array-separator', '|', '--eol', 'crlf', '--delimiter', ';', '--bom'],
  ])
  t.equal(run.status, 0, run.stderr)
  const text = desk.read('written.csv')
  t.equal(text[0], '\ufeff')
  const lines = text.slice(1).split('\r\n')
  t.equal(lines[0], 'id;mail;imAddresses;proxyAddresses')
  t.equal(
    lines[at + 1],
    [user.id, 'NULL', (user['imAddresses'] as string[]).join('|'), (user['proxyAddresses'] as string[]).join('|')].join(
      ';',
    ),
  )
})

t.test('an export reports what it did and which command comes next', async t => {
  const { stderr } = await desk.run(['export', 'groups', '--to', 'said.csv'])
  const lines = stderr.trimEnd().split('\n')
  t.match(lines[0], /^said\.csv: 50 rows, [\d.]+ kB, sha256 [0-9a-f]{12}…$/)
  t.match(lines[1], /^complete: 50 rows read \(counted 50 before, 50 after\) in \d.*, tenant bed$/)
  t.match(lines[2], /^Next: (npx )?entrapipe verify said\.csv$/)
})
