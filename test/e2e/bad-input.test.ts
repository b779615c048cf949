import t, { type Test } from 'tap'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { openBed, tenantOf, trailerOf, type Desk, type Ran } from './bed.ts'

const bed = await openBed(t, { users: 1_000 })
const { sandbox } = bed

/** Reads a CSV of people, so that its mistakes come out. */
const people = `
import { pipeline, plan, text } from 'entrapipe'
import { csv as toCsv } from 'entrapipe/sinks/csv'
import { csv as fromCsv } from 'entrapipe/sources/csv'

export default pipeline({
  summary: 'People from one file to another.',
  params: { from: text('file to read'), to: text('file to write') },
  make: ({ from, to }) => plan({ source: fromCsv({ from, columns: ['name', 'mail'] }), sink: toCsv({ to }) }),
})
`
const peopleDesk = (files: Readonly<Record<string, string>> = {}): Desk =>
  bed.desk({ config: false, files: { 'people.ts': people, ...files } })

/** One sentence on stderr, one line of it; nothing on stdout; nothing half written in the folder. */
const says = (t: Test, ran: Ran, status: number, sentence: RegExp | string, desk: Desk): void => {
  t.strictSame([ran.status, ran.stdout], [status, ''], ran.stderr)
  t.match(ran.stderr, /^entrapipe: [^\n]+[.?]?\n$/, 'one line')
  t.match(ran.stderr, sentence)
  t.notMatch(ran.stderr, /\bat .+:\d+:\d+|node_modules|bug in/, 'no stack')
  t.strictSame(desk.names(), [], 'no file is left')
}

t.test('a missing file is reported', async t => {
  const desk = peopleDesk()
  const run = await desk.run(['run', './people.ts', '--from', 'nobody.csv', '--to', 'out.csv'])
  says(t, run, 2, /File \S+nobody\.csv was not found; check its name and the current folder/, desk)
  says(t, await desk.run(['verify', 'nothing.csv']), 2, /nothing\.csv/, desk)
  const shipped = await desk.run([
    'run',
    'clean-hr-feed',
    '--from',
    'nobody.csv',
    '--to',
    'out.csv',
    '--rejects',
    'rejects.csv',
  ])
  says(t, shipped, 2, /File \S+nobody\.csv was not found/, desk)
})

t.test('a folder in place of a file, and an unreadable file, are reported', async t => {
  const desk = peopleDesk()
  const folder = await desk.run(['run', './people.ts', '--from', '.', '--to', 'out.csv'])
  says(t, folder, 2, /is a folder; name a file in it/, desk)
  const other = peopleDesk({ 'closed.csv': 'name,mail\n' })
  chmodSync(other.path('closed.csv'), 0o000)
  const closed = await other.run(['run', './people.ts', '--from', 'closed.csv', '--to', 'out.csv'], { asNobody: true })
  says(t, closed, 2, /closed\.csv cannot be read: permission denied/, other)
})

t.test('an invalid header is reported', async t => {
  const desk = peopleDesk({ 'people.csv': 'Name,E-Mail\nAnn,ann@contoso.com\n' })
  const run = await desk.run(['run', './people.ts', '--from', 'people.csv', '--to', 'out.csv'])
  says(t, run, 2, /people\.csv.*\bmail\b/, desk)
})

t.test('an invalid quote on line 7 is reported with its line', async t => {
  const lines = ['name,mail', ...Array.from({ length: 9 }, (_, at) => `Person ${at},p${at}@contoso.com`)]
  lines[6] = '"Ann "Smith",ann@contoso.com'
  const desk = peopleDesk({ 'people.csv': `${lines.join('\n')}\n` })
  const run = await desk.run(['run', './people.ts', '--from', 'people.csv', '--to', 'out.csv'])
  says(t, run, 1, /people\.csv/, desk)
  t.match(run.stderr, /line 7/i)
})

t.test('an unclosed quote that starts on line 7 is reported with its line', async t => {
  const lines = ['name,mail', ...Array.from({ length: 9 }, (_, at) => `Person ${at},p${at}@contoso.com`)]
  lines[6] = '"Ann Smith,ann@contoso.com'
  const desk = peopleDesk({ 'people.csv': `${lines.join('\n')}\n` })
  const run = await desk.run(['run', './people.ts', '--from', 'people.csv', '--to', 'out.csv'])
  says(t, run, 1, /line 7/i, desk)
})

