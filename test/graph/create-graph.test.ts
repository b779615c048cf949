import t from 'tap'
import { createGraph } from '../../src/graph/create-graph.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { fakeClock } from '../fake-clock.ts'
import { credentialOf, makeToken, refused, scene, tenant, throttled } from './fixtures.ts'

t.test('a request carries the token and its own headers, and the reply is parsed with lower-case headers', async t => {
  const { graph, asked } = await scene(t, [{ headers: { 'Request-ID': 'rid' }, body: { id: 'u1' } }])
  const reply = await graph.request({ method: 'GET', url: '/users/u1', headers: { ConsistencyLevel: 'eventual' } })
  t.strictSame([reply.status, reply.body, reply.attempts, reply.headers['request-id']], [200, { id: 'u1' }, 1, 'rid'])
  t.strictSame(
    [asked[0]?.method, asked[0]?.url, asked[0]?.headers.authorization, asked[0]?.headers['consistencylevel']],
    ['GET', '/v1.0/users/u1', `Bearer ${makeToken()}`, 'eventual'],
  )
  t.match(asked[0]?.headers['client-request-id'], /^[0-9a-f-]{36}$/)
})

t.test('an address is sent byte for byte', async t => {
  const { graph, asked } = await scene(t, [{ body: {} }])
  const url = "/users?$skiptoken=X'44%2f'&$select=id&%24top=9&$filter=startswith(a,'b')&$select=z&x"
  await graph.request({ method: 'GET', url })
  t.equal(asked[0]?.url, `/v1.0${url}`)
})

t.test('spaces and non-ASCII letters are encoded, because they cannot be sent', async t => {
  const { graph, asked } = await scene(t, [{ body: {} }])
  await graph.request({ method: 'GET', url: "/users?$filter=displayName eq 'Zoë'" })
  t.equal(asked[0]?.url, "/v1.0/users?$filter=displayName%20eq%20'Zo%C3%AB'")
})

t.test('a body is sent as JSON, and an empty reply has no body', async t => {
  const { graph, asked } = await scene(t, [{ status: 204 }])
  const reply = await graph.request({ method: 'PATCH', url: '/users/u1', body: { city: 'Zürich' } })
  t.strictSame([reply.status, reply.body], [204, undefined])
  t.strictSame(asked[0]?.body, { city: 'Zürich' })
  t.match(asked[0]?.headers['content-type'], 'application/json')
})

t.test('request throws a refusal, and attempt returns it as a reply', async t => {
  const { graph } = await scene(t, () => refused(400, 'Request_BadRequest', 'Invalid value.'))
  await t.rejects(graph.request({ method: 'GET', url: '/users?$filter=secret' }), {
    code: 'GRAPH_REFUSED',
    message: 'Graph refused GET /users: Invalid value.',
    facts: { status: 400, code: 'Request_BadRequest', requestId: 'rid-1', path: '/users' },
  })
  t.equal((await graph.attempt({ method: 'GET', url: '/users' })).status, 400)
})

