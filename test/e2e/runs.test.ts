import { existsSync, mkdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import t from 'tap'
import { textOf } from '../markdown.ts'
import { runsOf } from '../programs/killed-command.ts'
import { holdAfter, partialHas } from '../programs/standing.ts'
import { cellsOf, openBed, rowsOf, trailerOf, type Desk } from './bed.ts'

const users = 2_000
const bed = await openBed(t, { users })
const query = ['--select', 'id,displayName', '--page-size', '100'] as const
const exported = (to: string): readonly string[] => [
  'export',
  'users',
  ...query,
  '--checkpoint-rows',
  '500',
  '--to',
  to,
]

/** Kills an export when some of it is safe, in a way that it cannot see coming; answers its run. */
const killed = async (desk: Desk, args: readonly string[], to: string): Promise<string> => {
  const { letGo } = holdAfter(bed, '/users', 12)
  const { child, ended } = desk.start(args)
  await Promise.race([partialHas(desk, to, 40_000), ended])
  child.kill('SIGKILL')
  await ended
  letGo()
  return (await runsOf(desk))[0]!.id
}
const typed = '(?:npx )?entrapipe'

t.test('runs results writes every failed row, over several pages, to stdout and to a file of any format', async t => {
  const desk = bed.desk()
  const stdin = Array.from({ length: 2_500 }, (_, at) => (at % 2 === 0 ? '5' : '{"n":1}')).join('\n')
  const { status, stderr } = await desk.run(['filter', 'n eq 1', '--no-trailer'], { stdin })
  t.equal(status, 3)
  const [, run] =
    new RegExp(
      `^1,250 rows failed\\. All 1,250, for example row .*\\. For the reasons, run: ${typed} runs results (\\S+)\n$`,
    ).exec(stderr) ?? []
  t.ok(run, stderr)
  const wanted = Array.from({ length: 1_250 }, (_, at) => at * 2 + 1)
  const keysIn = (text: string): readonly unknown[] => rowsOf<{ key: number }>(text).map(({ key }) => key)

  const shown = await desk.run(['runs', 'results', run!])
  t.strictSame([shown.status, shown.stderr], [0, ''])
  t.strictSame(keysIn(shown.stdout), wanted)
  t.match(trailerOf(shown.stdout), { rows: 1_250, complete: true }, 'the trailer says that these are all')

  const columns = await desk.run(['runs', 'results', run!, '--format', 'csv', '--outcome', 'failed'])
  t.strictSame([columns.status, columns.stderr], [0, ''])
  const [header, ...lines] = cellsOf(columns.stdout)
  t.strictSame(header!.slice(0, 3), ['run', 'key', 'step'])
  t.strictSame(
    lines.map(([, key]) => Number(key)),
    wanted,
  )

  for (const to of ['failed.jsonl', 'failed.csv']) {
    const written = await desk.run(['runs', 'results', run!, '--to', to])
    t.strictSame([written.status, written.stderr, written.stdout], [0, `Wrote ${to}: 1,250 rows.\n`, ''])
    t.equal(desk.read(to).trimEnd().split('\n').length, to.endsWith('csv') ? 1_251 : 1_250, to)
  }
  t.strictSame(keysIn(desk.read('failed.jsonl')), wanted)
  const none = await desk.run(['runs', 'results', run!, '--outcome', 'unknown', '--to', 'none.jsonl'])
  t.equal(none.status, 0)
  t.equal(desk.read('none.jsonl'), '')
})

t.test('runs results does not overwrite another file', async t => {
  const desk = bed.desk({ files: { 'mine.csv.partial': 'mine' } })
  await desk.run(['filter', 'n eq 1', '--no-trailer'], { stdin: '5\n' })
  const { status, stderr } = await desk.run(['runs', 'results', (await runsOf(desk))[0]!.id, '--to', 'mine.csv'])
  t.equal(status, 2)
  t.match(stderr, /mine\.csv\.partial already exists/)
  t.equal(desk.read('mine.csv.partial'), 'mine')
})

t.test('runs discard refuses a completed run, and a run that was already discarded', async t => {
  const desk = bed.desk()
  t.equal((await desk.run(exported('done.csv'))).status, 0)
  const [done] = await runsOf(desk)
  const refused = await desk.run(['runs', 'discard', done!.id])
  t.equal(refused.status, 2)
  t.match(refused.stderr, /is done and its file is complete: .* `(npx )?entrapipe runs prune` removes old records\.\n$/)
  t.equal((await desk.run(['runs', 'show', done!.id])).status, 0)
  t.match(await runsOf(desk), [{ status: 'done' }])
  t.strictSame([...desk.names()].sort(), ['done.csv', 'done.csv.manifest.json'])

  const run = await killed(desk, exported('half.csv'), 'half.csv')
  rmSync(desk.path('half.csv.partial'))
  const discarded = await desk.run(['runs', 'discard', run])
  t.equal(discarded.status, 0)
  t.equal(discarded.stderr, `Discarded run ${run}; it left no file.\n`)
  const again = await desk.run(['runs', 'discard', run])
  t.equal(again.status, 2)
  t.match(again.stderr, /was already discarded/)
  const shown = await desk.run(['runs', 'show', run])
  t.equal(shown.status, 0, 'the record stays until it is pruned')
  t.match(shown.stdout, /export users, discarded\n/)
})

t.test('unfinished work of another command is named before it is discarded', async t => {
  const desk = bed.desk()
  const run = await killed(desk, exported('mix.csv'), 'mix.csv')
  t.match(await runsOf(desk), [{ id: run, status: 'interrupted' }])
  const other = await desk.run(['export', 'groups', '--to', 'mix.csv'])
  t.equal(other.status, 0, other.stderr)
  const [first] = other.stderr.split('\n')
  t.match(first, new RegExp(`^Discarding the unfinished run ${run} and its [\\d,]+00 rows in .*mix\\.csv\\.partial: `))
  t.match(await runsOf(desk), [
    { status: 'done', pipeline: 'export groups' },
    { id: run, status: 'discarded' },
  ])
})

t.test('unfinished work in a folder of part files is named with the folder', async t => {
  const desk = bed.desk()
  mkdirSync(desk.path('lake'))
  const { letGo } = holdAfter(bed, '/users', 18)
  const { child, ended } = desk.start([...exported('lake/'), '--format', 'csv', '--part-rows', '250'])
  const watcher = watch(desk.path('lake'), (_, name) => name?.includes('-00005.csv') && child.kill('SIGKILL'))
  await ended
  watcher.close()
  letGo()
  const other = await desk.run(['export', 'groups', '--to', 'lake/', '--format', 'csv'])
  t.equal(other.status, 0, other.stderr)
  t.match(
    other.stderr,
    /^Discarding the unfinished run [^\n]+ rows in [^\n]*\/lake\/: this run writes to the same place\.$/m,
  )
})

t.test('a partial that belongs to no run stays', async t => {
  const desk = bed.desk({ files: { 'mine.csv.partial': 'mine', 'feed.csv': 'n\n1\n' } })
  for (const args of [exported('mine.csv'), [...exported('mine.csv'), '--fresh']]) {
    const { status, stderr } = await desk.run(args)
    t.equal(status, 2)
    t.match(stderr, /^entrapipe: [^\n]*mine\.csv\.partial already exists, [^\n]+\n$/)
    t.equal(desk.read('mine.csv.partial'), 'mine')
  }
  t.strictSame(await runsOf(desk), [], 'no run was created')
  rmSync(desk.path('mine.csv.partial'))
  t.equal((await desk.run(exported('mine.csv'))).status, 0)
  writeFileSync(desk.path('mine.csv.partial'), 'mine again')
  t.equal((await desk.run(exported('mine.csv'))).status, 2, 'also after a completed run')
  t.equal(desk.read('mine.csv.partial'), 'mine again')
})

t.test('a partial of a run that failed early still belongs to it after it failed again', async t => {
  const desk = bed.desk()
  const args = ['export', 'users', ...query, '--to', 'early.csv']
  const { reached, letGo } = holdAfter(bed, '/users', 3)
  const { child, ended } = desk.start(args)
  await reached
  child.kill('SIGKILL')
  await ended
  letGo()
  t.ok(existsSync(desk.path('early.csv.partial')))
  await bed.faults({ match: 'GET /users*', fault: '503', retryAfter: 1_000 })
  t.equal((await desk.run(args)).status, 75)
  await bed.faults()
  const other = await desk.run(['export', 'groups', '--to', 'early.csv'])
  t.equal(other.status, 0, other.stderr)
  t.notMatch(other.stderr, /Discarding/, 'no row was safe')
})

t.test('a run that cannot be resumed is reported with the command that starts over', async t => {
  const desk = bed.desk()
  const run = await killed(desk, exported('gone.csv'), 'gone.csv')
  const there = await desk.run(['runs', 'show', run])
  t.match(there.stdout, new RegExp(`\nResume it: ${typed} runs resume ${run}\n$`))
  rmSync(desk.path('gone.csv.partial'))
  const shown = await desk.run(['runs', 'show', run])
  t.notMatch(shown.stdout, /runs resume|Safe so far/)
  t.match(
    shown.stdout,
    new RegExp(`gone\\.csv\\.partial is missing\\. Start over: ${typed} export users [^\n]* --fresh\n$`),
  )
  const resumed = await desk.run(['runs', 'resume', run])
  t.equal(resumed.status, 1)
  t.match(resumed.stderr, /Start over with `[^`]+`\.\n$/)
  const [, command] = /Start over with `([^`]+)`/.exec(resumed.stderr)!
  for (const word of ['--tenant bed', '--to gone.csv', '--select id,displayName', '--page-size 100', '--fresh'])
    t.ok(command!.includes(word), `${command} has ${word}`)
  const anew = await desk.run(command!.replace(/^(npx )?entrapipe /, '').split(' '))
  t.equal(anew.status, 0, anew.stderr)
})

t.test('a failure that keeps a partial says how much is safe, and a short file is named as incomplete', async t => {
  const desk = bed.desk()
  await bed.faults({ match: 'GET /users', nth: 15, fault: 'repeatedLink' })
  const repeated = await desk.run(exported('again.csv'))
  await bed.faults()
  const [run] = await runsOf(desk)
  t.equal(repeated.status, 1)
  t.match(
    repeated.stderr,
    new RegExp(`[\\d,]+00 rows are safe: .*\`${typed} runs discard ${run!.id}\` removes them\\.\n$`),
  )
  t.strictSame(desk.names(), ['again.csv.partial'])

  bed.before(async (request, answer) => {
    const reply = await answer(request)
    return request.path === '/users/$count' ? { ...reply, body: String(users + 5) } : undefined
  })
  const short = await desk.run(exported('short.csv'))
  bed.before()
  t.equal(short.status, 4, short.stderr)
  t.match(short.stderr, /^short\.csv\.partial: 2,000 rows/)
  t.match(short.stderr, new RegExp(`To remove it: ${typed} runs discard ${(await runsOf(desk))[0]!.id}\n`))
  t.ok(existsSync(desk.path('short.csv.partial')))
})

t.test('runs list in a terminal shows column names, UTC, safe rows, and stdout', async t => {
  const desk = bed.desk()
  const empty = await desk.run(['runs', 'list'])
  t.match(empty.stderr, /^No runs yet\./)
  const run = await killed(desk, exported('half.csv'), 'half.csv')
  await desk.run(['filter', 'n eq 1', '--no-trailer'], { stdin: '{"n":1}\n' })
  const { stdout } = await desk.run(['runs', 'list'])
  const [head, filter, half] = stdout.trimEnd().split('\n')
  t.match(head, /^RUN +STARTED \(UTC\) +STATUS +WHAT +TENANT +ROWS +TO$/)
  t.match(filter, / done +filter +- +1 +stdout$/)
  t.match(half, new RegExp(`^${run} .* interrupted +export users +bed +[\\d,]+00 safe +/.*/half\\.csv$`))
  const none = await desk.run(['runs', 'list', '--status', 'short'])
  t.match(none.stderr, /^No run has status short\./)
  t.equal(none.stdout, '')
})

t.test('runs list and show with --json use the names and times of manifests', async t => {
  const desk = bed.desk()
  const half = await killed(desk, exported('half.csv'), 'half.csv')
  await desk.run(exported('users.csv'))
  const { stdout } = await desk.run(['runs', 'list', '--json'])
  const [done, cut] = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
  const { run, startedAt } = desk.manifest('users.csv')
  t.match(done, { run, startedAt, status: 'done', endedAt: /^\d{4}-\d\d-\d\dT.*Z$/, pipeline: 'export users' })
  t.match(cut, { run: half, status: 'interrupted', safeRows: Number })
  for (const one of [done!, cut!]) for (const name of ['id', 'pid', 'identity', 'codeHash']) t.notOk(name in one, name)
  const shown = await desk.run(['runs', 'show', half, '--json'])
  t.match(JSON.parse(shown.stdout), { run: half, startedAt: cut!['startedAt'], checkpoint: { cut: Number } })
})

t.test('a killed run to stdout has failed and cannot be resumed', async t => {
  const desk = bed.desk()
  const { reached, letGo } = holdAfter(bed, '/users', 3)
  const { child, ended } = desk.start(['export', 'users', ...query])
  await reached
  child.kill('SIGKILL')
  await ended
  letGo()
  t.match(await runsOf(desk), [{ status: 'failed', resumable: false }])
  t.equal((await desk.run(['runs', 'list', '--status', 'interrupted'])).stdout, '')
  t.match((await desk.run(['runs', 'list', '--status', 'failed'])).stdout, / failed +export users +bed +- +stdout\n$/)
})

t.test('--json prints data on stdout even if there is little, and --quiet does not hide the manifest', async t => {
  const desk = bed.desk()
  const json = async (...args: readonly string[]): Promise<readonly unknown[]> => {
    const { status, stdout, stderr } = await desk.run([...args, '--json'])
    t.strictSame([status, stderr], [0, ''], args.join(' '))
    return stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
  }
  t.ok((await json('run')).some(one => (one as { pipeline: string }).pipeline === 'clean-hr-feed'))
  t.strictSame(await json('runs', 'prune'), [{ pruned: [], unfinished: [] }])
  t.strictSame(await json('sandbox', 'stop'), [{ stopped: false }])
  const quiet = await desk.run(['--json', ...exported('users.csv'), '--quiet'])
  t.strictSame([quiet.status, quiet.stdout], [0, ''])
  t.strictSame(JSON.parse(quiet.stderr), desk.manifest('users.csv'))
})

t.test('the requested output is on stdout', async t => {
  const desk = bed.desk({ files: { 'feed.csv': textOf('samples/hr-feed.csv').slice(0, 4096) } })
  await desk.run(exported('users.csv'))
  for (const [args, says] of [
    [
      ['run'],
      /^Pipelines: bulk-add-members, clean-hr-feed, create-users, onboard-cohort, remove-leavers, restore-users\. /,
    ],
    [['sandbox', 'status'], /^No sandbox is running\./],
    [['verify', 'users.csv'], /^users\.csv matches its manifest: 2,000 rows/],
    [['check', 'clean-hr-feed', '--from', 'feed.csv'], /^clean-hr-feed: .*\n {2}reads /],
  ] as const) {
    const { status, stdout, stderr } = await desk.run(args)
    t.strictSame([status, stderr], [0, ''], args.join(' '))
    t.match(stdout, says)
  }
  const { status, stderr } = await desk.run(['verify', 'nothere.csv'])
  t.equal(status, 2)
  t.match(stderr, /^entrapipe: [^\n]*nothere\.csv was not found\.\n$/)
})

t.test('a blank id of a run exits 2 with one sentence', async t => {
  const desk = bed.desk()
  for (const verb of ['show', 'results', 'resume', 'discard'])
    for (const id of ['', ' ']) {
      const { status, stdout, stderr } = await desk.run(['runs', verb, id])
      t.strictSame(
        [status, stdout, stderr],
        [2, '', 'entrapipe: The value of <run> is empty. Is a shell variable not set?\n'],
        `${verb} '${id}'`,
      )
    }
})

t.test('without a sandbox, status and stop say so and exit 0', async t => {
  const desk = bed.desk()
  t.match(await desk.run(['sandbox', 'status']), {
    status: 0,
    stdout: /^No sandbox is running\. A command with --tenant sandbox starts one\.\n$/,
    stderr: '',
  })
  t.strictSame(await desk.run(['sandbox', 'status', '--json']), {
    status: 0,
    stdout: '{"running":false}\n',
    stderr: '',
  })
  t.strictSame(await desk.run(['sandbox', 'stop']), { status: 0, stdout: '', stderr: 'No sandbox was running.\n' })
})

t.test('an unusable store says what to do', async t => {
  const desk = bed.desk()
  await desk.run(['runs', 'list'])
  for (const name of ['index.sqlite-wal', 'index.sqlite-shm']) rmSync(desk.path(`store/${name}`), { force: true })
  writeFileSync(desk.path('store/index.sqlite'), 'no database at all, but long enough to be looked at'.repeat(100))
  const { status, stderr } = await desk.run(['runs', 'list'])
  t.equal(status, 2)
  t.match(stderr, /index\.sqlite cannot be used: file is not a database\. The file is corrupted\. Move it, .*\n$/)
  const relative = await desk.run(['runs', 'list'], { env: { ENTRAPIPE_STORE: 'here' } })
  t.equal(relative.status, 2)
  t.match(relative.stderr, /ENTRAPIPE_STORE must be an absolute path, got here\. Set it to .*\/here, for example\.\n$/)
  t.notOk(existsSync(desk.path('here')))
})

t.test('only matching ids of runs are completed', async t => {
  const desk = bed.desk()
  const half = await killed(desk, exported('half.csv'), 'half.csv')
  await desk.run(exported('users.csv'))
  const ids = async (verb: string): Promise<string> =>
    (await desk.run(['__complete', '--', 'runs', verb, ''])).stdout.replaceAll('\t', '')
  t.equal(await ids('resume'), `${half}\n`)
  t.equal(await ids('discard'), `${half}\n`)
  t.equal(await ids('show'), `${desk.manifest('users.csv').run}\n${half}\n`)
})
