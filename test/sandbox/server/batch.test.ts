import t from 'tap'
import { started } from './started.ts'

type Entry = { id: string; status: number; headers: Record<string, string>; body?: any } // eslint-disable-line @typescript-eslint/no-explicit-any

const byId = (entries: Entry[]) => Object.fromEntries(entries.map(entry => [entry.id, entry]))
const get = (id: string, url = '/users', more = {}) => ({ id, method: 'GET', url, ...more })
const json = { 'Content-Type': 'application/json' }

t.test('each entry has its own reply and cost, in a random order derived from the seed', async t => {
  const { batch, seen } = await started(t, { seed: 3 })
  const requests = Array.from({ length: 20 }, (_, at) =>
    get(String(at), at === 7 ? '/missing' : `users?$top=999&x=${at}`),
  )
  const { status, body } = await batch(requests)
  t.equal(status, 200)
  const entries = body.responses as Entry[]
  t.not(entries.map(entry => entry.id).join(), requests.map(request => request.id).join())
  t.strictSame(
    entries.map(entry => Number(entry.id)).sort((a, b) => a - b),
    requests.map((_, at) => at),
  )
  t.match(byId(entries)['0'], {
    status: 200,
    headers: { 'x-ms-resource-unit': '2', 'Content-Type': /^application\/json;odata.metadata=minimal/ },
    body: { path: '/users', query: '$top=999&x=0' },
  })
  t.match(byId(entries)['7'], {
    status: 404,
    headers: { 'Content-Type': 'application/json' },
    body: { error: { code: 'Request_ResourceNotFound', innerError: { 'request-id': String } } },
  })
  t.equal(seen.length, 20)
  const again = await started(t, { seed: 3, stateDir: t.testdir() })
  const order = (of: Entry[]) => of.map(entry => entry.id)
  t.strictSame(order((await again.batch(requests)).body.responses), order(entries), 'the same seed, the same order')
})

t.test('bodies are objects, base64 or absent; a count is a number', async t => {
  const { batch, seen } = await started(t)
  const { body } = await batch([
    { id: 'a', method: 'POST', url: '/users', headers: json, body: { x: 1 } },
    {
      id: 'b',
      method: 'POST',
      url: '/users',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"y":2}').toString('base64'),
    },
    { id: 'c', method: 'PATCH', url: '/users/1', headers: json, body: {} },
    { id: 'd', method: 'GET', url: '/users/$count', headers: { ConsistencyLevel: 'eventual' } },
    { id: 'e', method: 'POST', url: '/users', headers: json, body: 'not base64!' },
  ])
  const entries = byId(body.responses)
  t.strictSame([entries['a']?.body.body, entries['b']?.body.body, entries['d']?.body], [{ x: 1 }, { y: 2 }, 42])
  t.equal(entries['c']?.status, 204)
  t.notOk('body' in (entries['c'] ?? {}))
  t.match(entries['e'], { status: 400, body: { error: { code: 'BadRequest' } } })
  t.equal(seen.find(request => request.path.endsWith('$count'))?.headers['consistencylevel'], 'eventual')
})

t.test('ids may be numbers, and are strings in the reply', async t => {
  const { batch } = await started(t)
  const { status, body } = await batch([
    { ...get(''), id: 1 },
    { ...get('', '/missing'), id: 2, dependsOn: [1] },
    { ...get('3', '/users/3', { dependsOn: [2] }) },
  ])
  const answered = (body.responses as Entry[]).map(entry => [entry.id, entry.status] as const)
  t.strictSame(
    [status, answered.sort(([one], [other]) => (one < other ? -1 : 1))],
    [
      200,
      [
        ['1', 200],
        ['2', 404],
        ['3', 424],
      ],
    ],
  )
  t.match((await batch([{ ...get(''), id: 1 }, get('1')])).body, {
    error: { code: 'BadRequest', message: 'Duplicate request id: 1 in the batch.' },
  })
  for (const id of [undefined, null, '', true, {}])
    t.match((await batch([{ ...get(''), id }])).body, {
      error: { code: 'BadRequest', message: 'Invalid batch payload format. Each request needs an id.' },
    })
})

t.test('an invalid batch is refused as a whole', async t => {
  const { batch, graph, seen } = await started(t)
  const told = async (requests: unknown) => {
    const { status, body } = await batch(requests)
    return [status, body.error?.code, body.error?.message]
  }
  t.strictSame(await told(Array.from({ length: 21 }, (_, at) => get(String(at)))), [
    400,
    'BadRequest',
    'Number of batch request steps exceeds the max value of 20.',
  ])
  t.strictSame(await told([get('a'), get('A')]), [400, 'BadRequest', 'Duplicate request id: A in the batch.'])
  t.strictSame(await told([{ id: '1', method: 'POST', url: '/users', body: {} }]), [
    400,
    'BadRequest',
    'Write request id : 1 does not contain Content-Type header or body.',
  ])
  t.strictSame(await told([{ id: '1', method: 'POST', url: '/users', headers: json }]), [
    400,
    'BadRequest',
    'Write request id : 1 does not contain Content-Type header or body.',
  ])
  t.strictSame(await told({}), [400, 'BadRequest', 'Invalid batch payload format.'])
  t.strictSame(await told([get('1'), get('2', '/users', { dependsOn: ['9'] })]), [
    400,
    'BadRequest',
    'Invalid dependsOn in batch request with id: 2. Request with id: 9 is not part of the batch.',
  ])
  const on = (id: string, before: string) => get(id, '/users', { dependsOn: [before] })
  const mixed = 'Invalid dependsOn. Requests of a batch are parallel, serial, or depend on one same request.'
  t.strictSame(await told([get('1'), on('2', '1'), get('3'), on('4', '3')]), [400, 'BadRequest', mixed])
  t.strictSame(await told([get('1'), on('2', '1'), on('3', '2'), on('4', '2')]), [400, 'BadRequest', mixed])
  t.strictSame(await told([get('1'), get('2'), on('3', '2'), on('4', '3')]), [400, 'BadRequest', mixed])
  t.strictSame(await told([on('1', '2'), get('2')]), [
    400,
    'BadRequest',
    'Invalid dependsOn in batch request with id: 1. A request can depend on an earlier one only.',
  ])
  t.strictSame(await told([on('1', '1')]), [
    400,
    'BadRequest',
    'Invalid dependsOn in batch request with id: 1. Request with id: 1 is not part of the batch.',
  ])
  t.strictSame(await told([get('1'), get('2'), get('3', '/users', { dependsOn: ['1', '2'] })]), [
    400,
    'BadRequest',
    'Invalid dependsOn in batch request with id: 3. A request can depend on one other request only.',
  ])
  t.equal((await graph('/$batch')).status, 405)
  t.equal(seen.length, 0)
})