t.test('a 404 and a 403 have their own codes, and a 403 names the missing permission', async t => {
  const { graph } = await scene(t, [
    refused(404, 'Request_ResourceNotFound', "Resource 'x' does not exist."),
    refused(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
    refused(403, 'Directory_QuotaExceeded'),
  ])
  await t.rejects(graph.request({ method: 'GET', url: '/users/x' }), { code: 'GRAPH_NOT_FOUND' })
  await t.rejects(graph.request({ method: 'GET', url: '/groups/g/members?$top=1' }), {
    code: 'NOT_PERMITTED',
    facts: { permissions: ['GroupMember.ReadBasic.All', 'GroupMember.Read.All'] },
    fix: /GroupMember\.ReadBasic\.All or /,
  })
  await t.rejects(graph.request({ method: 'POST', url: '/groups', body: {} }), { code: 'GRAPH_REFUSED' })
})

t.test('a read-only client refuses a change before anything is sent', async t => {
  const { graph, asked } = await scene(t, () => ({ body: { responses: [] } }), { readOnly: true })
  for (const change of [
    { method: 'POST', url: '/users', body: {} },
    { method: 'DELETE', url: '/users/u1' },
    { method: 'POST', url: '/groups/g/members/$ref', body: {} },
    { method: 'POST', url: '/$batch', body: { requests: [{ id: '1', method: 'PATCH', url: '/users/u1' }] } },
    { method: 'POST', url: '/users/getByIds/assignLicense', body: {} },
    { method: 'POST', url: '/$batch' },
  ] as const)
    await t.rejects(graph.attempt(change), { code: 'GRAPH_READ_ONLY' }, change.url)
  await t.rejects(
    graph.batch([
      { method: 'GET', url: '/users' },
      { method: 'DELETE', url: '/users/u1' },
    ]),
    { code: 'GRAPH_READ_ONLY' },
  )
  t.strictSame(asked, [])
  await graph.attempt({ method: 'POST', url: '/directoryObjects/getByIds', body: { ids: [] } })
  await graph.attempt({ method: 'POST', url: '/users/u1/checkMemberGroups', body: { groupIds: [] } })
  t.equal(asked.length, 2)
})

t.test('a count is read as text, with the required header and an encoded filter', async t => {
  const { graph, asked } = await scene(t, [
    { headers: { 'content-type': 'text/plain' }, body: '\uFEFF1042' },
    { headers: { 'content-type': 'text/plain' }, body: '{,7' },
    { headers: { 'content-type': 'text/plain' }, body: '7' },
  ])
  t.equal(await graph.count('/users', "displayName eq 'A&B'"), 1042)
  t.strictSame(
    [asked[0]?.url, asked[0]?.headers['consistencylevel']],
    ["/v1.0/users/$count?$filter=displayName%20eq%20'A%26B'", 'eventual'],
  )
  t.equal(await graph.count('/users'), 7, 'a broken reply is retried')
})

t.test('an expired token is replaced once, and the request is sent again with the new one', async t => {
  const second = makeToken({ jti: '2' })
  const credential = credentialOf([makeToken(), second])
  const { graph, asked } = await scene(t, [refused(401, 'InvalidAuthenticationToken'), { body: {} }], { credential })
  const reply = await graph.request({ method: 'GET', url: '/users' })
  t.strictSame([reply.status, reply.attempts], [200, 2])
  t.equal(asked[1]?.headers.authorization, `Bearer ${second}`)
  t.strictSame(credential.given, [false, true])
})

t.test('a token that is refused twice is a sign-in error', async t => {
  const { graph, asked } = await scene(t, () => refused(401, 'InvalidAuthenticationToken', 'Access token is empty.'))
  await t.rejects(graph.request({ method: 'GET', url: '/users' }), {
    code: 'SIGN_IN_FAILED',
    message: /Access token is empty\./,
  })
  t.equal(asked.length, 2)
})

t.test('once the sign-in was accepted, refused tokens are retried twice more, after a while', async t => {
  const no = refused(401, 'InvalidAuthenticationToken', 'Access token validation failure.')
  const ok = { body: {} }
  const { graph, asked } = await scene(t, [ok, no, no, ok, no, no, no, no, no, no])
  await graph.request({ method: 'GET', url: '/users' })
  t.match(await graph.request({ method: 'GET', url: '/users' }), { status: 200, attempts: 3 })
  await t.rejects(graph.request({ method: 'GET', url: '/users' }), {
    code: 'SIGN_IN_FAILED',
    fix: /an unfinished run continues where it stopped/,
  })
  t.equal(asked.length, 10)
})

t.test('a token of another tenant is never sent', async t => {
  const { graph, asked } = await scene(t, [], { credential: credentialOf([makeToken({ tid: 'other' })]) })
  await t.rejects(graph.request({ method: 'GET', url: '/users' }), {
    code: 'SIGN_IN_FAILED',
    message: /tenant other, but "contoso" is tenant 11111111-2222-3333-4444-555555555555/,
  })
  t.strictSame(asked, [])
})

t.test('an abort ends a waiting request at once, with the given reason', async t => {
  const { graph } = await scene(t, [{ silent: true }])
  const controller = new AbortController()
  const reason = new Error('stop')
  const request = graph.request({ method: 'GET', url: '/users' }, controller.signal)
  setImmediate(() => controller.abort(reason))
  await t.rejects(request, reason)
  await t.rejects(graph.request({ method: 'GET', url: '/users' }, controller.signal), reason)
})

t.test('plain http is allowed for this machine only', async t => {
  const { clock } = fakeClock()
  const at = (rootUrl: string) => () =>
    createGraph({ tenant, rootUrl, clock, quotas: {}, budget: memoryBudget(clock), credential: credentialOf(['']) })
  t.throws(at('http://graph.contoso.com/v1.0'), { code: 'CONFIG_INVALID' })
  t.throws(at('https://graph.microsoft.com'), { code: 'CONFIG_INVALID' })
  t.throws(at('nowhere'), { code: 'CONFIG_INVALID' })
  t.doesNotThrow(at('http://localhost:1/v1.0'))
})

t.test("the service's own figures correct what was charged", async t => {
  const { graph } = await scene(t, [
    { headers: { 'x-ms-resource-unit': '7' }, body: {} },
    { body: {} },
    throttled('1'),
    { body: {} },
  ])
  await graph.request({ method: 'GET', url: '/users' })
  await graph.request({ method: 'PATCH', url: '/users/u1', body: {} })
  await graph.request({ method: 'GET', url: '/groups' })
  const { requests, units, writes, throttled: refusals, inFlight, waiting } = graph.usage()
  t.strictSame(
    { requests, units, writes, refusals, inFlight, waiting },
    { requests: 4, units: 10, writes: 1, refusals: 1, inFlight: 0, waiting: 0 },
  )
})

t.test('the run reports what binds it and what it has spent', async t => {
  const { graph } = await scene(t, [throttled('600'), { body: { id: 'a' } }], { load: () => 0 })
  t.equal(graph.usage().bound, 'disk', 'nothing has waited for the client yet')
  await graph.request({ method: 'GET', url: '/users/a' })
  t.match(graph.usage(), { requests: 2, throttled: 1, bound: 'quota' })
  const { graph: down } = await scene(t, [{ status: 503 }, { body: { id: 'a' } }], { load: () => 0 })
  await down.request({ method: 'GET', url: '/users/a' })
  t.equal(down.usage().bound, 'latency', 'it has only waited for a reply and before the next attempt')
})
