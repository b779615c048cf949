import t from 'tap'
import { textOf } from '../../markdown.ts'
import { started } from './started.ts'

t.test('requests without the key are refused', async t => {
  const { sandbox } = await started(t)
  t.equal((await fetch(sandbox.controlUrl)).status, 401)
  t.equal((await fetch(`${sandbox.controlUrl}/apps`, { headers: { 'x-sandbox-key': 'x' } })).status, 401)
})

t.test('the state contains no secret', async t => {
  const { control, sandbox } = await started(t)
  const { body } = await control('GET', '')
  t.match(body, {
    pid: process.pid,
    baseUrl: sandbox.baseUrl,
    tenantId: sandbox.tenantId,
    users: 1_000,
    stopping: false,
  })
  t.notMatch(JSON.stringify(body), sandbox.controlKey)
})

t.test('counters and log cover every request and contain no tokens', async t => {
  const { control, graph, sandbox } = await started(t)
  await graph('/users/00000000-0000-4000-8000-000000000000')
  await graph(`/users/ann@${sandbox.domain}`)
  await graph('/missing')
  const { body } = await control('GET', '/counters')
  t.strictSame(body, {
    requests: 3,
    routes: { 'GET /users/{id}': { 200: 2 }, 'GET /missing': { 404: 1 } },
    resourceUnits: 3,
    throttled: 0,
    tokensIssued: 1,
    writes: { attempted: {}, applied: {}, refused: {} },
  })
  const log = await control('GET', '/log?last=1')
  t.match(log.body.requests, [{ method: 'GET', url: '/missing', status: 404, units: 1 }])
  t.notMatch(JSON.stringify(log.body), /Bearer|eyJ/)
  await control('DELETE', '/counters')
  t.equal((await control('GET', '/counters')).body.requests, 0)
})

t.test('one change or a list of changes is made in the directory', async t => {
  const { control, directory } = await started(t)
  const mutation = { do: 'update', kind: 'user', id: 'x', values: { department: 'Sales' } }
  t.equal((await control('POST', '/mutations', mutation)).status, 200)
  t.equal((await control('POST', '/mutations', [mutation, mutation])).body.changes.length, 2)
  t.strictSame(directory.done[0], { mutation, by: { request: 'control' } })
})

t.test('the history of an object is returned', async t => {
  const { control } = await started(t)
  t.match((await control('GET', '/truth/x')).body, { id: 'x', state: 'live', versions: 1 })
  t.equal((await control('GET', '/truth/y')).status, 404)
})

t.test('the errors for unknown faults and paths list the valid ones', async t => {
  const { control } = await started(t)
  t.match(await control('POST', '/faults', { fault: '418' }), {
    status: 400,
    body: { error: /Expected fault in a fault to be one of 429, 500.* got "418"/ },
  })
  t.match(await control('GET', '/nothing'), { status: 404, body: { known: Array } })
})

