import t from 'tap'
import type { Mutation } from '../../src/sandbox/directory/types.ts'
import type { SandboxReply } from '../../src/sandbox/protocol.ts'
import { openBed, rowsOf, trailerOf } from './bed.ts'

const bed = await openBed(t, { users: 1_000 })
const { directory } = bed
const desk = bed.desk()
const query = ['--select', 'id', '--page-size', '100'] as const

const users = directory.collection('user')
const size = (): number => users.count({ order: 'default', view: 'direct' })
const ids = (): readonly string[] => users.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const written = (name: string): readonly string[] => rowsOf<{ id: string }>(desk.read(name)).map(({ id }) => id)

const original = ids()

let names = 0
const create = (): Mutation => ({
  do: 'create',
  kind: 'user',
  values: {
    userPrincipalName: `drift.${++names}@${directory.domain}`,
    displayName: `Drift ${names}`,
    mailNickname: `drift.${names}`,
    accountEnabled: true,
  },
})
const remove = (id: string): Mutation => ({ do: 'delete', kind: 'user', id })

/** Does something once, just before the nth page of users is answered. */
const duringPage = (nth: number, work: () => Promise<unknown>) => {
  let asked = 0
  bed.before(async ({ path }) => {
    if (path === '/users' && ++asked === nth) await work()
    return undefined
  })
}
t.afterEach(() => bed.before())

t.test('users created and deleted during an export are all named: drifted, exit 0', async t => {
  const before = ids()
  const gone = [before[10]!, before[20]!, before.at(-1)!]
  duringPage(5, () => bed.mutate(create(), create(), ...gone.map(remove)))
  const { status, stderr } = await desk.run(['export', 'users', ...query, '--to', 'drift.jsonl'])
  t.equal(status, 0, stderr)
  const fresh = ids().filter(id => !before.includes(id))
  t.equal(fresh.length, 2)
  const { completeness, why, counts, drift } = desk.manifest('drift.jsonl')
  t.equal(completeness, 'drifted')
  t.match(why, /1000 were counted before, 999 after: the directory changed meanwhile/)
  t.match(counts, { before: 1_000, after: 999, repeated: 0, read: written('drift.jsonl').length })
  t.strictSame([drift?.created, drift?.deleted], [2, 3])
  t.strictSame(
    drift?.objects.map(({ id, change }) => `${change} ${id}`).toSorted(),
    [...fresh.map(id => `created ${id}`), ...gone.map(id => `deleted ${id}`)].toSorted(),
  )
  t.match(stderr, /^drifted: [^\n]+$/m)
  const seen = new Set(written('drift.jsonl'))
  const missing = before.filter(id => !seen.has(id) && !gone.includes(id))
  t.strictSame(missing, [], 'every user who existed throughout is in the file')
})

for (const status of [410, 403] as const)
  t.test(`an export ends, unverified, if Graph refuses its link to the changes with ${status} meanwhile`, async t => {
    const code = status === 410 ? 'syncStateNotFound' : 'Authorization_RequestDenied'
    bed.before(async ({ path, query }) =>
      path === '/users/delta' && !String(query).includes('latest')
        ? { status, headers: {}, body: JSON.stringify({ error: { code, message: 'no' } }) }
        : undefined,
    )
    const to = `refused-${status}.jsonl`
    const { status: exit, stderr } = await desk.run(['export', 'users', ...query, '--to', to])
    t.equal(exit, 0, stderr)
    t.match(stderr, /^unverified: /m)
    t.match(desk.manifest(to), { completeness: 'unverified', why: /refused to say what changed/ })
    t.strictSame(written(to).toSorted(), ids().toSorted())
  })

t.test('more drift than is allowed is not published: exit 4, and the same command starts over', async t => {
  const limited = ['export', 'users', ...query, '--checkpoint-rows', '200', '--to', 'limited.jsonl'] as const
  duringPage(5, () => bed.mutate(create(), create(), create()))
  const { status, stderr } = await desk.run([...limited, '--max-drift', '2'])
  t.equal(status, 4, stderr)
  t.match(stderr, /3 objects changed while \d+ rows were read; the limit is 2\./)
  t.match(
    stderr,
    /rows are kept in \S+limited\.jsonl\.partial; `npx entrapipe runs resume \S+ --max-drift 1%` continues/,
  )
  t.strictSame(
    desk.names().filter(name => name.startsWith('limited')),
    ['limited.jsonl.partial'],
  )
  duringPage(5, () => bed.mutate(create()))
  const again = await desk.run([...limited, '--max-drift', '2'])
  t.match(again.stderr, /Starting over: too much had changed/)
  t.equal(again.status, 0, again.stderr)
  t.match(desk.manifest('limited.jsonl'), { completeness: 'drifted', drift: { created: 1 } })
})

