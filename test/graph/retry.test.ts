import t from 'tap'
import { createServer } from 'node:net'
import { systemClock } from '../../src/core/clock.ts'
import type { Graph } from '../../src/core/graph.ts'
import { refused, scene, throttled } from './fixtures.ts'

const get = { method: 'GET', url: '/users' } as const
const post = { method: 'POST', url: '/users', body: {} } as const
const ok = { body: { value: [] } }

t.test('Retry-After is obeyed as whole seconds, decimals, a date, and above three minutes', async t => {
  const date = new Date(Date.UTC(2026, 0, 1) + 3_000 + 2_128 + 200_000 + 60_000).toUTCString()
  const { graph, slept } = await scene(t, [throttled('3'), throttled('2.128'), throttled('200'), throttled(date), ok])
  const reply = await graph.request(get)
  t.equal(reply.attempts, 5)
  t.strictSame(slept.slice(0, 3), [3_000, 2_128, 200_000])
  t.ok((slept[3] ?? 0) > 58_000 && (slept[3] ?? 0) <= 60_000, `${slept[3]}`)
})

t.test('without a valid Retry-After, waits double', async t => {
  const { graph, slept } = await scene(t, [throttled(), throttled(''), throttled('soon'), throttled('0'), ok])
  await graph.request(get)
  t.strictSame(slept, [500, 1_000, 2_000, 4_000])
})

t.test('every temporary failure is retried', async t => {
  const { graph, slept, events } = await scene(t, [
    { status: 500 },
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
    { status: 503 },
    { status: 504 },
    { status: 509 },
    ok,
  ])
  t.equal((await graph.request(get)).attempts, 6)
  t.equal(slept.length, 5)
  t.strictSame(
    events.map(event => event.kind),
    ['signed-in', 'retry', 'retry', 'retry', 'retry', 'retry'],
  )
})

t.test('a reset in mid-body and a body that is not JSON are failed attempts', async t => {
  const body = { value: [{ id: 'a' }, { id: 'b' }] }
  const { graph, asked } = await scene(t, [
    { body, resetAfter: 0 },
    { body, resetAfter: 20 },
    { body: '{"value":[{"id":"a"},{"id"' },
    { body },
  ])
  const reply = await graph.request(get)
  t.strictSame([reply.body, reply.attempts, asked.length], [body, 4, 4])
})

t.test('a change is not retried if its reply was lost, and the error says so', async t => {
  const { graph, asked } = await scene(t, [{ body: { id: 'u1' }, resetAfter: 3 }])
  await t.rejects(graph.request(post), {
    code: 'GRAPH_UNAVAILABLE',
    facts: { sent: true },
    message: /It is not known whether the request was carried out/,
  })
  t.equal(asked.length, 1)
})

t.test('a throttled change is retried; a failed one is not', async t => {
  const { graph, asked } = await scene(t, [
    throttled('1'),
    refused(503, 'Request_ThrottledTemporarily'),
    refused(409, 'Directory_ConcurrencyViolation'),
    refused(504, 'GatewayTimeout'),
  ])
  t.equal((await graph.attempt(post)).status, 504)
  t.equal(asked.length, 4)
})

t.test('a change that was answered 503 is undecided: it is not retried, and the error says so', async t => {
  for (const headers of [{}, { 'retry-after': '1' }]) {
    const { graph, asked } = await scene(t, () => ({ status: 503, headers }))
    t.equal((await graph.attempt(post)).status, 503)
    await t.rejects(graph.request(post), {
      code: 'GRAPH_UNAVAILABLE',
      facts: { status: 503, sent: true },
      message:
        'Graph answered 503 to POST /users of tenant "contoso". It is not known whether the request was carried out.',
    })
    t.equal(asked.length, 2)
  }
})

t.test('a change that is declared repeatable is retried', async t => {
  const { graph, asked } = await scene(t, [{ status: 504 }, { body: {}, resetAfter: 1 }, { status: 204 }])
  t.equal((await graph.request({ ...post, repeatable: true })).status, 204)
  t.equal(asked.length, 3)
})

t.test('a permanent refusal by Graph is not retried', async t => {
  for (const [status, code] of [
    [400, 'Request_BadRequest'],
    [403, 'Authorization_RequestDenied'],
    [404, 'Request_ResourceNotFound'],
    [501, 'NotImplemented'],
  ] as const) {
    const { graph, asked } = await scene(t, () => refused(status, code))
    t.equal((await graph.attempt(get)).status, status)
    t.equal(asked.length, 1, code)
  }
})

t.test('the wait budget limits time, not the number of retries', async t => {
  const { graph, asked, slept } = await scene(t, () => throttled('10'), { waitBudgetMs: 1_000_000 })
  await t.rejects(graph.request(get), {
    code: 'GRAPH_THROTTLED',
    retryAfterMs: 10_000,
    facts: { status: 429, attempts: 101 },
    message:
      'Graph throttles GET /users of tenant "contoso" for 17 min (101 attempts). The longest wait for a request is 17 min.',
    fix: 'Run the same command again later.',
  })
  t.strictSame([asked.length, slept.length], [101, 100])
})

t.test('a wait that is longer than the budget does not start', async t => {
  const { graph, slept } = await scene(t, [
    throttled('3600', {
      'x-ms-throttle-scope': 'Tenant_Application/ReadWrite/a/t',
      'x-ms-throttle-information': 'CPULimitExceeded',
    }),
  ])
  await t.rejects(graph.request(get), {
    code: 'GRAPH_THROTTLED',
    retryAfterMs: 3_600_000,
    facts: { throttleScope: 'Tenant_Application/ReadWrite/a/t', throttleInformation: 'CPULimitExceeded' },
    message:
      'Graph throttles GET /users of tenant "contoso" and asks to wait until 01:00 UTC, in 1 h. The longest wait for a request is 15 min.',
    fix: 'Run the same command again after that time.',
  })
  t.strictSame(slept, [])
})