t.test('a truncated compressed file, and a file that is not UTF-8, are reported', async t => {
  const desk = peopleDesk({ 'people.csv': '', 'people.csv.gz': '' })
  writeFileSync(
    desk.path('people.csv'),
    Buffer.concat([Buffer.from('name,mail\nAnn,a@x.de\nJ'), Buffer.from([0xfc]), Buffer.from('rg,j@x.de\n')]),
  )
  const encoding = await desk.run(['run', './people.ts', '--from', 'people.csv', '--to', 'out.csv'])
  says(t, encoding, 1, /line 3/i, desk)
  writeFileSync(desk.path('people.csv.gz'), Buffer.from('1f8b08000000000000034b', 'hex'))
  const cut = await desk.run(['run', './people.ts', '--from', 'people.csv.gz', '--to', 'out.csv'])
  says(t, cut, 1, /people\.csv\.gz/, desk)
})

t.test('an unknown property in --select, --orderby and --filter suggests the nearest one', async t => {
  const desk = bed.desk()
  const asked = async (...args: readonly string[]) => desk.run(['export', 'users', ...args, '--to', 'out.csv'])
  says(t, await asked('--select', 'id,displayNam'), 2, /displayNam\b.*'displayName'\?/, desk)
  says(t, await asked('--orderby', 'departmnt'), 2, /departmnt.*'department'\?/, desk)
  says(t, await asked('--filter', "departmnt eq 'Sales'"), 2, /departmnt.*'department'\?/, desk)
  says(
    t,
    await asked('--select', 'id,,mail'),
    2,
    /Expected --select to be names separated by commas, got "id,,mail"/,
    desk,
  )
})

t.test('a typo in a filter is reported with its position and what was expected', async t => {
  const desk = bed.desk()
  const asked = async (filter: string) => desk.run(['export', 'users', '--filter', filter, '--to', 'out.csv'])
  for (const [filter, sentence] of [
    ["department equals 'Sales'", /equals/],
    ["department eq 'Sales", /quote|'/],
    ["startsWith(displayName,'A'", /\)/],
    ["department eq Sales'", /Sales/],
    ['', /filter/i],
  ] as const)
    says(t, await asked(filter), 2, sentence, desk)
  for (const filter of ["department equals 'Sales'", 'n ge'])
    says(t, await desk.run(['filter', filter], { stdin: '' }), 2, /./, desk)
})

t.test('an operator that Graph does not support on a property is an error before anything is sent', async t => {
  const desk = bed.desk()
  await bed.counters()
  const run = await desk.run(['export', 'users', '--filter', "contains(displayName,'a')", '--to', 'out.csv'])
  says(t, run, 2, /contains/i, desk)
  t.strictSame(await bed.counters(), {})
})

t.test('an unknown tenant, no tenant, and two tenants without a choice are reported', async t => {
  const one = bed.desk()
  says(
    t,
    await one.run(['export', 'users', '--tenant', 'bet']),
    2,
    /Tenant "bet" was not found in \S+entrapipe\.config\.json\. Did you mean .bed.\?/,
    one,
  )
  const none = bed.desk({ config: false })
  says(t, await none.run(['export', 'users']), 2, /No tenant is configured yet\. .*--tenant sandbox.*tenants add/, none)
  says(
    t,
    await none.run(['export', 'users', '--tenant', 'contoso']),
    2,
    /Tenant "contoso" was not found, because there is no configuration yet\./,
    none,
  )
  const two = bed.desk({ config: { tenants: { north: tenantOf(sandbox), south: tenantOf(sandbox) } } })
  says(
    t,
    await two.run(['export', 'users', '--to', 'x.csv']),
    2,
    /\S+ has several tenants: north, south\. Choose one with --tenant, for example --tenant north\./,
    two,
  )
  t.equal((await two.run(['export', 'groups', '--tenant', 'south', '--limit', '1'])).status, 0)
})

