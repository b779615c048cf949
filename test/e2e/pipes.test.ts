import t from 'tap'
import { readFileSync } from 'node:fs'
import type { Fields } from '../../src/core/json.ts'
import { openBed, rowsOf, trailerOf } from './bed.ts'

const bed = await openBed(t, { users: 100_000 })
const { directory, sandbox } = bed
const desk = bed.desk({ files: { 'feed.csv': 'Employee ID;Hired\n1;2026-01-31\n2;31.01.2026\n' } })

const groups = directory.collection('group')
const allGroups: readonly Fields[] = groups
  .slice({ order: 'default', view: 'direct' }, 99_999, ['id'])
  .ids.map(id => groups.get(id)!)
const mailNames = allGroups.filter(group => group['mailEnabled'] === true).map(group => group['displayName'])
const namesOf = (text: string): readonly unknown[] => rowsOf(text).map(row => row['displayName'])

/** Runs a pipe; says of each named part with which status it ended. */
const pipe = async (...parts: readonly string[]) => {
  const script = parts
    .map((part, at) =>
      at < parts.length - 1 || part.startsWith('entrapipe') ? `{ ${part}; echo $? >status-${at}; }` : part,
    )
    .join(' | ')
  const { stdout, stderr } = await desk.shell(script)
  const status = (at: number): number => Number(desk.read(`status-${at}`))
  return { stdout, stderr, status }
}

t.test('`| head -5` ends the pipe long before the export would', async t => {
  await bed.counters()
  const { stdout, stderr, status } = await pipe(
    'entrapipe export users --to - --quiet',
    // Whichever shards are read first have some.
    `entrapipe filter "department eq 'Sales' and contains(displayName,'a')"`,
    'head -5',
  )
  const rows = rowsOf(stdout)
  t.equal(rows.length, 5)
  for (const { displayName } of rows) t.match(displayName, /a/i)
  t.strictSame([stderr, status(0), status(1)], ['', 0, 0], 'both ended quietly')
  const pages = Object.values((await bed.counters())['GET /users'] ?? {}).reduce((sum, one) => sum + one, 0)
  t.ok(pages > 0 && pages < 50, `${pages} of 101 pages were asked for`)
})

for (const format of ['jsonl', 'csv', 'json'])
  t.test(`an export whose reader closes ${format} early exits 0, and claims nothing`, async t => {
    const { child, ended } = desk.start(['export', 'users', '--to', '-', '--format', format])
    child.stdout!.once('data', () => child.stdout!.destroy())
    const { status, stderr } = await ended
    t.strictSame([status, stderr], [0, ''])
    const { stdout } = await desk.run(['runs', 'list', '--json'])
    const [run] = rowsOf<{ readonly run: string; readonly status: string; readonly manifest?: unknown }>(stdout)
    t.strictSame([run?.status, run?.manifest], ['done', undefined])
    const shown = await desk.run(['runs', 'show', run!.run])
    t.strictSame([shown.status, /complete|unverified|\brows\b/.test(shown.stdout)], [0, false], shown.stdout)
  })

t.test('filter passes typed rows, exactly those that match, with tenant and completeness', async t => {
  const { stdout, status } = await pipe(
    'entrapipe export groups --select displayName,mailEnabled,groupTypes --quiet',
    'entrapipe filter "mailEnabled eq true"',
    `entrapipe filter "groupTypes/any(type: type eq 'Unified') or displayName ne null"`,
  )
  t.strictSame([status(0), status(1), status(2)], [0, 0, 0])
  t.strictSame(namesOf(stdout), mailNames)
  t.strictSame(trailerOf(stdout), {
    rows: mailNames.length,
    complete: true,
    outcome: 'complete',
    tenant: sandbox.tenantId,
  })
})

t.test('a filter into a file names the tenant in its manifest, and counts the rows it dropped', async t => {
  const { status } = await pipe(
    'entrapipe export groups --select displayName,mailEnabled --quiet',
    'entrapipe filter "mailEnabled eq true" --to mail.csv --quiet',
  )
  t.strictSame([status(0), status(1)], [0, 0])
  t.match(desk.manifest('mail.csv'), {
    completeness: 'complete',
    tenant: { id: sandbox.tenantId },
    counts: { read: allGroups.length, dropped: allGroups.length - mailNames.length, written: mailNames.length },
  })
})

