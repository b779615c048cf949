import t from 'tap'
import { openBed } from './bed.ts'

const bed = await openBed(t, { users: 10 })

/** A pipeline from a source to a sink of these kinds. */
const through = (source: string, sink: string): string => `
import { pipeline, plan, text } from 'entrapipe'
import { ${source} as from_ } from 'entrapipe/sources/${source}'
import { ${sink} as to_ } from 'entrapipe/sinks/${sink}'
export default pipeline({
  summary: 'Rows from one file to another.',
  params: { from: text('file to read'), to: text('file to write', { default: '-' }) },
  make: ({ from, to }) => plan({ source: from_({ from }), transforms: [], sink: to_({ to }) }),
})
`

const desk = (files: Readonly<Record<string, string>>) =>
  bed.desk({
    config: false,
    files: { 'json-to-csv.ts': through('json', 'csv'), 'csv-to-jsonl.ts': through('csv', 'jsonl'), ...files },
  })

t.test('a saved Graph page with a link to the next one is unverified, in the message and in the manifest', async t => {
  const page = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=abc', value: [{ id: '1' }] }
  const at = desk({ 'page.json': JSON.stringify(page) })
  const ran = await at.run(['run', './json-to-csv.ts', '--from', 'page.json', '--to', 'users.csv'])
  const why = 'page.json is one page of a listing. Its @odata.nextLink leads to more rows'
  t.equal(ran.status, 0)
  t.match(ran.stderr, new RegExp(`unverified: 1 row read .*\\n${why.replaceAll('.', '\\.')}`))
  t.match(at.manifest('users.csv'), { completeness: 'unverified', why })
})

t.test('a zero byte is rejected when a file is written, not first when it is read', async t => {
  const at = desk({
    'rows.json': JSON.stringify([
      { id: '1', name: 'a\0b' },
      { id: '2', name: 'ab' },
    ]),
  })
  const ran = await at.run(['run', './json-to-csv.ts', '--from', 'rows.json', '--to', 'rows.csv'])
  t.equal(ran.status, 3)
  t.equal(at.read('rows.csv'), 'id,name\n2,ab\n')
  t.equal((await at.run(['run', './csv-to-jsonl.ts', '--from', 'rows.csv'])).status, 0)
})

t.test('a line feed before a formula is guarded like the other characters', async t => {
  const filtered = ['filter', "id eq '1'", '--no-trailer', '--format', 'csv', '--formula-guard']
  const { stdout } = await desk({}).run(filtered, { stdin: '{"id":"1","displayName":"\\n=1+1"}\n' })
  t.equal(stdout, 'id,displayName\n1,"\'\n\'=1+1"\n')
})

t.test('the layout of a CSV file is detected as intended, or is an error', async t => {
  const rows = async (feed: string) => {
    const at = desk({ 'feed.csv': feed })
    const ran = await at.run(['run', './csv-to-jsonl.ts', '--from', 'feed.csv', '--to', 'rows.jsonl'])
    return {
      ...ran,
      rows:
        ran.status === 2
          ? []
          : at
              .read('rows.jsonl')
              .trim()
              .split('\n')
              .map(line => JSON.parse(line)),
      at,
    }
  }
  t.match(await rows('Name (Last, First);E-Mail\nAce, Ann;ann@x\nBell, Bo;bo@x\n'), {
    status: 0,
    rows: [
      { 'Name (Last, First)': 'Ace, Ann', 'E-Mail': 'ann@x' },
      { 'Name (Last, First)': 'Bell, Bo', 'E-Mail': 'bo@x' },
    ],
  })
  const typed = await rows('#TYPE Selected.User\r\n"Id","Mail"\r\n"1","a@x"\r\n"Id","Mail"\r\n"2","b@x"\r\n')
  t.match(typed, {
    status: 0,
    rows: [
      { Id: '1', Mail: 'a@x' },
      { Id: '2', Mail: 'b@x' },
    ],
    stderr: /\nignored: 1 type line \(line 1\), 1 repeated header \(line 4\)\n/,
  })
  t.strictSame(typed.at.manifest('rows.jsonl').ignored, [
    { what: 'type line', records: 1, firstLine: 1 },
    { what: 'repeated header', records: 1, firstLine: 4 },
  ])
  const unit = await rows('Employee ID,Note,Salary [EUR]\n1,Example: ask Bo first,100\n2,x,200\n3\n')
  t.match(unit, {
    status: 3,
    rows: [
      { 'Employee ID': '1', Note: 'Example: ask Bo first', 'Salary [EUR]': '100' },
      { 'Employee ID': '2', Note: 'x', 'Salary [EUR]': '200' },
    ],
  })
  t.match(await rows('id,Work Phone [phone],Home Phone [phone]\n1,2,3\n'), {
    status: 0,
    rows: [{ id: '1', 'Work Phone [phone]': '2', 'Home Phone [phone]': '3' }],
  })
  t.match(await rows('Employees of January\nid;name\n1;Ann\n'), {
    status: 2,
    stderr: /set `headerLine` to its number/,
  })
})

