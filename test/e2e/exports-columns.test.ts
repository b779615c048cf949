import { chmodSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { Kind, Reference } from '../../src/sandbox/directory/types.ts'
import { cellsOf, openBed, rowsOf, tenantOf } from './bed.ts'

const bed = await openBed(t, { users: 1_500 })
const { directory, sandbox } = bed
const desk = bed.desk()
t.afterEach(() => bed.before())

const whole = { order: 'default', view: 'direct' } as const
const idsOf = (kind: Kind): readonly string[] => directory.collection(kind).slice(whole, 5_000, ['id']).ids
const direct = (id: string): readonly Reference[] =>
  directory.related('group', id, 'members', 9_999).references.filter(({ kind }) => kind !== 'servicePrincipal')

/** Every second object of the listing at `path` lacks most properties and has one that no other has. */
const uneven = (path: string): void =>
  bed.before(async (request, answer) => {
    if (request.path !== path) return undefined
    const reply = await answer(request)
    const body = JSON.parse(reply.body!) as { value: Record<string, unknown>[] }
    const value = body.value.map((object, at) => (at % 2 === 0 ? object : { id: object['id'], neverSeen: at }))
    return { ...reply, body: JSON.stringify({ ...body, value }) }
  })

t.test('members of several types are one CSV file with one header, and every row fits it', async t => {
  const id = idsOf('group').find(group => new Set(direct(group).map(({ kind }) => kind)).size > 1)!
  const { status, stderr } = await desk.run(['export', 'members', '--group', id, '--to', 'members.csv', '--quiet'])
  t.strictSame([status, stderr], [0, ''])
  const [header, ...rows] = cellsOf(desk.read('members.csv'))
  t.strictSame(header?.slice(0, 5), ['@odata.type', 'id', 'displayName', 'userPrincipalName', 'mail'])
  t.strictSame(
    rows.map(([type, id, name]) => `${type} ${id} ${name}`).toSorted(),
    direct(id)
      .map(
        ({ kind, id }) =>
          `#microsoft.graph.${kind} ${id} ${String(directory.collection(kind).get(id)!['displayName'])}`,
      )
      .toSorted(),
  )
  t.match(desk.manifest('members.csv'), { completeness: 'complete', counts: { failed: 0 } })
})

t.test('a later object with other properties is not a failed row of a CSV file, whatever is exported', async t => {
  // A small bin has one group.
  await bed.mutate({ do: 'delete', kind: 'group', id: idsOf('group').at(-1)! })
  for (const [what, path] of [
    ['users', '/users'],
    ['groups', '/groups'],
    ['devices', '/devices'],
    ['applications', '/applications'],
    ['service-principals', '/servicePrincipals'],
    ['skus', '/subscribedSkus'],
    ['deleted-users', '/directory/deletedItems/microsoft.graph.user'],
    ['deleted-groups', '/directory/deletedItems/microsoft.graph.group'],
  ] as const) {
    uneven(path)
    const to = `${what}.csv`
    const { status, stderr } = await desk.run(['export', what, '--to', to, '--quiet'])
    t.strictSame([status, stderr], [0, ''], what)
    const { counts } = desk.manifest(to)
    t.ok(counts.read > 1, what)
    t.strictSame([counts.failed, counts.written], [0, counts.read], what)
    t.equal(cellsOf(desk.read(to)).length, counts.read + 1, what)
  }
})

t.test('a path into a property is a column, with the values of the directory', async t => {
  const [division, attribute] = ['employeeOrgData/division', 'onPremisesExtensionAttributes/extensionAttribute1']
  const { status, stderr } = await desk.run([
    ...['export', 'users', '--select', `id,${division},${attribute}`, '--to', 'parts.csv', '--quiet'],
  ])
  t.strictSame([status, stderr], [0, ''])
  const part = (user: object, path: string): string => {
    const [property = '', name = ''] = path.split('/')
    const value = (user as Record<string, Record<string, unknown> | null>)[property]?.[name]
    return value === null || value === undefined ? '' : String(value)
  }
  const expected = idsOf('user').map(id => {
    const user = directory.collection('user').get(id)!
    return [id, part(user, division!), part(user, attribute!)]
  })
  t.ok(expected.some(([, value]) => value !== ''))
  t.ok(expected.some(([, , value]) => value !== ''))
  t.strictSame(cellsOf(desk.read('parts.csv')), [['id', division, attribute], ...expected])
})

t.test('the type of members can be selected', async t => {
  const { status, stdout } = await desk.run([
    'export',
    'members',
    '--group',
    'All Company',
    '--select',
    'id,@odata.type',
  ])
  t.equal(status, 0)
  t.ok(rowsOf(stdout).every(row => row['@odata.type'] === '#microsoft.graph.user' && Object.keys(row).length === 2))
})

t.test('an option without effect, and a column that cannot be selected, are errors of one sentence', async t => {
  const names = desk.names()
  for (const [args, message] of [
    [
      ['users', '--select', '*'],
      '$select does not accept *. Name the properties of user, or use --preset all for every property that Graph lists.',
    ],
    [['users', '--select', 'id,department/x'], "'department/x' is not a property of user. Did you mean 'department'?"],
    [
      ['users', '--select', 'id,@odata.type'],
      "'@odata.type' is not a property of user. Only members of a group have it.",
    ],
    [
      ['groups', '--transitive'],
      '--transitive is an option of `export members`, `export memberships` and `export groups-of`, not of groups.',
    ],
    [['skus', '--page-size', '5'], 'skus are not paged. Leave --page-size out.'],
    [['users', '--to', 'x.jsonl', '--bom'], '--bom applies only to CSV, but the output is jsonl. Leave it out.'],
    [
      ['users', '--to', 'x.json.gz', '--nulls', 'NULL'],
      '--nulls applies only to CSV and xlsx, but the output is json. Leave it out.',
    ],
    [['users', '--delimiter', ';'], '--delimiter applies only to CSV, but the output is jsonl. Leave it out.'],
    [
      ['users', '--array-separator', '|'],
      '--array-separator applies only to CSV and xlsx, but the output is jsonl. Leave it out.',
    ],
    [
      ['users', '--to', 'x.jsonl', '--formula-guard'],
      '--formula-guard applies only to CSV, but the output is jsonl. Leave it out.',
    ],
    [
      ['users', '--to', 'x.csv', '--delimiter', '0'],
      'Expected --delimiter to be tab, or one character that is not a letter, digit or quote, got "0".',
    ],
    [
      ['users', '--to', 'x.csv', '--delimiter', ';;'],
      'Expected --delimiter to be tab, or one character that is not a letter, digit or quote, got ";;".',
    ],
    [
      ['members', '--group', 'All Company', '--filter', "departmnt eq 'x'"],
      "'departmnt' is not a property of user. Did you mean 'department'?",
    ],
  ] as const) {
    const { status, stderr } = await desk.run(['export', ...args])
    t.strictSame([status, stderr], [2, `entrapipe: ${message}\n`])
  }
  const { status, stderr } = await desk.run(['export', 'users', '--page-size', '1000'])
  t.equal(status, 2)
  t.match(stderr, /--page-size to be a whole number from 1 to 999, got "1000"/)
  t.strictSame(desk.names(), names)
})

t.test('tab is a delimiter, by name and as an escape', async t => {
  for (const delimiter of ['tab', '\\t', '\t']) {
    const args = ['export', 'users', '--select', 'id,displayName', '--limit', '1', '--format', 'csv', '--quiet']
    const { status, stdout } = await desk.run([...args, '--delimiter', delimiter])
    t.equal(status, 0)
    t.match(stdout, /^id\tdisplayName\n[^\t\n]+\t[^\t\n]+\n$/)
  }
})

t.test('columns hidden from this sign-in are named in the manifest and in a message', async t => {
  const { appId, secrets } = await bed.app('basic')
  const basic = bed.desk({ files: { secret: secrets.find(({ expired }) => !expired)!.value } })
  chmodSync(basic.path('secret'), 0o600)
  writeFileSync(
    basic.path('entrapipe.config.json'),
    JSON.stringify({ tenants: { bed: tenantOf(sandbox, basic.path('secret'), appId) } }),
  )
  const args = ['export', 'users', '--preset', 'portal-users', '--to', 'users.csv']
  const { status, stderr } = await basic.run(args)
  t.equal(status, 0, stderr)
  const { columns = [], blankColumns = [], emptyColumns = [] } = basic.manifest('users.csv').files[0]!
  const [header = [], ...rows] = cellsOf(basic.read('users.csv'))
  t.strictSame(header, columns)
  t.strictSame(
    columns.filter((_, at) => rows.every(row => row[at] === '')),
    columns.filter(column => [...blankColumns, ...emptyColumns].includes(column)),
  )
  t.ok(blankColumns.includes('department') && !blankColumns.includes('displayName'))
  t.match(
    stderr,
    `${blankColumns.length} of 25 columns have no value in any row (${blankColumns.slice(0, 4).join(', ')} …): a sign-in with User.ReadBasic.All reads only the basic properties; User.Read.All reads all.\n`,
  )
  const all = await desk.run(args)
  t.notMatch(all.stderr, 'have no value in any row')
  t.notOk(desk.manifest('users.csv').files[0]!.blankColumns?.includes('department'))
})

t.test('a pipeline, like export, cannot write a file whose extension contradicts its format', async t => {
  for (const command of ['check', 'run']) {
    const { status, stderr } = await desk.run([command, 'export users', '--to', 'x.txt'])
    t.equal(status, 2)
    t.match(stderr, /name that ends in \.csv.*got x\.txt/)
  }
  t.equal((await desk.run(['export', 'users', '--to', 'x.txt'])).status, 2)
  t.notOk(desk.names().some(name => name.startsWith('x.txt')))
})

t.test('collections without a count are read to the end, and are unverified', async t => {
  const pipeline = `
    import { pipeline, plan, text } from 'entrapipe'
    import { jsonl } from 'entrapipe/sinks/jsonl'
    import { graph } from 'entrapipe/sources/graph'
    export default pipeline({
      summary: 'A collection by its path.',
      params: { path: text('of the collection'), to: text('file') },
      make: ({ path, to }) => plan({ source: graph({ path }), sink: jsonl({ to }) }),
    })`
  writeFileSync(desk.path('collection.ts'), pipeline)
  for (const [path, completeness] of [
    ['/directoryRoles', 'complete'],
    ['/directoryRoleTemplates', 'complete'],
    ['/organization', 'complete'],
    ['/subscribedSkus', 'complete'],
    ['/domains', 'unverified'],
    ['/roleManagement/directory/roleAssignments', 'unverified'],
  ] as const) {
    const to = `${path.split('/').at(-1)}.of.jsonl`
    const { status, stderr } = await desk.run(['run', './collection.ts', '--path', path, '--to', to])
    t.equal(status, 0, stderr)
    const manifest = desk.manifest(to)
    t.equal(manifest.completeness, completeness, path)
    t.ok(manifest.counts.read > 0 && manifest.counts.written === manifest.counts.read)
    if (completeness === 'unverified') t.match(stderr, /the service has no count of this listing to compare with\n/)
  }
  const query = await desk.run(['run', './collection.ts', '--path', '/users?$top=5', '--to', 'q.jsonl'])
  t.equal(query.status, 2)
  t.match(query.stderr, /Expected path without a query/)
})

t.test('a path to one object or number exits 2 and names the export of its collection', async t => {
  const id = '3f2b8f5e-1111-4222-8333-444455556666'
  for (const [path, instead, what = 'one object'] of [
    [`/users/${id}`, `entrapipe export users --filter "id eq '${id}'"`],
    ['/users/ann@contoso.com', `entrapipe export users --filter "userPrincipalName eq 'ann@contoso.com'"`],
    [`/groups/${id}`, `entrapipe export groups --filter "id eq '${id}'"`],
    [`/organization/${id}`, 'entrapipe export graph /organization'],
    [`/groups/${id}/members/${id}`, `entrapipe export graph /groups/${id}/members`],
    ['/me', 'entrapipe export graph /me/memberOf'],
    ['/users/$count', 'entrapipe export users', 'a number'],
    [`/groups/${id}/members/$count`, `entrapipe export graph /groups/${id}/members`, 'a number'],
  ] as const) {
    const { status, stdout, stderr } = await desk.run(['export', 'graph', path])
    t.strictSame(
      [status, stdout, stderr.replaceAll('npx ', '')],
      [2, '', `entrapipe: ${path} is ${what}, not a collection. Export a collection: \`${instead}\`.\n`],
    )
  }
  const misspelt = await desk.run(['export', 'graph', '/users', '--select', 'id,dispalyName'])
  t.equal(misspelt.status, 2)
  t.match(misspelt.stderr, /type 'microsoft\.graph\.user'\. Did you mean 'displayName'\?\n$/)
  const top = await desk.run(['export', 'graph', `/users/${id}/manager`])
  t.match(top.stderr, /If this is one object, name a collection instead\. If .*, set --page-size\./)
})

t.test('an export without permission for delta continues without it', async t => {
  for (const [status, code] of [
    [400, 'Request_UnsupportedQuery'],
    [404, 'Request_ResourceNotFound'],
    [501, 'NotImplemented'],
    [403, 'Directory_FeatureDisabled'],
  ] as const) {
    bed.before(({ path }) =>
      path === '/users/delta'
        ? {
            status,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ error: { code, message: 'Not here.' } }),
          }
        : undefined,
    )
    const to = `without-delta-${status}.csv`
    const run = await desk.run(['export', 'users', '--select', 'id', '--to', to, '--quiet'])
    t.equal(run.status, 0, run.stderr)
    t.match(desk.manifest(to), { completeness: 'complete', counts: { read: 1_500 } })
  }
})

