import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { started } from './started.ts'

const ids = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

t.test('a successful reply has the standard headers', async t => {
  const { graph } = await started(t)
  const reply = await graph('/users?$top=3', { headers: { 'client-request-id': 'mine' } })
  const headers = Object.fromEntries(reply.headers)
  t.match(headers, {
    'request-id': ids,
    'client-request-id': 'mine',
    'x-ms-ags-diagnostic': /ServerInfo/,
    'x-ms-resource-unit': '1',
    'odata-version': '4.0',
    'strict-transport-security': 'max-age=31536000',
    'cache-control': 'no-cache',
    vary: 'Accept-Encoding',
    date: /GMT$/,
    'content-type':
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  })
  t.equal(
    ((await reply.json()) as { '@odata.context': string })['@odata.context'],
    `${new URL(reply.url).origin}/v1.0/$metadata#echo`,
  )
})

t.test('an error has plain JSON, no OData-Version, and the exact envelope', async t => {
  const { graph } = await started(t)
  const reply = await graph('/conflict', { headers: { 'client-request-id': 'mine' } })
  t.equal(reply.headers.get('content-type'), 'application/json')
  t.equal(reply.headers.get('odata-version'), null)
  t.equal(reply.headers.get('x-ms-resource-unit'), '1')
  const body = (await reply.json()) as { error: { innerError: Record<string, string> } }
  t.match(body.error.innerError['date'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
  t.strictSame(body, {
    error: {
      code: 'Request_BadRequest',
      message: 'Taken.',
      details: [{ code: 'ObjectConflict', message: 'Taken.', target: 'userPrincipalName' }],
      innerError: {
        date: body.error.innerError['date'],
        'request-id': reply.headers.get('request-id'),
        'client-request-id': 'mine',
      },
    },
  })
})

t.test('a request without a valid token is answered 401 with a challenge', async t => {
  const { graph, sandbox, control, sign } = await started(t)
  const told = async (reply: Response) => [
    reply.status,
    ((await reply.json()) as { error: { code: string; message: string } }).error.message,
  ]
  const bare = await fetch(`${sandbox.baseUrl}/users`)
  t.match(bare.headers.get('www-authenticate'), /^Bearer realm="", authorization_uri="http:\/\/127/)
  t.strictSame(await told(bare), [401, 'Access token is empty.'])
  t.strictSame(await told(await graph('/users', { token: 'x' })), [
    401,
    'IDX14100: JWT is not well formed, there are no dots (.).',
  ])
  const { access_token: token } = (await sign()).body
  t.strictSame(await told(await graph('/users', { token: `${token.slice(0, -8)}AAAAAAAA` })), [
    401,
    'Access token validation failure. Invalid signature.',
  ])
  const { accessToken } = (await control('POST', '/tokens', { lifetimeSeconds: -1 })).body
  t.strictSame(await told(await graph('/users', { token: accessToken })), [
    401,
    'Lifetime validation failed, the token is expired.',
  ])
})

t.test('the control endpoint issues delegated tokens', async t => {
  const { graph, control, seen } = await started(t)
  const { accessToken } = (await control('POST', '/tokens', { scp: ['User.Read'] })).body
  await graph('/me', { token: accessToken })
  t.match(seen[0]?.caller, { delegated: true, objectId: '00000000-0000-4000-8000-000000000000' })
  t.strictSame([...(seen[0]?.caller.permissions ?? [])], ['User.Read'])
})

t.test('links start with the address of the sandbox, whatever the Host header says', async t => {
  const { sandbox, sign } = await started(t)
  const { access_token: token } = (await sign()).body
  const { port } = new URL(sandbox.baseUrl)
  const contextFor = async (host: string) => {
    const sent = request(`${sandbox.baseUrl}/users`, { headers: { host, authorization: `Bearer ${token}` } }).end()
    const [reply] = await once(sent, 'response')
    return JSON.parse(await text(reply))['@odata.context']
  }
  t.equal(await contextFor('evil.example'), `http://127.0.0.1:${port}/v1.0/$metadata#echo`)
  t.equal(await contextFor(`evil.example:${port}`), `http://127.0.0.1:${port}/v1.0/$metadata#echo`)
  t.equal(await contextFor(`localhost:${port}`), `http://localhost:${port}/v1.0/$metadata#echo`)
})

t.test('resources get paths and queries exactly as sent', async t => {
  const { graph, seen } = await started(t)
  await graph(`/users/a%23b%2Fc?$filter=displayName%20eq%20%27%C3%A9%27&x=?`)
  t.match(seen[0], { method: 'GET', path: '/users/a%23b%2Fc', query: `$filter=displayName%20eq%20%27%C3%A9%27&x=?` })
})

t.test('other versions, methods and payloads are refused with a message', async t => {
  const { graph, sandbox } = await started(t)
  const told = async (reply: Response) => [
    reply.status,
    ((await reply.json()) as { error: { message: string } }).error.message,
  ]
  const at = (path: string) => fetch(sandbox.baseUrl.replace('/v1.0', path))
  t.strictSame(await told(await at('/beta/users')), [
    404,
    'The sandbox serves version v1.0 of Microsoft Graph only, not beta.',
  ])
  t.strictSame(await told(await at('/users')), [400, 'Invalid version.'])
  t.strictSame(await told(await graph('/users', { method: 'OPTIONS' })), [
    405,
    'Specified HTTP method is not allowed for the request target.',
  ])
  const unreadable =
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.'
  const json = { 'content-type': 'application/json' }
  t.strictSame(await told(await graph('/users', { method: 'POST', headers: json, body: '{' })), [400, unreadable])
  t.strictSame(
    await told(await graph('/users', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' })),
    [400, unreadable],
  )
  const untyped = new Uint8Array(Buffer.from('{}'))
  t.strictSame(await told(await graph('/users', { method: 'POST', body: untyped })), [400, unreadable])
  t.equal((await graph('/users/1', { method: 'PATCH', headers: json, body: '{}' })).status, 204)
})

t.test('long replies are compressed if the client accepts gzip', async t => {
  const { graph } = await started(t)
  const long = `/users?x=${'a'.repeat(2_000)}`
  t.equal(
    (await graph(long, { headers: { 'accept-encoding': 'gzip, deflate' } })).headers.get('content-encoding'),
    'gzip',
  )
  t.equal((await graph(long, { headers: { 'accept-encoding': 'identity' } })).headers.get('content-encoding'), null)
  t.equal((await graph(long, { headers: { 'accept-encoding': 'gzip;q=0' } })).headers.get('content-encoding'), null)
  t.equal((await graph('/users', { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding'), null)
  const off = await started(t, { stateDir: t.testdir(), gzip: false })
  t.equal((await off.graph(long, { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding'), null)
})

t.test('a defect of the sandbox is answered 500 and reported', async t => {
  const { graph, defects } = await started(t)
  const reply = await graph('/broken')
  t.equal(reply.status, 500)
  t.match(await reply.json(), { error: { code: 'UnknownError', message: 'The sandbox failed: oops' } })
  t.match(defects, [{ message: 'oops' }])
})

t.test('a throttled request gets the documented body', async t => {
  const { graph, control } = await started(t, { throttle: 'real' })
  const url = '/users?$select=id,signInActivity'
  for (let at = 0; at < 20; at++) await (await graph(url)).body?.cancel()
  const reply = await graph(url)
  t.equal(reply.status, 429)
  t.ok(Number(reply.headers.get('retry-after')) > 0)
  t.match(await reply.json(), {
    error: {
      code: 'TooManyRequests',
      message: 'Please retry again later.',
      innerError: { code: '429', status: '429', message: 'Please retry after' },
    },
  })
  t.ok((await control('GET', '/counters')).body.throttled >= 1)
})