t.test('ids and telephone numbers in a file for Excel stay text, and are read back unchanged', async t => {
  const row = { id: '0012', phones: ['+49 30 1', '+49 30 2'], name: 'Ä;B', note: '=1+1', count: 5 }
  const at = desk({})
  const filtered = (...flags: readonly string[]) =>
    at.run(['filter', 'count eq 5', '--no-trailer', ...flags], { stdin: `${JSON.stringify(row)}\n` })
  t.equal((await filtered('--excel=;', '--to', 'x.csv')).status, 0)
  t.equal(
    at.read('x.csv'),
    '\ufeffid;phones;name;note;count\r\n"=""0012""";"=""+49 30 1;+49 30 2""";"Ä;B";"=""=1+1""";5\r\n',
  )
  const { stdout } = await at.run(['run', './csv-to-jsonl.ts', '--from', 'x.csv'])
  t.strictSame(JSON.parse(stdout.split('\n')[0]!), { ...row, phones: '+49 30 1;+49 30 2', count: '5' })
  const asked = await filtered('--excel', '--to', 'y.csv', '--json')
  t.match(asked, { status: 2, stderr: /Which list separator does Excel use\? Give --excel=';' if decimals/ })
  t.match(await filtered('--excel', '--delimiter', 'tab', '--to', 'z.csv'), { status: 0 })
  t.match(at.read('z.csv'), /^\ufeffid\tphones/)
  for (const [flags, said] of [
    [['--excel=;', '--delimiter', ',', '--to', 'v.csv'], /Expected delimiter to be the same as excel, got ","/],
    [['--excel=;', '--eol', 'lf', '--to', 'v.csv'], /Expected eol to be 'crlf' with excel, got "lf"/],
    [
      ['--excel=;;', '--to', 'v.csv'],
      /Expected --excel to be tab, or one character that is not a letter, digit or quote, got ";;"/,
    ],
    [
      ['--excel=0', '--to', 'v.csv'],
      /Expected --excel to be tab, or one character that is not a letter, digit or quote/,
    ],
    [['--excel=|', '--to', 'v.csv'], /Expected --excel to be ; or , or tab, got "\|"/],
    [['--excel=;', '--to', 'v.jsonl'], /--excel applies only to CSV, but the output is jsonl/],
  ] as const)
    t.match(await filtered(...flags), { status: 2, stderr: said })
})

t.test('results for Excel are a CSV file that Excel opens correctly, and that filter reads back', async t => {
  const at = desk({ 'feed.csv': 'id,name\n1,Ann\n2,Bo,x\n' })
  t.equal((await at.run(['filter', 'id ne null', '--from', 'feed.csv', '--to', 'out.csv'])).status, 3)
  const listed = (await at.run(['runs', 'list', '--json'])).stdout.split('\n')[0]!
  const { run } = JSON.parse(listed) as { run: string }
  t.equal((await at.run(['runs', 'results', run, '--excel=;', '--to', 'results.csv'])).status, 0)
  const [header, line, end] = at.read('results.csv').split('\r\n')
  t.match(header, /^\ufeffrun;key;step;operation;/)
  // Whether Excel would change the id of the run depends on its digits.
  t.match(line, new RegExp(`^(?:"=""${run}"""|${run});3;0;csv;feed\\.csv;failed;`))
  t.equal(end, '')
  const { stdout } = await at.run(['filter', "code eq 'ROW_INVALID'", '--from', 'results.csv'])
  t.match(JSON.parse(stdout.split('\n')[0]!), { run, key: '3', outcome: 'failed', code: 'ROW_INVALID' })
})