t.test('an invalid body is refused with the reason, and nothing in it is applied', async t => {
  const { control, directory, defects } = await started(t)
  const update = { do: 'update', kind: 'user', id: 'x', values: {} }
  const table: [method: string, path: string, body: unknown, error: RegExp][] = [
    ['POST', '/mutations', {}, /Expected do in a change to be one of create, update, .* got nothing/],
    ['POST', '/mutations', { do: 'nope' }, /got "nope"/],
    ['POST', '/mutations', [update, { ...update, kind: 'cat' }], /kind in a change to be one of user, group/],
    ['POST', '/mutations', { do: 'delete', kind: 'user' }, /Missing id in a change; expected text/],
    ['POST', '/mutations', { ...update, vaules: {} }, /Unexpected "vaules" in a change/],
    ['POST', '/mutations', undefined, /Expected do in a change/],
    ['POST', '/faults', { fault: '429', rete: 0.5 }, /Unexpected "rete" in a fault; expected fault, match, nth/],
    ['POST', '/faults', { fault: '429', rate: 5 }, /rate in a fault to be a number from 0 to 1, got 5/],
    ['PUT', '/faults', [null], /Expected a fault as an object/],
    ['PUT', '/lag', undefined, /Expected a lag as an object with view, ms, upToMs/],
    ['POST', '/clock', { forwardMs: -1 }, /forwardMs in a clock change to be a number from 0, got -1/],
    ['PUT', '/seats', { sku: 'SPE_E3', enabled: -1 }, /enabled in seats to be a whole number from 0, got -1/],
    ['PUT', '/seats', { enabled: 1 }, /Missing sku in seats/],
    ['PUT', '/seats', { sku: 'NOTHING', enabled: 1 }, /part number or id of Microsoft's catalogue, got NOTHING/],
    ['PUT', '/knobs', { pageSize: 1 }, /Unexpected "pageSize" in knobs/],
    ['PUT', '/knobs', { deltaPageSize: 0 }, /deltaPageSize in knobs to be a whole number from 1/],
    ['POST', '/tokens', { roles: 'User.Read.All' }, /roles in a token to be a list of strings/],
    ['GET', '/log?last=x', undefined, /last to be a whole number/],
    ['GET', '/truth/%', undefined, /Invalid percent-encoding/],
  ]
  for (const [method, path, body, error] of table)
    t.match(
      await control(method, path, body),
      { status: 400, body: { error } },
      `${method} ${path} ${JSON.stringify(body)}`,
    )
  t.strictSame([directory.done, (await control('GET', '/faults')).body.faults, defects], [[], [], []])
})

t.test('the units of a product are set, and those that are not given stay', async t => {
  const { control } = await started(t)
  t.strictSame((await control('PUT', '/seats', { sku: 'SPE_E3', enabled: 10, suspended: 0 })).body, {
    skuId: 'e3',
    skuPartNumber: 'SPE_E3',
    enabled: 10,
    warning: 2,
    suspended: 0,
    lockedOut: 4,
    consumed: 5,
  })
})

t.test('gzip and the roles of the app can be changed at run time and restored', async t => {
  const { control, graph, sign } = await started(t)
  const rolesNow = async () =>
    JSON.parse(Buffer.from(String((await sign()).body.access_token).split('.')[1]!, 'base64url').toString()).roles
  const before = (await control('GET', '/knobs')).body
  t.match(before, { gzip: true, pageTokenLifeMs: 0, deltaPageSize: 200 })
  t.match((await control('PUT', '/knobs', { gzip: false, roles: ['User.ReadBasic.All'] })).body, {
    gzip: false,
    roles: ['User.ReadBasic.All'],
    deltaPageSize: 200,
  })
  t.strictSame(await rolesNow(), ['User.ReadBasic.All'])
  const long = `/users?$search=${'x'.repeat(2_000)}`
  t.equal((await graph(long)).headers.get('content-encoding'), null)
  t.strictSame((await control('DELETE', '/knobs')).body, before)
  t.strictSame(await rolesNow(), before.roles)
  t.equal((await graph(long)).headers.get('content-encoding'), 'gzip')
})

t.test('quotas are published, and tokens can be revoked', async t => {
  const { control, graph } = await started(t, { timeScale: 100 })
  t.equal((await control('GET', '')).body.lagBound, 60_000)
  t.match((await control('GET', '/quotas')).body, {
    lagBound: 60_000,
    mode: 'off',
    timeScale: 100,
    size: 'L',
    quotas: [{ name: 'read', windowMs: 100 }],
  })
  t.equal((await graph('/users')).status, 200)
  await control('DELETE', '/tokens')
  t.equal((await graph('/users')).status, 401)
})

t.test('the documentation lists every request, with a valid body', async t => {
  const { control } = await started(t)
  const rows = [
    ...textOf('docs/sandbox.md').matchAll(
      /^\| `(GET|PUT|POST|DELETE) \/_sandbox(\/\w+)?(\/\{id\})?` \| (?:`(.*?)`)? ?\|/gm,
    ),
  ]
  const { known } = (await control('GET', '/nothing')).body
  t.strictSame(rows.map(([, method, path = '']) => `${method} ${path}`).sort(), [...known].sort())
  for (const [, method = '', path = '', id = '', body] of rows.filter(([, , path]) => path !== '/stop')) {
    const reply = await control(method, path + (id && '/x'), body === undefined ? undefined : JSON.parse(body))
    t.equal(reply.status, 200, `${method} ${path}: ${JSON.stringify(reply.body).slice(0, 200)}`)
  }
})