t.test('with a higher limit, a run that drifted too much is resumed and published', async t => {
  const limited = ['export', 'users', ...query, '--checkpoint-rows', '200', '--to', 'higher.jsonl'] as const
  duringPage(5, () => bed.mutate(create(), create()))
  t.equal((await desk.run([...limited, '--max-drift', '0'])).status, 4)
  const { status, stderr } = await desk.run([...limited, '--max-drift', '1%'])
  t.match(stderr, /Resuming run/)
  t.equal(status, 0, stderr)
  t.strictSame(written('higher.jsonl').toSorted(), ids().toSorted())
  duringPage(2, () => bed.mutate(create()))
  const piped = await desk.run(['export', 'users', ...query, '--max-drift', '0'])
  t.equal(piped.status, 4)
  t.equal(trailerOf(piped.stdout), undefined)
})

t.test('a limit of drift is a number of objects or a percentage, and nothing else', async t => {
  const wrong = await desk.run(['export', 'users', ...query, '--max-drift', 'little', '--to', 'x.csv'])
  t.equal(wrong.status, 2)
  t.match(wrong.stderr, /Expected --max-drift to be a number of rows, such as 100, or a percentage/)
})

t.test('equal numbers of created and deleted users are still drifted', async t => {
  const last = ids().at(-1)!
  await bed.mutate(remove(last))
  const before = ids()
  // One that was read already goes, one that is listed last comes: one more is read than was ever there at once.
  duringPage(5, () => bed.mutate({ do: 'restore', kind: 'user', id: last }, remove(before[30]!)))
  const { status } = await desk.run(['export', 'users', ...query, '--to', 'even.jsonl', '--quiet'])
  t.equal(status, 0)
  t.match(desk.manifest('even.jsonl'), {
    completeness: 'drifted',
    counts: { before: before.length, after: before.length, read: before.length + 1 },
    drift: { created: 0, deleted: 1, changed: 1 },
  })
})

t.test('the trailer of a drifted stream is complete', async t => {
  duringPage(3, () => bed.mutate(create()))
  const { status, stdout } = await desk.run(['export', 'users', ...query, '--quiet'])
  t.equal(status, 0)
  t.match(trailerOf(stdout), { complete: true, rows: rowsOf(stdout).length })
})

t.test('an index that lags behind the listing does not make it short', async t => {
  await bed.control('PUT', '/lag', { view: 'index', ms: 3_600_000 })
  const counted = users.count({ order: 'default', view: 'index' })
  await bed.mutate(create(), create(), create())
  const { status, stderr } = await desk.run(['export', 'users', ...query, '--to', 'lag.jsonl'])
  await bed.control('PUT', '/lag', { view: 'index', ms: 0 })
  t.equal(status, 0, stderr)
  t.equal(written('lag.jsonl').length, size())
  t.match(desk.manifest('lag.jsonl'), {
    completeness: 'drifted',
    why: /the count lags behind the listing/,
    counts: { before: counted, after: counted, read: size() },
  })
})

t.test('a deletion that the count does not include yet makes a listing short until it does', async t => {
  await bed.control('PUT', '/lag', { view: 'index', ms: 3_600_000 })
  const before = ids()
  await bed.mutate(remove(before[40]!))
  const args = ['export', 'users', ...query, '--to', 'late.jsonl']
  const { status, stderr } = await desk.run(args)
  t.equal(status, 4, stderr)
  t.match(
    stderr,
    new RegExp(
      `${size()} rows were read, but ${before.length} were counted before and after: 1 or more are missing, or were deleted so shortly before that they still count`,
    ),
  )
  await bed.control('PUT', '/lag', { view: 'index', ms: 0 })
  t.equal((await desk.run(args)).status, 0)
  t.match(desk.manifest('late.jsonl'), { completeness: 'complete', counts: { read: size() } })
})

/** The nth page comes without its rows, as if there were none. */
const dropsPage = (nth: number, also: () => Promise<unknown> = async () => undefined) => {
  let asked = 0
  bed.before(async (request, answer): Promise<SandboxReply | undefined> => {
    if (request.path !== '/users' || ++asked !== nth) return undefined
    await also()
    const reply = await answer(request)
    return { ...reply, body: JSON.stringify({ ...(JSON.parse(reply.body!) as object), value: [] }) }
  })
}

t.test(
  'a page that is dropped makes a listing short, however many users are created and deleted meanwhile',
  async t => {
    const before = ids()
    const read = before.slice(0, 120)
    dropsPage(4, () => bed.mutate(...Array.from({ length: 150 }, create), ...read.map(remove)))
    const { status, stderr } = await desk.run(['export', 'users', ...query, '--to', 'dropped.jsonl'])
    t.equal(status, 4, stderr)
    t.match(stderr, /\(150 created, 120 deleted\): \d+ or more are missing/)
  },
)