t.test('members of a group given by id require no permission to read groups', async t => {
  const id = idsOf('group').find(group => direct(group).length > 0)!
  bed.before(({ path }) =>
    path === `/groups/${id}`
      ? {
          status: 403,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            error: {
              code: 'Authorization_RequestDenied',
              message: 'Insufficient privileges to complete the operation.',
            },
          }),
        }
      : undefined,
  )
  const run = await desk.run(['export', 'members', '--group', id, '--select', 'id', '--to', 'by-id.csv', '--quiet'])
  t.equal(run.status, 0, run.stderr)
  t.equal(desk.manifest('by-id.csv').counts.read, direct(id).length)
})

t.test('columns can be renamed, those of a preset too, and filter renames the columns it keeps', async t => {
  const one = ['export', 'users', '--select', 'id,employeeOrgData/division,mail', '--to', 'one.csv', '--quiet']
  const renamed = await desk.run([...one, '--rename', 'employeeOrgData/division=Division', '--rename', 'mail=E-Mail'])
  t.strictSame([renamed.status, renamed.stderr], [0, ''])
  const cells = cellsOf(desk.read('one.csv'))
  t.strictSame(cells[0], ['id', 'Division', 'E-Mail'])
  t.strictSame((await desk.run([...one, '--fresh'])).status, 0)
  t.strictSame(cellsOf(desk.read('one.csv')).slice(1), cells.slice(1), 'the rows are the same')

  const preset = ['export', 'users', '--preset', 'script-users', '--select', '+city', '--limit', '5', '--quiet']
  t.equal((await desk.run([...preset, '--to', 'two.jsonl', '--rename', 'UserType=Kind,city=Ort'])).status, 0)
  t.strictSame(Object.keys(rowsOf(desk.read('two.jsonl'))[0]!), [
    ...[
      'Id',
      'DisplayName',
      'UserPrincipalName',
      'Kind',
      'OnPremisesSyncEnabled',
      'CompanyName',
      'CreationType',
      'Ort',
    ],
  ])

  const kept = await desk.run([
    'filter',
    'Ort ne null',
    '--from',
    'two.jsonl',
    '--to',
    'kept.csv',
    '--rename',
    'Ort=City',
  ])
  t.equal(kept.status, 0, kept.stderr)
  t.equal(cellsOf(desk.read('kept.csv'))[0]!.at(-1), 'City')
})

