import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { said, serverBed } from './server-bed.ts'

t.test('each refusal is a problem with the right status and one clear sentence', async t => {
  const bed = await serverBed(t)
  const unknown = await bed.call('GET', '/api/nothing')
  t.strictSame(said(unknown), [404, 'ADDRESS_UNKNOWN', 'The server has nothing at this address.'])
  t.match(unknown.headers['content-type'], /^application\/problem\+json/)
  const json = { 'content-type': 'application/json' }
  t.strictSame(said(await bed.call('POST', '/api/access', { headers: json, body: '{"name":' })), [
    400,
    'REQUEST_MALFORMED',
    'The body is not valid JSON.',
  ])
  t.strictSame(said(await bed.call('POST', '/api/access', { headers: json, body: '{"__proto__":{"role":"Admin"}}' })), [
    400,
    'REQUEST_MALFORMED',
    'The body is not valid JSON.',
  ])
  t.strictSame(said(await bed.call('POST', '/api/access', { headers: json, body: '' })), [
    400,
    'REQUEST_MALFORMED',
    'The body is empty, and JSON was expected.',
  ])
  t.strictSame(said(await bed.call('POST', '/api/access', { headers: { 'content-type': 'text/xml' }, body: '<a/>' })), [
    415,
    'CONTENT_UNSUPPORTED',
    'The body must be JSON: Content-Type: application/json.',
  ])
  t.strictSame(said(await bed.call('POST', '/api/access', { body: { name: 'x'.repeat(5_000_000) } })), [
    413,
    'BODY_TOO_LARGE',
    'The body is larger than the server accepts.',
  ])
  const long = await bed.call('POST', '/api/access', { body: { name: 'a', role: 'B'.repeat(10_000), tenants: 'all' } })
  t.ok(long.text.length < 500, 'a long value is cut')
  t.strictSame(said(await bed.call('POST', '/api/access', { body: { name: 'a', role: 'Boss', tenants: 'all' } })), [
    422,
    'OPTION_INVALID',
    'Expected role to be one of Reader, Operator, Approver, Admin, got "Boss".',
  ])
  t.strictSame(
    said(await bed.call('POST', '/api/access', { body: { name: 'a', rol: 'Admin', role: 'Admin', tenants: 'all' } })),
    [422, 'OPTION_INVALID', 'rol is unknown. Did you mean role?'],
  )
  t.strictSame(said(await bed.call('POST', '/api/access', { body: { name: 'a', role: 'Admin' } })), [
    422,
    'OPTION_INVALID',
    'tenants is missing.',
  ])
})

t.test('a host that is not the server is refused before anything else is looked at', async t => {
  const bed = await serverBed(t)
  const { port } = new URL(bed.url)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', '127.0.0.1'])
    t.strictSame(said(await bed.call('GET', '/api/me', { headers: { host } })), [
      421,
      'HOST_FOREIGN',
      'The request names a host that is not this server.',
    ])
  for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
    t.equal((await bed.call('GET', '/api/me', { headers: { host } })).status, 200, host)
})

t.test('what is no HTTP is answered by a problem', async t => {
  const bed = await serverBed(t)
  const socket = connect(Number(new URL(bed.url).port), '127.0.0.1')
  socket.write('what is this\r\n\r\n')
  let text = ''
  socket.on('data', piece => (text += piece))
  await once(socket, 'close')
  t.match(text, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
  t.match(text, /"code":"REQUEST_MALFORMED"/)
})

t.test('replies have headers that keep browsers from loading or framing anything else', async t => {
  const bed = await serverBed(t)
  for (const path of ['/healthz', '/api/me', '/nothing', '/api']) {
    const { headers } = await bed.call('GET', path)
    t.match(
      headers,
      {
        'content-security-policy':
          "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
      path,
    )
    t.notOk(headers['strict-transport-security'], 'plain http promises no TLS')
  }
})

t.test('of many requests at once each is answered or told when to come back', async t => {
  const bed = await serverBed(t, { requestsPerMinute: 50 })
  const replies = await Promise.all(Array.from({ length: 200 }, () => bed.call('GET', '/api/me')))
  const refused = replies.filter(({ status }) => status !== 200)
  t.equal(replies.length - refused.length, 50)
  for (const { status, problem, headers } of refused) {
    t.strictSame([status, problem.code, problem.retryable], [429, 'TOO_MANY_REQUESTS', true])
    t.match(problem.detail, /^Too many requests were sent in a minute; the next one is accepted in \d+ s\.$/)
    t.ok(Number(headers['retry-after']) >= 1 && Number(headers['retry-after']) <= 60)
  }
})

t.test('guesses of tokens are limited by address, and no other person is', async t => {
  const bed = await serverBed(t)
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, at) => bed.call('GET', '/api/me', { token: `entrapipe_${at}` })),
  )
  t.strictSame(new Set(replies.map(({ status }) => status)), new Set([401, 429]))
  t.equal((await bed.call('GET', '/api/me')).status, 200)
})

t.test('the log names requests and people, and has no token, cookie, link or body', async t => {
  const bed = await serverBed(t)
  await bed.call('GET', '/sign-in?link=abcdefgh-secret', { token: null })
  await bed.call('POST', '/api/access', { body: { name: 'nightly', role: 'Reader', tenants: 'all' } })
  await bed.call('GET', '/api/me', { token: null, headers: { cookie: 'entrapipe=cookie-secret' } })
  const log = bed.log()
  t.match(log, /"method":"POST","path":"\/api\/access","status":201,"ms":\d+,"person":"local:ann@desk"/)
  for (const secret of ['secret', bed.token, 'nightly']) t.notOk(log.includes(secret), secret)
})

t.test('a defect is answered without its reason, which is in the log', async t => {
  const bed = await serverBed(t)
  await bed.tables.query('drop table access')
  const reply = await bed.call('GET', '/api/access')
  t.strictSame(said(reply), [500, 'INTERNAL', 'The server failed. Its log has the reason.'])
  t.match(bed.log(), /no such table: access/)
})

t.test('a store that cannot be used is no mistake of the request, and a caller learns no path', async t => {
  const bed = await serverBed(t)
  for (const [code, status, answered, detail] of [
    ['STORE_UNUSABLE', 503, 'SERVER_UNAVAILABLE', 'The database of jobs cannot be used now.'],
    ['DISK_FULL', 507, 'DISK_FULL', 'The disk of the server is full.'],
  ] as const) {
    const { query } = bed.tables
    const path = '/var/lib/entrapipe/jobs.sqlite'
    Object.assign(bed.tables, {
      query: async (sql: string, values: []) => {
        if (sql.includes('from jobs')) throw new EntrapipeError(code, `${path} failed.`, { facts: { path } })
        return query(sql, values)
      },
    })
    const reply = await bed.call('GET', '/api/jobs')
    Object.assign(bed.tables, { query })
    t.strictSame(said(reply), [status, answered, detail])
    t.notMatch(reply.text, /lib/)
    t.match(bed.log(), new RegExp(`${path} failed`))
  }
})
