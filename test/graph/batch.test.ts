import t from 'tap'
import type { GraphRequest } from '../../src/core/graph.ts'
import { refused, scene } from './fixtures.ts'
import type { Asked, Scripted } from './scripted-server.ts'

interface Entry {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

const entriesOf = (asked: Asked | undefined) => (asked?.body as { requests: Entry[] }).requests
const get = (id: string): GraphRequest => ({ method: 'GET', url: `/users/${id}` })

/** Answers each entry by its address, in reverse order; `odd` says what comes first from an address. */
const byAddress = (odd: Readonly<Record<string, Omit<Scripted, 'silent'>[]>> = {}) => {
  const left = new Map(Object.entries(odd).map(([url, answers]) => [url, [...answers]]))
  return (asked: Asked): Scripted => ({
    body: {
      responses: entriesOf(asked)
        .map(({ id, url }) => {
          const { status = 200, headers, body } = left.get(url)?.shift() ?? { body: { from: url } }
          return { id, status, headers: { 'Content-Type': 'application/json', ...headers }, body }
        })
        .reverse(),
    },
  })
}
const throttled = (retryAfter: string) => ({
  status: 429,
  headers: { 'Retry-After': retryAfter },
  body: { error: { code: 'TooManyRequests' } },
})

t.test('a round trip has twenty sub-requests, and replies are in the order of the requests', async t => {
  const { graph, asked } = await scene(t, byAddress())
  const ids = Array.from({ length: 45 }, (_, at) => `u${at}`)
  const replies = await graph.batch(ids.map(get))
  t.strictSame(
    replies.map(reply => reply.body),
    ids.map(id => ({ from: `/users/${id}` })),
  )
  t.strictSame(asked.map(one => entriesOf(one).length).sort(), [20, 20, 5])
  t.strictSame(replies[0], {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: { from: '/users/u0' },
    attempts: 1,
  })
})

t.test('a throttled sub-request is retried alone, after its own Retry-After', async t => {
  const { graph, asked, slept } = await scene(
    t,
    byAddress({ '/users/b': [throttled('3')], '/users/c': [throttled('2.5')] }),
  )
  const replies = await graph.batch(['a', 'b', 'c'].map(get))
  t.strictSame(
    asked.map(one => entriesOf(one).map(entry => entry.url)),
    [
      ['/users/a', '/users/b', '/users/c'],
      ['/users/b', '/users/c'],
    ],
  )
  t.strictSame(slept.toSorted(), [2_500, 3_000])
  t.strictSame(
    replies.map(reply => [reply.status, reply.attempts]),
    [
      [200, 1],
      [200, 2],
      [200, 2],
    ],
  )
})

t.test('a refused sub-request is a reply', async t => {
  const notFound = { status: 404, body: { error: { code: 'Request_ResourceNotFound' } } }
  const { graph } = await scene(t, byAddress({ '/users/b': [notFound] }))
  const replies = await graph.batch(['a', 'b'].map(get))
  t.strictSame(
    replies.map(reply => reply.status),
    [200, 404],
  )
})

t.test('a change inside a batch is retried if it was throttled, and unknown if it failed', async t => {
  const change: GraphRequest = { method: 'PATCH', url: '/users/b', body: { city: 'Bern' } }
  const { graph, asked } = await scene(t, byAddress({ '/users/b': [throttled('1'), { status: 504 }] }))
  const replies = await graph.batch([get('a'), change])
  t.strictSame(
    replies.map(reply => reply.status),
    [200, 0],
  )
  t.strictSame(entriesOf(asked[1]), [
    {
      id: '1',
      method: 'PATCH',
      url: '/users/b',
      headers: {
        'client-request-id': entriesOf(asked[1])[0]?.headers?.['client-request-id'],
        'Content-Type': 'application/json',
      },
      body: { city: 'Bern' },
    },
  ])
})

t.test('if the reply to a batch is lost, reads are retried and changes are reported as unknown', async t => {
  const answers = byAddress()
  const { graph, asked } = await scene(t, (one, nth) => (nth === 0 ? { ...answers(one), resetAfter: 5 } : answers(one)))
  const replies = await graph.batch([get('a'), { method: 'DELETE', url: '/users/b' }])
  t.strictSame(
    replies.map(reply => [reply.status, reply.attempts]),
    [
      [200, 2],
      [0, 1],
    ],
  )
  t.strictSame(
    asked.map(one => entriesOf(one).map(entry => entry.url)),
    [['/users/a', '/users/b'], ['/users/a']],
  )
})

t.test('a change that was throttled, retried and then lost is unknown, not refused', async t => {
  const change: GraphRequest = { method: 'DELETE', url: '/users/b' }
  const answers = byAddress({ '/users/b': [throttled('1')] })
  const { graph, asked } = await scene(t, (one, nth) => (nth === 1 ? { ...answers(one), resetAfter: 5 } : answers(one)))
  const replies = await graph.batch([get('a'), change])
  t.strictSame(
    replies.map(reply => [reply.status, reply.attempts]),
    [
      [200, 1],
      [0, 2],
    ],
  )
  t.equal(asked.length, 2)
})

t.test('a Retry-After date is relative to the Date of the batch', async t => {
  const date = 'Thu, 01 Jan 2030 00:00:00 GMT'
  const answers = byAddress({ '/users/a': [throttled('Thu, 01 Jan 2030 00:00:09 GMT')] })
  const { graph, slept } = await scene(t, one => ({ ...answers(one), headers: { date } }))
  await graph.batch([get('a')])
  t.strictSame(slept, [9_000])
})

t.test('a sub-request that is missing from the reply is retried', async t => {
  const { graph, asked } = await scene(t, (one, nth) => (nth === 0 ? { body: { responses: [] } } : byAddress()(one)))
  t.strictSame(
    (await graph.batch([get('a')])).map(reply => reply.status),
    [200],
  )
  t.equal(asked.length, 2)
})

t.test('a sub-request that stays throttled fails when the wait budget is spent', async t => {
  const { graph } = await scene(t, byAddress({ '/users/a': Array.from({ length: 99 }, () => throttled('10')) }), {
    waitBudgetMs: 35_000,
  })
  await t.rejects(graph.batch([get('a'), get('b')]), {
    code: 'GRAPH_THROTTLED',
    facts: { path: '/users/a', attempts: 4 },
  })
})

t.test('a batch that fails as a whole leaves its changes unknown, and its reads are retried', async t => {
  for (const status of [500, 502, 504]) {
    const { graph, asked } = await scene(t, (one, nth) => (nth === 0 ? { status } : byAddress()(one)))
    const replies = await graph.batch([get('a'), { method: 'DELETE', url: '/users/b' }])
    t.strictSame(
      replies.map(reply => [reply.status, reply.attempts]),
      [
        [200, 2],
        [0, 1],
      ],
      `${status}`,
    )
    t.equal(asked.length, 2)
  }
})

t.test('a batch that is refused as a whole is an error', async t => {
  const { graph } = await scene(t, [refused(400, 'BadRequest', 'Invalid batch.')])
  await t.rejects(graph.batch([get('a')]), { code: 'GRAPH_REFUSED', facts: { path: '/$batch' } })
})

t.test('each sub-request is charged, and the batch itself costs nothing', async t => {
  const { graph } = await scene(
    t,
    byAddress({ '/groups/g/members': [{ headers: { 'x-ms-resource-unit': '3' }, body: {} }] }),
  )
  await graph.batch([{ method: 'GET', url: '/groups/g/members' }, get('a'), { method: 'DELETE', url: '/users/b' }])
  const { units, writes } = graph.usage()
  t.strictSame({ units, writes }, { units: 5, writes: 1 })
})

t.test('an empty list of requests makes no round trip', async t => {
  const { graph, asked } = await scene(t, [])
  t.strictSame(await graph.batch([]), [])
  t.strictSame(asked, [])
})

t.test('the throttling headers and costs of sub-requests are used', async t => {
  const settled: number[] = []
  const paused: number[] = []
  const { graph } = await scene(
    t,
    byAddress({ '/users/a': [{ ...throttled('7'), headers: { 'Retry-After': '7', 'x-ms-resource-unit': '5' } }] }),
    {
      budget: {
        take: async () => 0,
        settle: async (_bucket, units) => void settled.push(units),
        pause: async (_bucket, untilMs) => void paused.push(untilMs),
      },
    },
  )
  await graph.batch([get('a')])
  t.equal(graph.usage().throttled, 1)
  t.strictSame(settled.slice(0, 1), [4], 'five units were taken and one was spent')
  t.ok(paused.length > 0)
})

t.test(
  'after a permanent failure of one round trip no other starts, and none is pending when it is reported',
  async t => {
    let answered = 0
    const { graph, asked } = await scene(t, one => {
      answered++
      return entriesOf(one)[0]!.id === '1' && answered === 1
        ? refused(403, 'Authorization_RequestDenied')
        : byAddress()(one)
    })
    await t.rejects(graph.batch(Array.from({ length: 2000 }, (_, at) => get(`u${at}`))), { code: 'NOT_PERMITTED' })
    const sent = asked.length
    t.ok(sent < 100, `${sent} of 100`)
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
    t.equal(asked.length, sent)
  },
)

t.test('a change that is missing from the reply is unknown and not retried', async t => {
  const { graph, asked } = await scene(t, () => ({ body: { responses: [] } }))
  t.match(await graph.batch([{ method: 'DELETE', url: '/users/b' }]), [{ status: 0, attempts: 1 }])
  t.equal(asked.length, 1)
})

t.test('an earlier reply is never returned for a sub-request that the last reply lacks', async t => {
  const { graph } = await scene(t, (one, nth) =>
    nth === 0 ? byAddress({ '/users/b': [throttled('1')] })(one) : { body: { responses: [] } },
  )
  t.match(await graph.batch([{ method: 'DELETE', url: '/users/b' }]), [
    { status: 0, body: { error: { code: 'ReplyLost' } }, attempts: 2 },
  ])
})

t.test(
  'a sub-request that is answered with an error and a status of success is retried, or refused by its code',
  async t => {
    const failed = { body: { error: { code: 'UnknownError' } } }
    const { graph, asked } = await scene(
      t,
      byAddress({
        '/users/a': [failed, { body: { value: [{ id: 'x' }], ...failed.body } }],
        '/users/b': [{ body: { error: { code: 'Request_ResourceNotFound' } } }],
      }),
    )
    const replies = await graph.batch(['a', 'b'].map(get))
    t.match(replies, [
      { status: 200, attempts: 3, body: { from: '/users/a' } },
      { status: 404, attempts: 1 },
    ])
    t.equal(asked.length, 3)
    const change: GraphRequest = { method: 'PATCH', url: '/users/b', body: { city: 'Bern' } }
    const changing = await scene(t, byAddress({ '/users/b': [failed] }))
    t.match(await changing.graph.batch([change]), [{ status: 0 }])
  },
)
