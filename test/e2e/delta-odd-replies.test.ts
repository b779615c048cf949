import t from 'tap'
import type { Cells } from '../sources/replay.ts'
import { openBed, rowsOf, type Desk } from './bed.ts'

const bed = await openBed(t, { users: 60 })
const { directory } = bed
const whole = { order: 'default', view: 'direct' } as const
const idsOf = (kind: 'user' | 'group'): readonly string[] => directory.collection(kind).slice(whole, 1000, ['id']).ids
t.afterEach(() => bed.before())

interface Body {
  value: Record<string, unknown>[]
  '@odata.nextLink'?: string
  '@odata.deltaLink'?: string
}

/** Changes the replies of a delta. */
const replying = (path: string, change: (body: Body) => void): void =>
  bed.before(async (request, answer) => {
    if (request.path !== path || !/deltatoken|skiptoken/i.test(request.query)) return undefined
    const reply = await answer(request)
    const body = JSON.parse(reply.body!) as Body
    change(body)
    return { ...reply, body: JSON.stringify(body) }
  })

const exportTo = (desk: Desk, to: string) =>
  desk.run(['export', 'users', '--delta', '--select', 'id,displayName', '--to', to])

t.test('of several entries of one object the last one counts, and contradictions are looked up', async t => {
  const desk = bed.desk()
  await exportTo(desk, '1.jsonl')
  const [twice = '', alive = '', gone = '', both = ''] = idsOf('user')
  await bed.mutate({ do: 'delete', kind: 'user', id: gone })
  const entry = (id: string, displayName: string): Record<string, unknown> => ({ id, displayName })
  const removed = (id: string): Record<string, unknown> => ({ id, '@removed': { reason: 'changed' } })
  replying('/users/delta', body => {
    body.value = [
      ...[entry(twice, 'First'), entry(twice, 'Last')],
      ...[entry(alive, 'Restored'), removed(alive)],
      ...[removed(gone), entry(gone, 'Earlier')],
      ...[removed(both), { id: both, '@removed': { reason: 'deleted' } }],
    ]
  })
  const { status, stderr } = await exportTo(desk, '2.jsonl')
  t.equal(status, 0, stderr)
  const row = (id: string, displayName: unknown, removed: string | null) => ({ id, displayName, removed })
  t.strictSame(
    rowsOf(desk.read('2.jsonl')),
    [
      row(twice, 'Last', null),
      row(alive, directory.collection('user').get(alive)!['displayName'], null),
      row(gone, null, 'changed'),
      row(both, null, 'deleted'),
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
  t.match(desk.manifest('2.jsonl'), {
    completeness: 'unverified',
    why: /after these changes 58 users are known, and 59/,
  })
})

t.test('a link that expires while the changes are read ends the run, and the next one reads everything', async t => {
  const desk = bed.desk()
  await exportTo(desk, '1.jsonl')
  await bed.mutate({ do: 'update', kind: 'user', id: idsOf('user')[5]!, values: { displayName: 'Changed' } })
  let asked = 0
  let known: string | undefined
  bed.before(async (request, answer) => {
    if (request.path !== '/users/delta' || !/\$(?:delta|skip)token=(?!latest)/.test(request.query)) return undefined
    known ??= request.query
    if (request.query !== known && !request.query.includes('$skiptoken')) return undefined
    if (++asked === 1) {
      const reply = await answer(request)
      const { '@odata.deltaLink': link = '', ...body } = JSON.parse(reply.body!) as Body
      return {
        ...reply,
        body: JSON.stringify({ ...body, '@odata.nextLink': link.replace('$deltatoken', '$skiptoken') }),
      }
    }
    return {
      status: 410,
      headers: { location: '/users/delta?$deltatoken=' },
      body: JSON.stringify({ error: { code: 'resyncRequired', message: 'Resync required.' } }),
    } as never
  })
  const failed = await exportTo(desk, '2.jsonl')
  t.equal(failed.status, 1, failed.stderr)
  t.match(failed.stderr, /The link to the changes of users expired while they were read/)
  t.notOk(desk.names().includes('2.jsonl'))
  const again = await exportTo(desk, '2.jsonl')
  t.equal(again.status, 0, again.stderr)
  t.match(desk.manifest('2.jsonl'), { delta: { kind: 'full', removed: 0 } })
})

/** A reply to an expired link. */
const resync = {
  status: 410,
  headers: { location: '/users/delta?$deltatoken=' },
  body: JSON.stringify({ error: { code: 'resyncRequired', message: 'Resync required.' } }),
} as never

t.test(
  'a link of which only the first page is there leads to a full load in the next run, not to the same error',
  async t => {
    const desk = bed.desk()
    await exportTo(desk, '1.jsonl')
    for (const id of idsOf('user').slice(0, 30))
      await bed.mutate({ do: 'update', kind: 'user', id, values: { displayName: 'Once' } })
    bed.before(async (request, answer) => {
      if (request.path !== '/users/delta' || /deltatoken=latest/.test(request.query)) return undefined
      if (/skiptoken/.test(request.query)) return resync
      const reply = await answer(request)
      const body = JSON.parse(reply.body!) as Body
      body['@odata.nextLink'] = `${request.root}/users/delta?$skiptoken=gone`
      delete body['@odata.deltaLink']
      return { ...reply, body: JSON.stringify(body) }
    })
    const failed = await exportTo(desk, '2.jsonl')
    t.equal(failed.status, 1, failed.stderr)
    t.match(failed.stderr, /expired while they were read\. Run the command again: it then reads everything/)
    const again = await exportTo(desk, '2.jsonl')
    t.equal(again.status, 0, again.stderr)
    t.match(desk.manifest('2.jsonl'), { delta: { kind: 'full', removed: 0 } })
  },
)

t.test('a delta to which Graph always answers that it has expired ends in words that say what to do', async t => {
  const desk = bed.desk()
  bed.before(async request => (request.path === '/users/delta' ? resync : undefined))
  const first = await exportTo(desk, '1.jsonl')
  t.equal(first.status, 1, first.stderr)
  t.match(
    first.stderr,
    'Graph gives no link to the changes of users: it answers even the request for a new one as if it had expired. Run the command again later, or export without a delta.',
  )
  t.notMatch(first.stderr, /Resync required/)
  t.strictSame(desk.names(), [])
  bed.before()
  t.equal((await exportTo(desk, '1.jsonl')).status, 0)
  bed.before(async request => (request.path === '/users/delta' ? resync : undefined))
  const later = await exportTo(desk, '2.jsonl')
  t.equal(later.status, 1, later.stderr)
  t.match(later.stderr, /Graph gives no link to the changes of users/)
})

t.test('changes that end without a link are an error, and are read again', async t => {
  const desk = bed.desk()
  await exportTo(desk, '1.jsonl')
  const [, , , , , id = ''] = idsOf('user')
  await bed.mutate({ do: 'update', kind: 'user', id, values: { displayName: 'Once more' } })
  replying('/users/delta', body => void delete body['@odata.deltaLink'])
  const { status, stderr } = await exportTo(desk, '2.jsonl')
  t.equal(status, 1)
  t.match(stderr, /Graph ended the changes of users without a link to the next ones/)
  bed.before()
  t.equal((await exportTo(desk, '2.jsonl')).status, 0)
  t.match(rowsOf(desk.read('2.jsonl')), [{ id, displayName: 'Once more' }])
})

t.test('a member that entries both add and remove is looked up', async t => {
  const desk = bed.desk()
  const memberships = (to: string) => desk.run(['export', 'memberships', '--delta', '--to', to])
  await memberships('1.jsonl')
  const members = (id: string): readonly string[] =>
    directory
      .related('group', id, 'members', 999)
      .references.filter(({ kind }) => kind === 'user')
      .map(member => member.id)
  const group = idsOf('group').find(id => members(id).length > 1)!
  const [there = ''] = members(group)
  const absent = idsOf('user').find(id => !members(group).includes(id))!
  const link = (id: string, isRemoved: boolean) => ({
    '@odata.type': '#microsoft.graph.user',
    id,
    ...(isRemoved && { '@removed': { reason: 'deleted' } }),
  })
  replying('/groups/delta', body => {
    body.value = [
      { id: group, 'members@delta': [link(there, false), link(absent, true)] },
      { id: group, 'members@delta': [link(there, true), link(absent, false)] },
    ]
  })
  const { status, stderr } = await memberships('2.jsonl')
  t.equal(status, 0, stderr)
  t.strictSame(
    rowsOf<Cells>(desk.read('2.jsonl')).map(({ memberId, removed }) => [memberId, removed]),
    [
      [there, null],
      [absent, 'deleted'],
    ].toSorted(([a], [b]) => (a! < b! ? -1 : 1)),
  )
})

t.test('each page of changes is requested once', async t => {
  const desk = bed.desk()
  await exportTo(desk, '1.jsonl')
  const requested: string[] = []
  bed.before(({ path, query }) => {
    if (path === '/users/delta') requested.push(query)
    return undefined
  })
  const { status, stderr } = await exportTo(desk, '2.jsonl')
  t.equal(status, 0, stderr)
  t.equal(requested.length, 1)
})
