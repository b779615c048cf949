import t from 'tap'
import { createServer } from 'node:net'
import { isFailure, type Answer, type Failure } from '../../src/graph/call.ts'
import { passes } from '../../src/graph/retry.ts'
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

t.test('without a Retry-After that says something, waits double', async t => {
  const { graph, slept } = await scene(t, [throttled(), throttled(''), throttled('soon'), throttled('0'), ok])
  await graph.request(get)
  t.strictSame(slept, [500, 1_000, 2_000, 4_000])
})

t.test('everything that passes with time is tried again', async t => {
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

t.test('a reset in mid-body and a body that is no JSON are failed attempts', async t => {
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

t.test('a change is not sent again when its reply was lost, and the error says so', async t => {
  const { graph, asked } = await scene(t, [{ body: { id: 'u1' }, resetAfter: 3 }])
  await t.rejects(graph.request(post), {
    code: 'GRAPH_UNAVAILABLE',
    facts: { sent: true },
    message: /Whether it was done is not known/,
  })
  t.equal(asked.length, 1)
})

t.test('a change that was refused for load is sent again; one that failed is not', async t => {
  const { graph, asked } = await scene(t, [
    throttled('1'),
    { status: 503 },
    refused(409, 'Directory_ConcurrencyViolation'),
    refused(504, 'GatewayTimeout'),
  ])
  t.equal((await graph.attempt(post)).status, 504)
  t.equal(asked.length, 4)
})

t.test('a change that says it is repeatable is sent again', async t => {
  const { graph, asked } = await scene(t, [{ status: 504 }, { body: {}, resetAfter: 1 }, { status: 204 }])
  t.equal((await graph.request({ ...post, repeatable: true })).status, 204)
  t.equal(asked.length, 3)
})

t.test('what Graph refuses for good is not tried again', async t => {
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

t.test('the wait budget is time, not a number of tries', async t => {
  const { graph, asked, slept } = await scene(t, () => throttled('10'), { waitBudgetMs: 1_000_000 })
  await t.rejects(graph.request(get), {
    code: 'GRAPH_THROTTLED',
    retryAfterMs: 10_000,
    facts: { status: 429, attempts: 101 },
    message: /for 17 min \(101 attempts\) and asks to wait until/,
  })
  t.strictSame([asked.length, slept.length], [101, 100])
})

t.test('a wait that is longer than the budget is not begun', async t => {
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
      'Graph throttles GET /users of tenant "contoso" and asks to wait until 01:00 UTC, in 1 h, longer than a request is waited for.',
    fix: 'Run the same command again then.',
  })
  t.strictSame(slept, [])
})

t.test('a service that stays away ends in GRAPH_UNAVAILABLE', async t => {
  const { graph } = await scene(t, () => ({ status: 503 }), { waitBudgetMs: 5_000 })
  await t.rejects(graph.request(get), { code: 'GRAPH_UNAVAILABLE', message: /answers 503 to GET \/users/ })
})

t.test('a host that never answered is given up within seconds, not after the whole budget', async t => {
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

t.test('what a failure means depends on whether the request may have arrived', async t => {
  const failure = (code: string): Failure => ({
    failure: Object.assign(new Error('x'), { code }),
    sent: code === 'ECONNRESET',
  })
  const answer = (status: number): Answer => ({ status, headers: {}, body: undefined })
  const cases: [name: string, outcome: Answer | Failure, reading: boolean, changing: boolean][] = [
    ['reset', failure('ECONNRESET'), true, false],
    ['refused connection', failure('ECONNREFUSED'), true, true],
    ['bad certificate', { ...failure('CERT_HAS_EXPIRED'), final: true }, false, false],
    ['429', answer(429), true, true],
    ['503', answer(503), true, true],
    ['500', answer(500), true, false],
    ['504', answer(504), true, false],
    ['400', answer(400), false, false],
    ['200', answer(200), false, false],
  ]
  t.strictSame(
    cases.map(([name, outcome]) => [
      name,
      outcome,
      passes({ repeatable: true }, outcome),
      passes({ repeatable: false }, outcome),
    ]),
    cases,
  )
  t.ok(isFailure(failure('ECONNRESET')))
})
