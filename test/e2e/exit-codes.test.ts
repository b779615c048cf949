import t from 'tap'
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { openBed, tenantOf, trailerOf } from './bed.ts'

const bed = await openBed(t, { users: 1_000 })
const { sandbox } = bed
// The status of each kind is that of a process.
const ownProcess = { ownProcess: true } as const
const query = ['--select', 'id,displayName', '--page-size', '100'] as const

/** A desk whose tenant signs in as one of the sandbox's other apps. */
const deskOf = async (app: string, secret?: string) => {
  const { appId, secrets } = await bed.app(app)
  const desk = bed.desk({ files: { secret: secret ?? secrets.find(({ expired }) => !expired)?.value ?? '' } })
  chmodSync(desk.path('secret'), 0o600)
  writeFileSync(
    desk.path('entrapipe.config.json'),
    JSON.stringify({ tenants: { bed: tenantOf(sandbox, desk.path('secret'), appId) } }),
  )
  return desk
}

/** Something happens when the nth page of users is asked for, and nothing is answered until then. */
const atPage = (nth: number, work: () => void): void => {
  let asked = 0
  bed.before(({ path }) => {
    if (path !== '/users' || ++asked !== nth) return undefined
    work()
    // The process that asks is gone, or goes, before this is answered.
    return new Promise(() => undefined)
  })
}
t.afterEach(() => bed.before())

t.test('verify of a folder has one line for each file in or below it, and the highest exit code', async t => {
  const desk = bed.desk({ files: { 'notes.txt': 'no manifest of mine' } })
  for (const to of ['out/a.csv', 'out/b.jsonl', 'out/2026/11/c.csv'])
    t.equal((await desk.run(['export', 'users', ...query, '--to', to])).status, 0)
  t.equal((await desk.run(['export', 'users', ...query, '--to', 'more/e.csv'])).status, 0)
  const whole = await desk.run(['verify', 'out'])
  t.equal(whole.status, 0)
  t.match(
    whole.stdout,
    /^out\/2026\/11\/c\.csv matches its manifest: .*\nout\/a\.csv matches its manifest: .*\nout\/b\.jsonl matches its manifest: [^\n]*\n$/,
  )
  appendFileSync(desk.path('out/a.csv'), 'x')
  const changed = await desk.run(['verify', 'out'])
  t.equal(changed.status, 1)
  t.match(changed.stderr, /^entrapipe: out\/a\.csv does not match its manifest: [^\n]*\n$/)
  t.match(changed.stdout, /^out\/2026\/11\/c\.csv matches its manifest: .*\nout\/b\.jsonl matches its manifest/)
  const named = await desk.run(['verify', 'out/a.csv', 'more', 'out/b.jsonl', 'out/none.csv'])
  t.equal(named.status, 2)
  t.match(
    named.stderr,
    /^entrapipe: out\/a\.csv does not match its manifest: [^\n]*\nentrapipe: [^\n]*none\.csv was not found/,
  )
  t.match(named.stdout, /^more\/e\.csv matches its manifest: .*\nout\/b\.jsonl matches its manifest: [^\n]*\n$/)
  rmSync(desk.path('out/b.jsonl'))
  const gone = await desk.run(['--json', 'verify', 'out'])
  t.equal(gone.status, 2)
  t.match(JSON.parse(gone.stdout), { path: 'out/2026/11/c.csv', differences: [] })
  t.strictSame(
    gone.stderr
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as { error: { code: string } }).error.code),
    ['VERIFY_FAILED', 'FILE_MISSING'],
  )
  for (const name of ['d.csv.partial', 'bare.jsonl', 'notes.txt', 'package.json'])
    writeFileSync(desk.path(`more/${name}`), 'x')
  const more = await desk.run(['verify', 'more'])
  t.equal(more.status, 2)
  t.match(more.stdout, /^more\/e\.csv matches its manifest: [^\n]*\n$/)
  t.match(
    more.stderr,
    /^entrapipe: \S+more\/bare\.jsonl has no manifest [^\n]*\nentrapipe: more\/d\.csv\.partial is incomplete: the run that writes it is not finished\. [^\n]*\nNot checked: 2 files without a manifest of their own \(more\/notes\.txt, more\/package\.json\)\.\n$/,
  )
  rmSync(desk.path('more/bare.jsonl'))
  const partial = await desk.run(['--json', 'verify', 'more'])
  t.equal(partial.status, 1)
  t.strictSame(
    partial.stdout
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as { path: string; checked?: boolean }).checked),
    [undefined, false, false],
  )
  mkdirSync(desk.path('empty'))
  const none = await desk.run(['verify', 'empty'])
  t.equal(none.status, 2)
  t.match(none.stderr, /^entrapipe: No file in empty, or in the folders below it, has a manifest\./)
})

