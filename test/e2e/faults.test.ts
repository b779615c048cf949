import t, { type Test } from 'tap'
import type { FaultRule } from '../../src/sandbox/faults/types.ts'
import { openBed, trailerOf } from './bed.ts'

const bed = await openBed(t, { users: 1_500 })
const pageRows = 125
const desk = bed.desk()
const query = ['--select', 'id,userPrincipalName,department,businessPhones', '--page-size', String(pageRows)]
const exported = async (to: string, ...more: readonly string[]) =>
  desk.run(['export', 'users', ...query, '--to', to, ...more])

const undisturbed = await exported('undisturbed.csv')
t.equal(undisturbed.status, 0, undisturbed.stderr)
const wanted = desk.read('undisturbed.csv')

/** A page of the listing, by its number. */
const page = (nth: number, rule: Omit<FaultRule, 'match' | 'nth'>): FaultRule => ({ match: 'GET /users', nth, ...rule })

/** Exports under faults, each of which strikes once: the file is whole and right all the same. */
const survives = async (t: Test, rules: readonly FaultRule[], repeated = 0) => {
  const to = 'disturbed.csv'
  const struck = await bed.faults(...rules)
  const { status, stderr } = await exported(to, '--fresh')
  t.equal(status, 0, stderr)
  t.strictSame(
    await struck(),
    rules.map(() => 1),
    'each fault has struck',
  )
  t.equal(desk.read(to), wanted)
  t.match(desk.manifest(to), {
    completeness: 'complete',
    counts: { before: 1_500, after: 1_500, read: 1_500, repeated, written: 1_500 },
    files: [{ path: to, rows: 1_500, sha256: desk.manifest('undisturbed.csv').files[0]?.sha256 }],
  })
  await bed.faults()
}

for (const retryAfter of ['none', 'decimal', 'date', 0.05] as const)
  t.test(`429 with Retry-After ${retryAfter}: the export waits and is complete`, t =>
    survives(t, [page(3, { fault: '429', retryAfter })]),
  )

t.test('500, 502, 503 and 504 are retried, and the export is complete', t =>
  survives(
    t,
    (['500', '502', '503', '504'] as const).map((fault, at) => page(2 + at * 2, { fault })),
  ),
)

t.test('503 with a Retry-After, on the first page and on the count, is retried, and the export is complete', t =>
  survives(t, [
    page(1, { fault: '503', retryAfter: 0.05 }),
    { match: 'GET /users/$count', nth: 1, fault: '503', retryAfter: 0.05 },
  ]),
)

for (const fault of ['reset', 'resetMidBody', 'truncatedJson', 'malformedJson'] as const)
  t.test(`${fault} on a page is retried, and the export is complete`, t => survives(t, [page(4, { fault })]))

t.test('a body that arrives in pieces is read completely', t =>
  survives(t, [page(4, { fault: 'slowBody', delayMs: 5 })]),
)

t.test('a token that is refused during an export is replaced', async t => {
  await bed.counters()
  await survives(t, [page(5, { fault: 'tokenExpired' })])
  t.match(await bed.counters(), { 'GET /users': { 401: 1 } })
})

t.test('a token that expires during an export is replaced, and the page is requested again', async t => {
  let asked = 0
  bed.before(({ path }) => {
    if (path === '/users' && ++asked === 5) bed.forward(3_600_000)
    return undefined
  })
  await bed.counters()
  await survives(t, [])
  bed.before()
  t.match(await bed.counters(), { 'GET /users': { 401: 1 } })
})

t.test('a sign-in that fails temporarily is retried', t =>
  survives(t, [{ match: 'POST /oauth2/v2.0/token', nth: 1, fault: '503' }]),
)

t.test('an empty page with a link is not the end', t => survives(t, [page(3, { fault: 'emptyPage' })]))

t.test('a duplicated page is written once, and the manifest counts it', t =>
  survives(t, [page(4, { fault: 'duplicatedPage' })], pageRows),
)

t.test('an expired page token restarts the listing, and repeated rows are dropped and counted', t =>
  survives(t, [page(5, { fault: 'expiredPageToken' })], 4 * pageRows),
)

