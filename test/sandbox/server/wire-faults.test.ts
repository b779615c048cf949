import t from 'tap'
import { once } from 'node:events'
import { connect } from 'node:net'
import { started } from './started.ts'

type Started = Awaited<ReturnType<typeof started>>

/** Returns the bytes that a socket receives, and how the connection ended. */
const raw = async ({ sandbox, sign }: Started, path: string) => {
  const { hostname, port } = new URL(sandbox.baseUrl)
  const { access_token: token } = (await sign()).body
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let text = ''
  socket.on('data', piece => (text += piece))
  socket.write(
    `GET /v1.0${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  )
  const ended = await new Promise<string>(resolve => {
    socket.on('error', error => resolve('code' in error ? String(error.code) : error.message))
    socket.on('close', () => resolve('closed'))
  })
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
  return { head, body, length, ended }
}

const json = (text: string): string => {
  try {
    JSON.parse(text)
    return 'JSON'
  } catch {
    return 'no JSON'
  }
}

t.test('reset: no byte arrives', async t => {
  const at = await started(t, { faults: [{ match: 'GET /users', nth: 1, fault: 'reset' }] })
  t.match(await raw(at, '/users'), { head: '', body: '', ended: 'ECONNRESET' })
  t.equal(at.seen.length, 0, 'nothing was changed')
  t.match(await raw(at, '/users'), { ended: 'closed' })
  t.equal(at.seen[0]?.retried, true)
})

t.test('resetMidBody: fewer bytes arrive than announced', async t => {
  const at = await started(t, { faults: [{ fault: 'resetMidBody' }] })
  const { head, body, length, ended } = await raw(at, `/users?x=${'a'.repeat(5_000)}`)
  t.match(head, /^HTTP\/1.1 200/)
  t.ok(body.length < length)
  t.equal(ended, 'ECONNRESET')
})

t.test('truncatedJson and malformedJson: HTTP is complete, JSON is invalid', async t => {
  for (const fault of ['truncatedJson', 'malformedJson'] as const) {
    const at = await started(t, { stateDir: t.testdir(), faults: [{ fault }] })
    const { head, body, length, ended } = await raw(at, '/users')
    t.match(head, /^HTTP\/1.1 200/)
    t.strictSame([body.length, ended, json(body)], [length, 'closed', 'no JSON'])
  }
})

t.test('slowBody: the whole body arrives', async t => {
  const at = await started(t, { faults: [{ fault: 'slowBody', delayMs: 1 }] })
  const { body, length, ended } = await raw(at, '/users')
  t.strictSame([body.length, ended, json(body)], [length, 'closed', 'JSON'])
})

t.test('Retry-After: all documented forms are sent', async t => {
  const at = await started(t)
  const told = async (rule: object) => {
    await at.control('PUT', '/faults', [{ match: 'GET /users', nth: 1, ...rule }])
    const reply = await at.graph('/users')
    await reply.text()
    return [reply.status, reply.headers.get('retry-after')]
  }
  t.strictSame(await told({ fault: '429', retryAfter: 'none' }), [429, null])
  t.strictSame(await told({ fault: '429', retryAfter: 3 }), [429, '3'])
  t.strictSame(await told({ fault: '429', retryAfter: 'decimal' }), [429, '0.128'])
  t.strictSame(await told({ fault: '429', retryAfter: 200 }), [429, '200'])
  t.match(await told({ fault: '429', retryAfter: 'date' }), [429, /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/])
  for (const fault of ['500', '502', '503', '504']) t.strictSame(await told({ fault }), [Number(fault), null])
  t.strictSame(await told({ fault: '503', retryAfter: 1 }), [503, '1'])
})

t.test('tokenExpired: the token is revoked, and the next one is valid', async t => {
  const at = await started(t, { faults: [{ match: 'GET /users', nth: 2, fault: 'tokenExpired' }] })
  const token = (await at.sign()).body.access_token
  const statuses: number[] = []
  for (let count = 0; count < 3; count++) statuses.push((await at.graph('/users', { token })).status)
  statuses.push((await at.graph('/users', { token: (await at.sign()).body.access_token })).status)
  t.strictSame(statuses, [200, 401, 401, 200])
})

t.test('page faults are passed to the resources, tokenGoneAfterRetry on retries only', async t => {
  const at = await started(t, {
    faults: [
      { match: 'GET /users', nth: 1, fault: 'emptyPage' },
      { match: 'GET /groups', nth: 1, fault: '503' },
      { match: 'GET /groups', fault: 'tokenGoneAfterRetry' },
    ],
  })
  const page = async (url: string) => (await (await at.graph(url)).json()) as Record<string, unknown>
  t.equal((await page('/users'))['pageFault'], 'emptyPage')
  t.equal((await page('/groups?a')).hasOwnProperty('error'), true)
  t.match(await page('/groups?a'), { retried: true, pageFault: 'tokenGoneAfterRetry' })
  t.notOk((await page('/groups?a'))['pageFault'], 'the second success is not a retry')
})

t.test('faults can strike sign-in', async t => {
  const at = await started(t, { faults: [{ match: 'POST /oauth2/v2.0/token', nth: 1, fault: '503' }] })
  t.strictSame([(await at.sign()).status, (await at.sign()).status], [503, 200])
})