t.test('a listing ended by --limit is complete for its reader', async t => {
  const { stdout, status } = await pipe('entrapipe export users --limit 10 --quiet', 'entrapipe filter "id ne null"')
  t.strictSame([status(0), status(1)], [0, 0])
  t.match(trailerOf(stdout), { rows: 10, complete: true })
})

t.test('a stream without its trailer is exit 1 with one sentence, and gets no new trailer', async t => {
  const { status, stdout, stderr } = await desk.run(['filter', 'n ge 1'], { stdin: '{"n":1}\n{"n":2}\n' })
  t.equal(status, 1)
  t.match(
    stderr,
    /^entrapipe: The input from stdin ends without a trailer \(rows read: 2\)\. [^\n]+--no-trailer\. To read a file, [^\n]+\n$/,
  )
  t.equal(trailerOf(stdout), undefined)
  const file = await desk.run(['filter', 'n ge 1', '--to', 'cut.jsonl'], { stdin: '{"n":1}\n{"n":2}\n' })
  t.equal(file.status, 1)
  t.notOk(desk.names().some(name => name.startsWith('cut')))
})

t.test('an empty stream has no trailer and is an error; an empty listing has one and is not', async t => {
  t.equal((await desk.run(['filter', 'n ge 1'])).status, 1)
  const { stdout, status } = await pipe(
    `entrapipe export users --filter "displayName eq 'Nobody at all'" --quiet`,
    'entrapipe filter "id ne null"',
  )
  t.strictSame([status(0), status(1)], [0, 0])
  t.match(trailerOf(stdout), { rows: 0, complete: true })
})

t.test('--no-trailer reads rows of other programs, writes no trailer, and the run stays unverified', async t => {
  const { stdout, stderr, status } = await pipe(
    'entrapipe export groups --select displayName,mailEnabled --quiet',
    `sed '/"$end"/d'`,
    'entrapipe filter "mailEnabled eq true" --no-trailer',
  )
  t.strictSame([status(0), status(2), stderr], [0, 0, ''])
  t.strictSame(namesOf(stdout), mailNames)
  t.equal(trailerOf(stdout), undefined)
  const file = await desk.run(['filter', 'n ge 1', '--no-trailer', '--to', 'foreign.csv'], { stdin: '{"n":1}\n' })
  t.equal(file.status, 0)
  t.match(desk.manifest('foreign.csv'), { completeness: 'unverified', counts: { written: 1 } })
})

t.test(
  'a program in between that drops rows but not the trailer is detected, unless --no-trailer is given',
  async t => {
    const parts = [
      'entrapipe export groups --select displayName,mailEnabled --quiet',
      `grep -v '"mailEnabled":false'`,
    ] as const
    const strict = await pipe(...parts, 'entrapipe filter "displayName ne null"')
    t.equal(strict.status(2), 1)
    t.match(strict.stderr, /^entrapipe: The trailer of stdin states \d+ rows, got \d+\. [^\n]+\n$/)
    t.equal(trailerOf(strict.stdout), undefined)
    const lenient = await pipe(...parts, 'entrapipe filter "displayName ne null" --no-trailer')
    t.equal(lenient.status(2), 0)
    t.strictSame(namesOf(lenient.stdout), mailNames)
  },
)

t.test('--no-trailer on an export omits the last line, for programs that do not know it', async t => {
  const { stdout } = await pipe('entrapipe export groups --select displayName --no-trailer --quiet', 'wc -l')
  t.equal(Number(stdout), allGroups.length)
})