t.test('renaming a missing column, or renaming to an existing name, is an error', async t => {
  for (const [rename, code, message] of [
    ['phone=tel', 'COLUMN_UNKNOWN', /rename names the column phone, which its rows do not have/],
    ['id=mail', 'OPTION_INVALID', /id cannot be renamed to mail, because there is already a column mail/],
    ['id=x,mail=x', 'OPTION_INVALID', /--rename gives the name x twice/],
  ] as const) {
    const args = ['export', 'users', '--select', 'id,mail', '--to', 'none.csv', '--rename', rename, '--json']
    const { status, stderr } = await desk.run(args)
    t.match(
      { status, error: JSON.parse(stderr.trim().split('\n').at(-1)!).error },
      { status: 2, error: { code, message } },
    )
  }
})

t.test('an export for Excel has the values of a plain one', async t => {
  const select = 'id,displayName,employeeId,mobilePhone,businessPhones,accountEnabled,createdDateTime'
  const exported = (...flags: readonly string[]) =>
    desk.run(['export', 'users', '--select', select, '--quiet', ...flags])
  t.equal((await exported('--excel=;', '--to', 'excel.csv')).status, 0)
  t.equal((await exported('--to', 'plain.csv')).status, 0)
  const text = desk.read('excel.csv')
  t.match(text, /^\ufeffid;displayName;employeeId;mobilePhone;businessPhones;accountEnabled;createdDateTime\r\n/)
  t.match(text, /;"=""\+\d[^"]*""";/, 'a telephone number stays text')
  t.notMatch(text, /[^\r]\n/)
  for (const name of ['excel', 'plain'])
    t.equal((await desk.run(['filter', 'id ne null', '--from', `${name}.csv`, '--to', `${name}.jsonl`])).status, 0)
  t.equal(desk.read('excel.jsonl'), desk.read('plain.jsonl'))
})
