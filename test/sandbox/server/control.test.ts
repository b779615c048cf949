import t from 'tap'
import { started } from './started.ts'

t.test('nothing without the key', async t => {
  const { sandbox } = await started(t)
  t.equal((await fetch(sandbox.controlUrl)).status, 401)
  t.equal((await fetch(`${sandbox.controlUrl}/apps`, { headers: { 'x-sandbox-key': 'x' } })).status, 401)
})

t.test('it tells its state, which holds no secret', async t => {
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

t.test('counters and log tell what was asked, without tokens', async t => {
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
  })
  const log = await control('GET', '/log?last=1')
  t.match(log.body.requests, [{ method: 'GET', url: '/missing', status: 404, units: 1 }])
  t.notMatch(JSON.stringify(log.body), /Bearer|eyJ/)
  await control('DELETE', '/counters')
  t.equal((await control('GET', '/counters')).body.requests, 0)
})

t.test('changes go to the directory, one or many', async t => {
  const { control, directory } = await started(t)
  const mutation = { do: 'update', kind: 'user', id: 'x', values: { department: 'Sales' } }
  t.equal((await control('POST', '/mutations', mutation)).status, 200)
  t.equal((await control('POST', '/mutations', [mutation, mutation])).body.changes.length, 2)
  t.strictSame(directory.done[0], { mutation, by: 'control' })
})

t.test('it tells the truth about an object', async t => {
  const { control } = await started(t)
  t.match((await control('GET', '/truth/x')).body, { id: 'x', state: 'live', versions: 1 })
  t.equal((await control('GET', '/truth/y')).status, 404)
})

t.test('unknown faults and paths are told with what there is', async t => {
  const { control } = await started(t)
  t.match(await control('POST', '/faults', { fault: '418' }), {
    status: 400,
    body: { error: /Expected a fault out of 429, 500/ },
  })
  t.match(await control('GET', '/nothing'), { status: 404, body: { known: Array } })
})

t.test('quotas are published, and tokens can be ended', async t => {
  const { control, graph } = await started(t, { timeScale: 100 })
  t.match((await control('GET', '/quotas')).body, {
    mode: 'off',
    timeScale: 100,
    size: 'L',
    quotas: [{ name: 'read', windowMs: 100 }],
  })
  t.equal((await graph('/users')).status, 200)
  await control('DELETE', '/tokens')
  t.equal((await graph('/users')).status, 401)
})