t.test('an export killed in mid-pipe makes the next command exit 1 without a trailer or a file', async t => {
  for (const to of ['-', 'killed.csv']) {
    let asked = 0
    bed.before(({ path }) => {
      if (path === '/users' && ++asked === 3) process.kill(Number(readFileSync(desk.path('pid'), 'utf8')), 'SIGKILL')
      return undefined
    })
    const { stdout, stderr, status } = await pipe(
      `sh -c 'echo $$ >pid; exec "${process.execPath}" "$0" export users --page-size 100 --quiet' "${desk.binary}"`,
      `entrapipe filter "id ne null" --to ${to}`,
    )
    bed.before()
    t.strictSame([status(0), status(1)], [137, 1])
    t.match(
      stderr,
      /^entrapipe: (?:The input from stdin ends without a trailer \(rows read: \d+\)\.|.* (?:is truncated|ends) in the middle of) [^\n]+$/m,
    )
    t.equal(trailerOf(stdout), undefined)
    t.notOk(desk.names().some(name => name.startsWith('killed')))
  }
})

t.test('two concatenated streams are an error', async t => {
  const stream = '{"n":1}\n{"$end":{"rows":1,"complete":true}}\n'
  const { status, stderr } = await desk.run(['filter', 'n ge 1'], { stdin: stream + stream })
  t.equal(status, 1)
  t.match(stderr, /^entrapipe: Line 3 of stdin comes after the trailer\. [^\n]+\n$/)
})

t.test('a drifted listing and its limit are passed on, to the next command and to a manifest', async t => {
  const end = { rows: 1, complete: true, outcome: 'drifted', limit: 7, tenant: sandbox.tenantId }
  const stdin = `{"n":1}\n${JSON.stringify({ $end: end })}\n`
  t.strictSame(trailerOf((await desk.run(['filter', 'n ge 1'], { stdin })).stdout), end)
  const { status } = await desk.run(['filter', 'n ge 1', '--to', 'drifted.csv'], { stdin })
  t.equal(status, 0)
  t.match(desk.manifest('drifted.csv'), {
    completeness: 'drifted',
    why: 'the command that wrote the rows reported that the directory changed while it read',
    limit: 7,
  })
})

t.test('the limit of an export is in its trailer', async t => {
  const { stdout } = await desk.run(['export', 'users', '--select', 'id', '--limit', '3'])
  t.strictSame(trailerOf(stdout), {
    rows: 3,
    complete: true,
    outcome: 'complete',
    limit: 3,
    tenant: sandbox.tenantId,
  })
})

t.test('an unverified stream stays unverified through any number of commands', async t => {
  const { status, stdout } = await desk.run(['filter', 'n ge 1'], {
    stdin: '{"n":1}\n{"$end":{"rows":1,"complete":false}}\n',
  })
  t.equal(status, 0)
  t.strictSame(trailerOf(stdout), { rows: 1, complete: false, outcome: 'unverified' })
})

t.test('a filter over a column that no row has fails, and writes no trailer', async t => {
  const stdin = '{"department":"Sales"}\n{"$end":{"rows":1,"complete":true}}\n'
  const { status, stdout, stderr } = await desk.run(['filter', "departmnt ne 'Sales'"], { stdin })
  t.strictSame(
    [status, stdout, stderr],
    [
      2,
      '{"department":"Sales"}\n',
      'entrapipe: filter names the column departmnt, which no row had. Did you mean department? For an optional column, add a question mark: departmnt?.\n',
    ],
  )
  t.strictSame((await desk.run(['filter', "departmnt? ne 'Sales'", '--quiet'], { stdin })).status, 0)
})

t.test('the error for a missing column gives names as a filter reads them', async t => {
  const stdin = '{"Employee ID":"1","b?":"x","n":1}\n{"$end":{"rows":1,"complete":true}}\n'
  for (const [odata, says] of [
    [
      "[Employe ID] eq '1'",
      'the column Employe ID, which no row had. Did you mean [Employee ID]? For an optional column, add a question mark: [Employe ID]?.',
    ],
    [
      "[c?] eq 'x'",
      'the column c?, which no row had. Did you mean [b?]? For an optional column, add a question mark: [c?]?.',
    ],
    [
      "[b] eq 'x'",
      'the column b, which no row had. The column b? is written [b?]. For an optional column, add a question mark: b?.',
    ],
    ["b? eq 'x'", 'the column b, which no row had. The column b? is written [b?].'],
  ] as const) {
    const { status, stderr } = await desk.run(['filter', odata], { stdin })
    t.strictSame([status, stderr], [2, `entrapipe: filter names ${says}\n`], odata)
  }
  for (const odata of ["[Employee ID] eq '1'", "[b?] eq 'x'", '[c?]? eq null', '[Employe ID]? eq null']) {
    const { status, stdout } = await desk.run(['filter', odata, '--quiet'], { stdin })
    t.strictSame([status, rowsOf(stdout).length], [0, 1], odata)
  }
})