t.test('exit 0 is success, also for help, the version, and a directory that changed meanwhile', async t => {
  const desk = bed.desk()
  t.equal((await desk.run(['export', 'users', ...query, '--to', 'done.csv'], ownProcess)).status, 0)
  t.equal((await desk.run(['--version'])).stdout, '0.1.0\n')
  const help = await desk.run(['export', '--help'])
  t.equal(help.status, 0)
  t.match(help.stdout, /Examples:/)
})

t.test('exit 1 is failure, such as a repeated link or a file that does not match its manifest', async t => {
  const desk = bed.desk()
  await desk.run(['export', 'users', ...query, '--to', 'done.csv'])
  writeFileSync(desk.path('done.csv'), `${desk.read('done.csv')}more\n`)
  const { status, stderr } = await desk.run(['verify', 'done.csv'], ownProcess)
  t.equal(status, 1)
  t.match(stderr, /^entrapipe: done\.csv does not match its manifest: [^\n]+\n$/)
})

t.test('exit 2 is wrong usage, including a command without arguments', async t => {
  const { status, stderr } = await bed.desk().run([], ownProcess)
  t.equal(status, 2)
  t.match(stderr, /^Usage: entrapipe /)
})

t.test(
  'exit 3 means some rows failed: the others are written, and `runs results` says which failed and why',
  async t => {
    const desk = bed.desk()
    const stdin = '{"n":1}\n5\n{"n":2}\n'
    const { status, stdout, stderr } = await desk.run(['filter', 'n ge 1', '--no-trailer'], { stdin, ...ownProcess })
    t.equal(status, 3)
    t.match(
      stderr,
      /^1 row failed\. Line 2 of stdin is not an object[^\n]*\. For the reasons, run: (npx )?entrapipe runs results \S+\n$/,
    )
    t.match(stdout, /^\{"n":1\}\n\{"n":2\}\n/)
    const file = await desk.run(['filter', 'n ge 1', '--no-trailer', '--to', 'some.csv'], { stdin })
    t.equal(file.status, 3)
    t.equal(desk.read('some.csv'), 'n\n1\n2\n')
    const [, run] = /entrapipe runs results (\S+)/.exec(file.stderr) ?? []
    const results = await desk.run(['runs', 'results', run!])
    t.match(JSON.parse(results.stdout.split('\n')[0]!), {
      key: 2,
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: /Line 2 of stdin is not an object/,
    })
  },
)

t.test('exit 6 is a wrong secret, an expired one or an unknown app, with what to do', async t => {
  const main = await bed.app('main')
  for (const [secret, says] of [
    ['wr0ng~secret~that~is~long~enough~to~be~one', /secret/i],
    [main.secrets.find(({ expired }) => expired)?.value, /expired/i],
  ] as const) {
    const desk = await deskOf('main', secret)
    const { status, stdout, stderr } = await desk.run(['export', 'users', '--to', 'x.csv'])
    t.strictSame([status, stdout, desk.names()], [6, '', []])
    t.match(stderr, /^entrapipe: [^\n]+\n$/)
    t.match(stderr, says)
    t.notOk(stderr.includes(String(secret)), 'the secret is not printed')
  }
  for (const app of ['consent', 'blocked']) {
    const { status, stderr } = await (await deskOf(app)).run(['export', 'users'], ownProcess)
    t.equal(status, 6, app)
    t.match(stderr, /^entrapipe: [^\n]+\n$/, app)
  }
})