t.test('a batch in a batch, and a URL of another host, are refused', async t => {
  const { batch } = await started(t)
  const { body } = await batch([get('1', '/$batch'), get('2', 'https://elsewhere.example/users'), get('3')])
  const entries = byId(body.responses)
  t.strictSame(
    ['1', '2', '3'].map(id => entries[id]?.status),
    [400, 400, 200],
  )
})

t.test('an entry that depends on a failed one is answered 424 and not performed', async t => {
  const { batch, seen } = await started(t)
  const { body } = await batch([
    get('1'),
    get('2', '/missing', { dependsOn: ['1'] }),
    get('3', '/users/3', { dependsOn: ['2'] }),
    get('4', '/users/4', { dependsOn: ['3'] }),
  ])
  const entries = byId(body.responses)
  t.strictSame(
    ['1', '2', '3', '4'].map(id => entries[id]?.status),
    [200, 404, 424, 424],
  )
  t.strictSame(
    seen.map(request => request.path),
    ['/users', '/missing'],
  )
})

t.test('several entries may depend on the same one, and are performed after it', async t => {
  const { batch, seen } = await started(t)
  const { body } = await batch([
    get('1', '/first'),
    get('2', '/b', { dependsOn: ['1'] }),
    get('3', '/c', { dependsOn: ['1'] }),
  ])
  t.strictSame(
    (body.responses as Entry[]).map(entry => entry.status),
    [200, 200, 200],
  )
  t.equal(seen[0]?.path, '/first')
})

t.test('one entry can be throttled while the others are not', async t => {
  const { batch, control } = await started(t)
  await control('PUT', '/faults', [{ match: 'GET /users/2', nth: 1, fault: '429', retryAfter: 7 }])
  const { status, body } = await batch([get('1'), get('2', '/users/2'), get('3')])
  t.equal(status, 200)
  const entries = byId(body.responses)
  t.strictSame(
    ['1', '2', '3'].map(id => entries[id]?.status),
    [200, 429, 200],
  )
  t.match(entries['2'], { headers: { 'Retry-After': '7' }, body: { error: { code: 'TooManyRequests' } } })
  const again = await batch([get('2', '/users/2')])
  t.match(again.body.responses[0], { status: 200, body: { retried: true } })
})

t.test('an entry has its own client-request-id, or by default that of the batch', async t => {
  const { batch } = await started(t)
  const { body } = await batch([
    get('1', '/missing', { headers: { 'client-request-id': 'mine' } }),
    get('2', '/missing'),
  ])
  const idOf = (entry?: Entry) => entry?.body.error.innerError['client-request-id'] as string
  const entries = byId(body.responses as Entry[])
  t.equal(idOf(entries['1']), 'mine')
  t.match(idOf(entries['2']), /^[0-9a-f-]{36}$/)
})

t.test('each entry is charged to the write quota, and reads are answered while writes are refused', async t => {
  const { batch, control } = await started(t, { throttle: 'real' })
  const write = (_: unknown, at: number) => ({
    id: String(at),
    method: 'PATCH',
    url: `/groups/${at}`,
    headers: json,
    body: {},
  })
  const twenty = Array.from({ length: 20 }, write)
  for (let at = 0; at < 300; at++) await batch(twenty)
  const { body } = await batch([...twenty.slice(1), get('0')])
  const entries = byId(body.responses)
  t.equal(entries['0']?.status, 200)
  const refused = (body.responses as Entry[]).filter(({ status }) => status === 429)
  t.ok(refused.length > 0)
  const { headers } = refused[0]!
  t.match(headers['x-ms-throttle-scope'], /^Tenant_Application\/Write\//)
  t.equal(headers['x-ms-throttle-information'], 'WriteLimitExceeded')
  t.ok(Number(headers['Retry-After']) > 0)
  const { writes } = (await control('GET', '/counters')).body
  t.match(writes.refused['PATCH /groups/1'], { 429: Number })
})

t.test('a dollar sign may be encoded in a path, as of the batch itself', async t => {
  const { graph, seen } = await started(t)
  const reply = await graph('/%24batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requests: [get('1', '/users/%24count?%24search=x')] }),
  })
  t.strictSame([reply.status, seen.map(({ path, query }) => [path, query])], [200, [['/users/$count', '%24search=x']]])
  await graph('/users/%24count')
  t.equal(seen[1]!.path, '/users/$count')
})