t.test('users who are created, renamed or restored after their page was read are in the file, once', async t => {
  const [gone, first, last] = [original[700]!, original[200]!, original[800]!]
  await bed.mutate(remove(gone))
  const rename = (id: string, name: string): Mutation => ({
    do: 'update',
    kind: 'user',
    id,
    values: { userPrincipalName: `${name}@${directory.domain}` },
  })
  // Of the listing's order by name: one moves behind the place that was read, one before it.
  duringPage(5, () =>
    bed.mutate(create(), rename(first, 'zzz.renamed'), rename(last, 'aaa.renamed'), {
      do: 'restore',
      kind: 'user',
      id: gone,
    }),
  )
  const { status, stderr } = await desk.run(['export', 'users', ...query, '--to', 'late.jsonl', '--fresh'])
  t.equal(status, 0, stderr)
  t.strictSame(written('late.jsonl').toSorted(), ids().toSorted())
  const { completeness, drift } = desk.manifest('late.jsonl')
  t.equal(completeness, 'drifted')
  t.match(drift, { created: 1, deleted: 0, changed: 3 })
})

t.test('rows in an order stay in it: a user who is created meanwhile is reported, not appended', async t => {
  duringPage(5, () => bed.mutate(create()))
  const ordered = ['export', 'users', '--select', 'id,displayName', '--page-size', '100', '--orderby', 'displayName']
  const { status, stderr } = await desk.run([...ordered, '--to', 'ordered.jsonl'])
  t.equal(status, 0, stderr)
  const names = rowsOf<{ displayName: string }>(desk.read('ordered.jsonl')).map(row => row.displayName.toLowerCase())
  t.strictSame(
    names,
    names.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  )
  t.match(desk.manifest('ordered.jsonl'), { completeness: 'drifted', drift: { created: 1 } })
})

t.test('of a filtered listing, only changes that concern it count, and a dropped page makes it short', async t => {
  const filtered = ['export', 'users', ...query, '--filter', "userType eq 'Member'", '--to', 'members.jsonl'] as const
  duringPage(3, () => bed.mutate(create()))
  t.equal((await desk.run([...filtered])).status, 0)
  const { drift, counts } = desk.manifest('members.jsonl')
  t.equal(drift?.created, 1)
  t.equal(counts.read, written('members.jsonl').length)
  dropsPage(2)
  t.equal((await desk.run([...filtered, '--fresh'])).status, 4)
})

/** The listing ends with its nth page, as if there were no more. */
const endsShort = (nth: number) => {
  let asked = 0
  bed.before(async (request, answer): Promise<SandboxReply | undefined> => {
    if (request.path !== '/users' || ++asked !== nth) return undefined
    const reply = await answer(request)
    const { '@odata.nextLink': _, ...rest } = JSON.parse(reply.body!) as Record<string, unknown>
    return { ...reply, body: JSON.stringify(rest) }
  })
}

t.test('a short listing exits 4, says why, and has no file under its final name', async t => {
  endsShort(6)
  const { status, stderr } = await desk.run(['export', 'users', ...query, '--to', 'short.csv'])
  t.equal(status, 4)
  t.match(
    stderr,
    new RegExp(`600 rows were read, but ${size()} were counted before and after: ${size() - 600} or more are missing`),
  )
  t.strictSame(
    desk.names().filter(name => name.startsWith('short')),
    ['short.csv.partial'],
  )
  bed.before()
  const again = await desk.run(['export', 'users', ...query, '--to', 'short.csv'])
  t.equal(again.status, 0, again.stderr)
  t.equal(desk.read('short.csv').trimEnd().split('\n').length, size() + 1)
  t.strictSame(
    desk.names().filter(name => name.startsWith('short')),
    ['short.csv', 'short.csv.manifest.json'],
  )
})

t.test('an earlier file is not replaced by a short one', async t => {
  const args = ['export', 'users', ...query, '--to', 'kept.csv', '--quiet']
  t.equal((await desk.run(args)).status, 0)
  const kept = desk.read('kept.csv')
  endsShort(2)
  t.equal((await desk.run(args)).status, 4)
  t.equal(desk.read('kept.csv'), kept)
  t.equal((await desk.run(['verify', 'kept.csv'])).status, 0)
})

t.test('a short stream has no trailer and exits 4, and its reader exits 1', async t => {
  endsShort(2)
  const { stdout } = await desk.run(['export', 'users', ...query])
  t.equal(trailerOf(stdout), undefined)
  t.equal(rowsOf(stdout).length, 200)
  endsShort(2)
  const piped = await desk.shell(
    `{ entrapipe export users ${query.join(' ')} --quiet; echo "export $?" >&2; } | entrapipe filter "id ne null" >piped.jsonl; echo "filter $?" >&2`,
  )
  t.match(piped.stderr, /^export 4$/m)
  t.match(piped.stderr, /^filter 1$/m)
  t.equal(trailerOf(desk.read('piped.jsonl')), undefined)
})