t.test('rows that a filter cannot compare are counted and reported', async t => {
  const stdin = '{"d":"31.01.2026"}\n{"d":"2026-01-31T09:00:00+0100"}\n{"$end":{"rows":2,"complete":true}}\n'
  const { stdout, stderr } = await desk.run(['filter', 'd ge 2026-01-01'], { stdin })
  t.strictSame(rowsOf(stdout), [{ d: '2026-01-31T09:00:00+0100' }])
  const note =
    'In 1 row, d is not a date. A date is written 2026-01-31. Convert the column in a pipeline (convert), or quote the date to compare text.'
  t.equal(stderr, `${note}\n`)
  t.match(JSON.parse((await desk.run(['filter', 'd ge 2026-01-01', '--json'], { stdin })).stderr), {
    notes: [note],
  })
})

t.test('filter detects the format of a file by its name', async t => {
  const { status, stderr } = await desk.run([
    'filter',
    '[Employee ID] ge 1 and Hired ge 2026-01-01',
    '--from',
    'feed.csv',
    '--to',
    'new.csv',
  ])
  t.equal(status, 0)
  t.match(stderr, /In 1 row, Hired is not a date\./)
  t.equal(desk.read('new.csv'), 'Employee ID,Hired\n1,2026-01-31\n')
  t.strictSame((await desk.run(['filter', "Employee eq '1'", '--from', 'feed.csv'])).status, 2)
  await desk.run(['filter', '[Employee ID] eq 9', '--from', 'feed.csv', '--to', 'none.csv'])
  t.equal(desk.read('none.csv'), 'Employee ID,Hired\n')
})

t.test('filter says how to read an unsuitable stdin', async t => {
  const csv = 'mail\na\n'
  const asked = await desk.run(['filter', "mail eq 'a'"], { stdin: csv })
  t.strictSame(
    [asked.status, /add --from-format csv, for one JSON array --from-format json/.test(asked.stderr)],
    [1, true],
  )
  t.strictSame(rowsOf((await desk.run(['filter', "mail eq 'a'", '--from-format', 'csv'], { stdin: csv })).stdout), [
    { mail: 'a' },
  ])
  const json = '[\n{"mail":"a"}\n]'
  t.match((await desk.run(['filter', "mail eq 'a'"], { stdin: json })).stderr, /--from-format json/)
  t.strictSame(rowsOf((await desk.run(['filter', "mail eq 'a'", '--from-format', 'json'], { stdin: json })).stdout), [
    { mail: 'a' },
  ])
  const lines = await desk.run(['filter', "mail eq 'a'"], { stdin: '{"mail":"a"}\n' })
  t.match(lines.stderr, /To read a file, which needs no trailer, name it with --from\./)
})

t.test('diff compares what comes from a pipe with a file, and its counts are apart from its rows', async t => {
  const exported = 'entrapipe export groups --select id,displayName,mailEnabled --quiet'
  await pipe(`${exported} --to groups.csv`)
  const { stdout, stderr, status } = await pipe(
    exported,
    `entrapipe filter "mailEnabled eq true"`,
    'entrapipe diff groups.csv - --key id --exit-code',
  )
  t.equal(status(2), 8)
  const rows = rowsOf(stdout).filter(({ change }) => change === 'removed')
  t.equal(rows.length, allGroups.length - mailNames.length)
  t.match(trailerOf(stdout), { rows: rows.length, complete: true })
  t.match(stderr, new RegExp(`0 added, .* removed, 0 changed, ${mailNames.length} unchanged\\.`))
})