t.test('an exposed, a missing and an empty secret file are reported', async t => {
  const desk = bed.desk({ files: { secret: readFileSync(sandbox.secretFile, 'utf8'), 'empty-secret': '' } })
  const withSecret = (file: string) =>
    writeFileSync(desk.path('entrapipe.config.json'), JSON.stringify({ tenants: { bed: tenantOf(sandbox, file) } }))
  withSecret('secret')
  chmodSync(desk.path('secret'), 0o644)
  says(
    t,
    await desk.run(['export', 'users']),
    2,
    /desk-\d+\/secret can be read by others \(mode 644\)\. Run `chmod 600 /,
    desk,
  )
  chmodSync(desk.path('secret'), 0o600)
  t.equal((await desk.run(['export', 'users', '--limit', '1'])).status, 0)
  withSecret('nowhere')
  says(t, await desk.run(['export', 'users']), 2, /nowhere was not found/, desk)
  withSecret('empty-secret')
  chmodSync(desk.path('empty-secret'), 0o600)
  says(t, await desk.run(['export', 'users']), 2, /empty/, desk)
})

t.test('each mistake in the configuration is reported with its place', async t => {
  const tenant = tenantOf(sandbox)
  for (const [config, sentence] of [
    ['{ "tenants": { ', /entrapipe\.config\.json cannot be read: it is not valid JSON/],
    [{ tenants: { bed: { ...tenant, graphURL: 'x' } } }, /graphURL/],
    [
      { tenants: { bed: { ...tenant, credential: { kind: 'secret', secret: 'hunter2' } } } },
      /must not be the secret itself/,
    ],
    [{ tenants: { bed: { ...tenant, credential: { kind: 'password' } } } }, /credential/],
    [{ tenants: { bed: { ...tenant, tenantId: 'not an id' } } }, /tenantId/],
    [{ tenants: { bed: { ...tenant, graphUrl: 'http://graph.example.com/v1.0' } } }, /graphUrl/],
    [{ tenants: { sandbox: tenant } }, /sandbox/],
    [{}, /tenants/],
  ] as const) {
    const desk = bed.desk({ config })
    const run = await desk.run(['export', 'users', '--to', 'out.csv'])
    says(t, run, 2, sentence, desk)
    t.notMatch(run.stderr, /hunter2/)
  }
  const two = bed.desk({ files: { 'entrapipe.config.ts': 'export default { tenants: {} }\n' } })
  says(
    t,
    await two.run(['export', 'users']),
    2,
    /has two configurations, entrapipe\.config\.ts and entrapipe\.config\.json/,
    two,
  )
  const broken = bed.desk({ config: false, files: { 'entrapipe.config.ts': 'export default {\n  tenants: {\n' } })
  says(
    t,
    await broken.run(['export', 'users']),
    2,
    /entrapipe\.config\.ts cannot be loaded: .*\(entrapipe\.config\.ts:\d\)/,
    broken,
  )
  const elsewhere = bed.desk()
  for (const tenant of [[], ['--tenant', 'sandbox']])
    says(
      t,
      await elsewhere.run(['--config', 'other.ts', 'export', 'users', ...tenant]),
      2,
      /Configuration file \S+other\.ts was not found\. Check the path in --config\./,
      elsewhere,
    )
})

t.test('an unknown flag, command, kind, preset, format or value is reported', async t => {
  const desk = bed.desk()
  for (const [args, sentence] of [
    [['export', 'users', '--selct', 'id'], /Unknown option '--selct'\. Did you mean --select\?/],
    [['exprt', 'users'], /Unknown command 'exprt'\. Did you mean export\?/],
    [['export', 'people'], /Expected <what> to be one of users, groups, members, .*, got "people"\.\n/],
    [
      ['export', 'users', '--preset', 'portal-user'],
      /Preset portal-user does not exist for users\. Did you mean portal-users\?/,
    ],
    [['export', 'users', '--preset', 'script-groups'], /Preset script-groups is for groups, not for users/],
    [['export', 'skus', '--preset', 'portal-users'], /portal-users is for users, not for skus/],
    [['export', 'users', '--preset', 'all', '--select', 'id'], /--preset and --select cannot be combined/],
    [['export', 'users', '--limit', 'many'], /--limit to be a whole number from 1, got "many"/],
    [['export', 'users', '--to', 'out.xls'], /out\.xls/],
    [['export', 'users', '--to', 'out.csv', '--format', 'json'], /--format json contradicts the file name out\.csv/],
    [['export', 'users', '--to'], /Option '--to <file>' argument missing/],
    [['export'], /Missing required argument 'what'/],
  ] as const)
    says(t, await desk.run(args), 2, sentence, desk)
})

t.test('each invalid pipeline, and a missing or unknown parameter, is reported', async t => {
  const desk = peopleDesk({
    'broken.ts': `import { plan } from 'entrapipe'\nexport default plan({\n  source: (\n`,
    'typed.ts': `enum Color { Red }\nexport default Color\n`,
    'throws.ts': `throw new Error('nothing works')\n`,
    'lost.ts': `import { users } from 'entrapipe/sources/usrs'\nexport default users\n`,
    'none.ts': `export default 42\n`,
    'parms.ts': `export default { summary: 'x', parms: {}, make: () => ({}) }\n`,
    'words.ts': `export default { summary: 'x', params: { a: 'text' }, make: () => ({}) }\n`,
    'parts.ts': `export default { summary: 'x', make: () => ({ source: 5, sink: {} }) }\n`,
  })
  for (const [args, sentence] of [
    [['export-users'], /The pipeline export-users was not found; did you mean export users\?/],
    [['./nothing.ts'], /The pipeline file \S+nothing\.ts was not found\./],
    [['./broken.ts'], /The pipeline \S+broken\.ts cannot be loaded: /],
    [['./typed.ts'], /The pipeline \S+typed\.ts cannot be loaded: /],
    [['./throws.ts'], /The pipeline \S+throws\.ts cannot be loaded: nothing works/],
    [['./lost.ts'], /The pipeline \S+lost\.ts cannot be loaded: .*usrs/],
    [['./none.ts'], /The pipeline \S+none\.ts has no default export made by pipeline/],
    [['./parms.ts'], /pipeline has no field parms\. Did you mean params\?/],
    [['./words.ts'], /params of the pipeline: a is not a parameter\. Make each with text/],
    [
      ['./parts.ts'],
      /^entrapipe: The pipeline \S+parts\.ts is invalid: The source of the plan has no method read\.|Expected the source of the plan to be a part or an object-mode stream/,
    ],
    [['./people.ts', '--from', 'x.csv'], /Missing the required option --to <text>\. --help/],
    [
      ['./people.ts', '--from', 'x.csv', '--to', 'y.csv', '--form', 'z'],
      /Unknown option '--form'\. Did you mean --from\?/,
    ],
  ] as const)
    says(t, await desk.run(['run', ...args]), 2, sentence, desk)
})

t.test('a line on stdin that is not JSON is reported', async t => {
  const desk = bed.desk()
  const run = await desk.run(['filter', 'n ge 1', '--quiet', '--to', 'out.csv'], { stdin: '{"n":1}\nn=2\n{"n":3}\n' })
  says(t, run, 1, /Line 2 of stdin is not valid JSON/, desk)
  const cut = await desk.run(['filter', 'n ge 1', '--quiet', '--no-trailer', '--to', 'out.csv'], {
    stdin: '{"n":1}\n{"n":',
  })
  says(t, cut, 1, /is truncated in the middle of line 2/, desk)
})

t.test('a run from stdin warns before it starts that it cannot be resumed', async t => {
  const run = await bed.desk().run(['filter', 'n ge 1', '--no-trailer', '--to', 'out.csv'], { stdin: '{"n":1}\n' })
  t.equal(run.status, 0)
  t.match(
    run.stderr,
    /^If it is interrupted, this run has to start over: its source \(jsonl\) cannot be read twice\.\n/,
  )
})

t.test('stdin without a trailer is an error, and the output has no trailer', async t => {
  const desk = bed.desk()
  const run = await desk.run(['filter', 'n ge 1', '--quiet', '--to', 'out.csv'], { stdin: '{"n":1}\n' })
  says(t, run, 1, /ends without a trailer \(rows read: 1\)/, desk)
  t.equal(trailerOf(run.stdout), undefined)
})

t.test('a read-only folder, a folder as target, and a parent that is a file are reported', async t => {
  const desk = bed.desk({ config: false, files: { 'file.txt': '' } })
  mkdirSync(desk.path('closed'), { mode: 0o555 })
  mkdirSync(desk.path('open'))
  const run = (to: string) =>
    desk.run(['filter', 'n ge 1', '--no-trailer', '--to', to], { stdin: '{"n":1}\n', asNobody: true })
  for (const [to, sentence] of [
    ['closed/out.csv', /closed\/out\.csv cannot be written: permission denied/],
    ['open', /open/],
    ['file.txt/out.csv', /file\.txt/],
  ] as const) {
    const ran = await run(to)
    t.strictSame([ran.status, ran.stdout], [2, ''])
    t.match(ran.stderr, /^entrapipe: [^\n]+\n$/)
    t.match(ran.stderr, sentence)
  }
  t.strictSame(desk.names().toSorted(), ['closed', 'open'])
})

t.test('a state folder of another user, or with other files, is refused', async t => {
  const desk = bed.desk({ files: { 'letters.txt': '' } })
  chmodSync(desk.folder, 0o755)
  const run = await desk.run(['export', 'users', '--limit', '1'], { env: { ENTRAPIPE_STORE: desk.folder } })
  says(t, run, 2, /The state folder \S+ contains other files and can be read by other users\./, desk)
})