t.test('exit 6 is a missing role too, with the role that is enough', async t => {
  const desk = await deskOf('reader')
  const devices = await desk.run(['export', 'devices', '--to', 'devices.csv'])
  t.strictSame([devices.status, desk.names()], [6, []])
  t.match(
    devices.stderr,
    /^entrapipe: This sign-in is not permitted to GET \/devices in tenant "bed"[^\n]* Give the app Device\.Read\.All [^\n]+\n$/,
  )
  t.equal((await desk.run(['export', 'users', '--to', 'users.csv'])).status, 0, 'permitted exports succeed')
  const basic = await deskOf('basic')
  const few = await basic.run(['export', 'users', '--select', 'id,displayName', '--to', 'users.csv'])
  t.equal(few.status, 0, few.stderr)
  t.equal(basic.manifest('users.csv').completeness, 'complete', 'the permission for delta is missing and not needed')
  const none = await deskOf('unconsented')
  t.equal((await none.run(['export', 'users'])).status, 6)
})

for (const [signal, code, word] of [
  ['SIGINT', 130, 'Interrupted'],
  ['SIGTERM', 143, 'Terminated'],
] as const) {
  t.test(`exit ${code}: ${signal} during an export keeps the partial, and the same command resumes it`, async t => {
    const desk = bed.desk()
    const args = ['export', 'users', ...query, '--to', 'users.csv', '--checkpoint-rows', '100']
    const going = desk.start(args)
    atPage(6, () => going.child.kill(signal))
    const { status, stdout, stderr } = await going.ended
    t.strictSame([status, stdout], [code, ''])
    t.match(stderr, new RegExp(`^entrapipe: ${word}\\.[^\\n]*\\n$`))
    t.strictSame(desk.names(), ['users.csv.partial'])
    bed.before()
    const again = await desk.run(args)
    t.equal(again.status, 0, again.stderr)
    t.match(again.stderr, /^Resuming run /)
    t.match(desk.manifest('users.csv'), {
      completeness: 'complete',
      resumed: 1,
      counts: { read: 1_000, written: 1_000 },
    })
    t.strictSame(desk.names(), ['users.csv', 'users.csv.manifest.json'])
  })

  t.test(`exit ${code}: ${signal} before a checkpoint leaves no file, and a stream has no trailer`, async t => {
    const desk = bed.desk()
    const going = desk.start(['export', 'users', ...query, '--to', 'users.csv'])
    atPage(3, () => going.child.kill(signal))
    t.equal((await going.ended).status, code)
    t.strictSame(desk.names(), [])
    const stream = desk.start(['export', 'users', ...query])
    atPage(3, () => stream.child.kill(signal))
    const { status, stdout } = await stream.ended
    t.strictSame([status, trailerOf(stdout)], [code, undefined])
  })
}

t.test('with --json every error is one JSON object on stderr', async t => {
  const desk = bed.desk()
  for (const [args, status, code] of [
    [['export', 'users', '--select', 'displayNam'], 2, 'PROPERTY_UNKNOWN'],
    [['export', 'users', '--nonsense'], 2, 'USAGE'],
    [['export', 'members', '--group', 'Nobody Here'], 2, 'GROUP_UNKNOWN'],
    [['verify', 'nothing.csv'], 2, 'FILE_MISSING'],
    [['filter', 'n ge 1'], 1, 'INPUT_CUT_OFF'],
  ] as const) {
    const ran = await desk.run([...args, '--json'])
    t.strictSame([ran.status, ran.stdout], [status, ''])
    const { error } = JSON.parse(ran.stderr) as { error: Record<string, unknown> }
    t.match(error, { code, message: String, retryable: false }, code)
  }
  await bed.faults({ match: 'GET /users', fault: '503', retryAfter: 1_000 })
  const down = await desk.run(['export', 'users', '--json'], ownProcess)
  await bed.faults()
  t.equal(down.status, 75)
  t.match(JSON.parse(down.stderr), { error: { code: 'GRAPH_UNAVAILABLE', retryable: true, facts: { status: 503 } } })
})

t.test(
  'with --json the manifest is one JSON object on stderr, equal to the file; with --quiet nothing is printed',
  async t => {
    const desk = bed.desk()
    const ran = await desk.run(['--json', 'export', 'users', ...query, '--to', 'users.csv'])
    t.equal(ran.status, 0)
    t.strictSame(JSON.parse(ran.stderr), desk.manifest('users.csv'))
    const quiet = await desk.run(['export', 'users', ...query, '--to', 'quiet.csv', '--quiet'])
    t.strictSame(quiet, { status: 0, stdout: '', stderr: '' })
  },
)