t.test('a page token that is missing after a retry leads back to the last good one', t =>
  survives(
    t,
    [page(4, { fault: '503' }), { match: 'GET /users', fault: 'tokenGoneAfterRetry', times: 1, nth: 5 }],
    pageRows,
  ),
)

t.test('many random faults at once do not change the file', async t => {
  const chance = (fault: FaultRule['fault'], rate: number, times: number): FaultRule => ({
    match: 'GET /users',
    fault,
    rate,
    times,
    retryAfter: 0.01,
  })
  const struck = await bed.faults(
    chance('429', 0.2, 3),
    chance('resetMidBody', 0.2, 2),
    chance('emptyPage', 0.2, 2),
    chance('duplicatedPage', 0.2, 2),
    chance('truncatedJson', 0.2, 2),
  )
  const { status, stderr } = await exported('chance.jsonl.gz')
  t.equal(status, 0, stderr)
  t.ok((await struck()).reduce((sum, one) => sum + one, 0) >= 3)
  await bed.faults()
  const { status: plain } = await exported('plain.jsonl.gz')
  t.equal(plain, 0)
  t.strictSame(desk.bytes('chance.jsonl.gz'), desk.bytes('plain.jsonl.gz'))
})

t.test('a repeated link is exit 1 with one sentence, and no file', async t => {
  await bed.faults(page(5, { fault: 'repeatedLink' }))
  const { status, stdout, stderr } = await exported('circle.csv')
  t.strictSame([status, stdout], [1, ''])
  t.match(
    stderr,
    /^entrapipe: The listing of \/users returned to a page that was already read\. It was stopped, because it would never end\.[^\n]*\n$/,
  )
  t.strictSame(
    desk.names().filter(name => name.startsWith('circle')),
    [],
  )
})

t.test('a repeated link leaves a stream without its trailer', async t => {
  await bed.faults(page(5, { fault: 'repeatedLink' }))
  const { status, stdout } = await desk.run(['export', 'users', ...query])
  t.strictSame([status, trailerOf(stdout)], [1, undefined])
})

t.test('a service that is down for longer than the wait budget is exit 75, and the partial is kept', async t => {
  const down = page(9, { fault: '503', retryAfter: 1_000 })
  await bed.faults(down)
  const { status, stderr } = await exported('down.csv', '--checkpoint-rows', '250')
  t.equal(status, 75)
  t.match(
    stderr,
    /^entrapipe: Graph answers 503 to GET \/users of tenant "bed" [^\n]+ asks to wait until [^\n]+ UTC, in 17 min\. The longest wait for a request is 15 min\. [^\n]+\n$/,
  )
  t.strictSame(
    desk.names().filter(name => name.startsWith('down')),
    ['down.csv.partial'],
  )
  await bed.faults()
  const again = await exported('down.csv', '--checkpoint-rows', '250')
  t.equal(again.status, 0, again.stderr)
  t.match(again.stderr, /^Resuming run \S+(?:, started .+ ago)?, after (750|1,000) rows/)
  t.equal(desk.read('down.csv'), wanted)
  t.equal(desk.manifest('down.csv').resumed, 1)
  t.notOk(desk.names().includes('down.csv.partial'))
})

t.test(
  'throttling for longer than the wait budget is exit 75 without a file, and the next command says so at once',
  async t => {
    const other = bed.desk()
    await bed.faults(page(3, { fault: '429', retryAfter: 1_000 }))
    const args = ['export', 'users', ...query, '--to', 'throttled.csv']
    const { status, stderr } = await other.run(args)
    t.equal(status, 75)
    t.match(
      stderr,
      /^entrapipe: Graph throttles GET \/users of tenant "bed" [^\n]+ asks to wait until [^\n]+ UTC, in 17 min\. The longest wait for a request is 15 min\. [^\n]+\n$/,
    )
    await bed.faults()
    await bed.counters()
    const again = await other.run(args)
    t.equal(again.status, 75)
    t.match(again.stderr, /entrapipe: Graph has asked this app to wait until [^\n]+ UTC, in 1\d min\. [^\n]+\n$/)
    t.strictSame(Object.keys(await bed.counters()), [], 'Graph receives no request')
    t.strictSame(other.names(), [])
  },
)