t.test('a service that stays unavailable ends in GRAPH_UNAVAILABLE', async t => {
  const { graph } = await scene(t, () => ({ status: 503 }), { waitBudgetMs: 5_000 })
  await t.rejects(graph.request(get), { code: 'GRAPH_UNAVAILABLE', message: /answers 503 to GET \/users/ })
})

t.test('a host that never replied is given up within seconds, not after the whole budget', async t => {
  const port = await new Promise<number>(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
  const { graph, slept } = await scene(t, [], { rootUrl: `http://127.0.0.1:${port}/v1.0` })
  await t.rejects(graph.request(get), { code: 'GRAPH_UNAVAILABLE', message: /connection refused/ })
  t.strictSame(slept, [500, 1_000, 2_000, 4_000])
})

t.test('a Retry-After of 400 digits is ignored', async t => {
  const { graph, slept } = await scene(t, [throttled('9'.repeat(400)), ok])
  await graph.request(get)
  t.strictSame(slept, [500])
})

t.test('text of the service is shown as one line without control characters', async t => {
  const message = 'No.\u001b[2J\r\u009b31m\u202e\nentrapipe: done'
  const { graph } = await scene(t, () => ({
    status: 400,
    headers: { 'request-id': 'a\tb' },
    body: { error: { code: 'Bad\u0007', message } },
  }))
  await t.rejects(graph.request({ method: 'GET', url: '/users/\u001b[2J' }), {
    message: 'Graph refused GET /users/ [2J: No. [2J 31m entrapipe: done.',
    facts: { code: 'Bad', requestId: 'a b', path: '/users/ [2J' },
  })
})

t.test('a host that has replied once is retried for the whole budget', async t => {
  const { graph, stop, slept } = await scene(t, [ok], { waitBudgetMs: 60_000 })
  await graph.request(get)
  await stop()
  await t.rejects(graph.request(get), { code: 'GRAPH_UNAVAILABLE', facts: { sent: false } })
  t.strictSame(slept, [500, 1_000, 2_000, 4_000, 8_000, 16_000])
})

t.test('an abort during a Retry-After ends the wait at once', async t => {
  const controller = new AbortController()
  const { graph } = await scene(t, [throttled('800')], {
    clock: { now: () => 0, sleep: (_ms, signal) => systemClock.sleep(3_600_000, signal) },
    onEvent: event => event.kind === 'retry' && controller.abort(new Error('stop')),
  })
  await t.rejects(graph.request(get, controller.signal), { message: 'stop' })
})

for (const [how, text, end] of [
  ['shorter than it says', 'content-length: 5\r\n\r\n12', 'closed'],
  [
    'shorter than it says, before a close that it announced',
    'connection: close\r\ncontent-length: 5\r\n\r\n12',
    'closed',
  ],
  ['reset in its middle', 'content-length: 5\r\n\r\n12', 'reset'],
  ['without its last chunk', 'transfer-encoding: chunked\r\n\r\n2\r\n12\r\n', 'closed'],
  [
    'without its last chunk, before a reset',
    'connection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\n12\r\n',
    'reset',
  ],
  ['of unknown length', 'connection: close\r\n\r\n12', 'closed'],
  ['of unknown length, before a reset', 'connection: close\r\n\r\n12', 'reset'],
] as const)
  t.test(`a count whose reply is ${how} is asked for again`, async t => {
    const raw = { text: `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n${text}`, end }
    const { graph, asked } = await scene(t, [{ raw }, { headers: { 'content-type': 'text/plain' }, body: '12345' }])
    t.equal(await graph.count('/users'), 12_345)
    t.equal(asked.length, 2)
  })

t.test(
  'a count of unknown length is taken if the next reply has the same one, as from a proxy that never sends a length',
  async t => {
    const raw = (count: string) => ({
      raw: {
        text: `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${count}`,
        end: 'closed' as const,
      },
    })
    const { graph, asked } = await scene(t, [raw('12'), raw('12345'), raw('12345'), raw('12345')])
    t.equal(await graph.count('/users'), 12_345)
    t.equal(asked.length, 3)
  },
)

const firstOf = (graph: Graph) => graph.pages('/users')[Symbol.asyncIterator]().next()

t.test('a page that is an error with a status of success is retried, and fails in words', async t => {
  const body = { error: { code: 'UnknownError', message: 'Something went wrong.' } }
  const { graph, asked } = await scene(t, [
    { body },
    { body: { value: [], ...body } },
    { body: { value: [{ id: 'a' }] } },
  ])
  for await (const { values } of graph.pages('/users')) t.strictSame(values, [{ id: 'a' }])
  t.equal(asked.length, 3)
  const never = await scene(t, () => ({ body }))
  const reads: readonly (() => Promise<unknown>)[] = [() => firstOf(never.graph), () => never.graph.request(get)]
  for (const read of reads)
    await t.rejects(read(), {
      code: 'GRAPH_UNAVAILABLE',
      message:
        /^Graph answers 200 with an error in place of a result \(UnknownError\) to GET \/users of tenant "contoso" for /,
    })
})

t.test('an error with a status of success is final if its code is', async t => {
  const { graph, asked } = await scene(t, () => ({
    body: { error: { code: 'Authorization_RequestDenied', message: 'No.' } },
  }))
  await t.rejects(firstOf(graph), {
    code: 'NOT_PERMITTED',
    facts: { status: 403 },
  })
  t.equal(asked.length, 1)
})
