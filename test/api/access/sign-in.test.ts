import t from 'tap'
import { request } from 'undici'
import { createSessions } from '../../../src/api/access/sessions.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { fakeClock } from '../../fake-clock.ts'
import { said, serverBed, type ServerBed } from '../server-bed.ts'

const sessionOf = async (bed: ServerBed, link = bed.link!): Promise<string> => {
  const reply = await bed.call('GET', link.slice(bed.url.length), { token: null })
  return /entrapipe=([^;]+)/.exec(String(reply.headers['set-cookie']))![0]
}

t.test('without a sign-in, and with one that is not valid, nobody is let in', async t => {
  const bed = await serverBed(t)
  const missing = await bed.call('GET', '/api/me', { token: null })
  t.strictSame(said(missing), [401, 'NOT_SIGNED_IN', 'The request has no token and no session.'])
  t.equal(missing.headers['www-authenticate'], 'Bearer realm="entrapipe"')
  for (const token of ['entrapipe_wrong', `${bed.token}x`, bed.token.slice(0, -1)])
    t.strictSame(said(await bed.call('GET', '/api/me', { token })), [
      401,
      'NOT_SIGNED_IN',
      'The token is unknown, revoked or expired.',
    ])
  t.strictSame(said(await bed.call('GET', '/api/me', { token: 'eyJhbGciOiJub25lIn0.e30.' })), [
    401,
    'NOT_SIGNED_IN',
    'The token is unknown.',
  ])
  for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b'])
    t.strictSame(said(await bed.call('GET', '/api/me', { token: null, headers: { authorization } })), [
      401,
      'NOT_SIGNED_IN',
      'The header Authorization has no bearer token.',
    ])
  t.equal((await bed.call('GET', `/api/me?token=${bed.token}`, { token: null })).status, 401)
  for (const path of ['/api/jobs/events', '/api/nothing', '/api/access', '/metrics'])
    t.equal((await bed.call('GET', path, { token: null })).status, 401, path)
})

t.test(
  'on loopback with nothing but the sandbox no sign-in is needed, and other sites still get nothing done',
  async t => {
    const bed = await serverBed(t, { isSandboxOnly: true })
    t.equal(bed.link, undefined)
    t.match((await bed.call('GET', '/api/me', { token: null })).body, { id: 'local:ann@desk', roles: ['Admin'] })
    const body = { name: 'x', role: 'Reader', tenants: 'all' }
    const send = (headers: Record<string, string>) => bed.call('POST', '/api/access', { token: null, headers, body })
    t.strictSame(said(await send({})), [
      403,
      'ORIGIN_FOREIGN',
      'A request without a token that changes something needs X-Entrapipe: 1.',
    ])
    t.strictSame(said(await send({ 'x-entrapipe': '1', origin: 'https://evil.example' })), [
      403,
      'ORIGIN_FOREIGN',
      'The request comes from a page of another site.',
    ])
    t.equal((await send({ 'x-entrapipe': '1' })).status, 201)
  },
)

t.test('a link signs one browser in, once and within a minute', async t => {
  const { clock, advance } = fakeClock()
  const bed = await serverBed(t, { clock })
  const path = bed.link!.slice(bed.url.length)
  const reply = await bed.call('GET', path, { token: null })
  t.strictSame([reply.status, reply.headers['location']], [303, '/'])
  t.match(reply.headers['set-cookie'], /^entrapipe=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
  t.strictSame(said(await bed.call('GET', path, { token: null })), [
    401,
    'NOT_SIGNED_IN',
    'The link was used, or is older than a minute.',
  ])
  const another = (await bed.call('POST', '/api/sign-in-links')).body as { readonly path: string }
  advance(60_000)
  t.equal((await bed.call('GET', another.path, { token: null })).status, 401)
})

t.test('a browser that is refused gets a page with a sentence, and programs a problem', async t => {
  const bed = await serverBed(t)
  const refused = await bed.call('GET', '/sign-in?link=wrong', { token: null, headers: { accept: 'text/html' } })
  t.strictSame([refused.status, refused.headers['content-type']], [401, 'text/html; charset=utf-8'])
  t.match(refused.text, /<p role="alert">The link was used, or is older than a minute\. Get another one with/)
})

t.test('a token signs a browser in, until it is revoked', async t => {
  const bed = await serverBed(t)
  const made = (await bed.call('POST', '/api/access', {
    body: { name: 'bob desk', role: 'Operator', tenants: ['contoso'], person: 'bob' },
  })) as { body: { readonly token: string; readonly id: string } }
  t.match(await bed.call('POST', '/api/sign-in', { token: 'entrapipe_other' }), { status: 401 })
  const { status, headers } = await bed.call('POST', '/api/sign-in', { token: made.body.token })
  const cookie = /^entrapipe=[\w-]{43}/.exec(String(headers['set-cookie']))![0]
  const me = () => bed.call('GET', '/api/me', { token: null, headers: { cookie } })
  t.strictSame([status, (await me()).status], [204, 200])
  t.match((await me()).body, { id: 'person:bob', roles: ['Operator'], tenants: ['contoso'], by: 'cookie' })
  t.match(
    await bed.call('POST', '/api/sign-in', { token: null, headers: { cookie, origin: bed.url, 'x-entrapipe': '1' } }),
    {
      status: 422,
      problem: { detail: 'A session begins with a token.' },
    },
  )
  await bed.call('DELETE', `/api/access/${made.body.id}`)
  t.strictSame(said(await me()), [401, 'NOT_SIGNED_IN', 'The session is over.'])
})

t.test('who listens hears nothing more once the token is revoked or the session is over', async t => {
  let now = systemClock.now()
  const bed = await serverBed(t, { clock: { now: () => now, sleep: systemClock.sleep } })
  const submit = (fileName: string) =>
    bed.call('POST', '/api/jobs', {
      body: { pipeline: 'export users', tenant: 'sandbox', fileName, params: { select: ['id'] } },
    })
  const made = (await bed.call('POST', '/api/access', { body: { name: 'r', role: 'Reader', tenants: 'all' } })) as {
    body: { readonly token: string; readonly id: string }
  }
  const cookie = await sessionOf(bed)
  const listen = async (headers: Record<string, string>) => {
    const { body } = await request(`${bed.url}/api/jobs/events`, { headers })
    const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    t.match(String((await pieces.next()).value), /^: /, 'a reader knows at once that it is connected')
    return pieces
  }
  const [byToken, bySession] = [await listen({ authorization: `Bearer ${made.body.token}` }), await listen({ cookie })]
  await submit('first.csv')
  for (const pieces of [byToken, bySession]) t.match(String((await pieces.next()).value), /first\.csv/)
  await bed.call('DELETE', `/api/access/${made.body.id}`)
  // Listening is no use of the session: it ends in spite of it.
  now += 30 * 60_000
  await submit('second.csv')
  for (const pieces of [byToken, bySession]) t.equal((await pieces.next()).done, true)
})

t.test('a session ends after 30 idle minutes, after 12 hours, and when it is signed out', async t => {
  const { clock, advance } = fakeClock()
  const bed = await serverBed(t, { clock })
  const link = async () => `${bed.url}${((await bed.call('POST', '/api/sign-in-links')).body as { path: string }).path}`
  const me = (cookie: string) => bed.call('GET', '/api/me', { token: null, headers: { cookie } })
  const idle = await sessionOf(bed)
  advance(29 * 60_000)
  t.match((await me(idle)).body, { name: 'ann' })
  advance(30 * 60_000)
  t.strictSame(said(await me(idle)), [401, 'NOT_SIGNED_IN', 'The session is over.'])

  const long = await sessionOf(bed, await link())
  for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
    advance(20 * 60_000)
    t.equal((await me(long)).status, 200)
  }
  advance(20 * 60_000)
  t.equal((await me(long)).status, 401)

  const out = await sessionOf(bed, await link())
  const headers = { cookie: out, origin: bed.url, 'x-entrapipe': '1' }
  t.equal((await bed.call('POST', '/api/sign-out', { token: null, headers })).status, 204)
  t.equal((await me(out)).status, 401)
})

t.test('a session ends with the token of Entra that began it, also one of a link that it made', async t => {
  const { clock, advance } = fakeClock()
  const sessions = createSessions(clock)
  const owner = { caller: { id: 'entra:bob' } as never, endsMs: clock.now() + 60_000 }
  const [own, linked] = [sessions.start(owner), sessions.begin(sessions.link(owner))!]
  advance(59_999)
  t.match([sessions.owner(own), sessions.owner(linked)], [owner, owner])
  advance(1)
  t.strictSame([sessions.owner(own), sessions.owner(linked)], [undefined, undefined])
})

t.test('with a cookie, only the own page with its mark may change something', async t => {
  const bed = await serverBed(t)
  const cookie = await sessionOf(bed)
  const send = (headers: Record<string, string>) =>
    bed.call('POST', '/api/sign-in-links', { token: null, headers: { cookie, ...headers } })
  const marked = { 'x-entrapipe': '1' }
  t.strictSame(said(await send(marked)), [
    403,
    'ORIGIN_FOREIGN',
    'A request with a cookie that changes something must name its origin.',
  ])
  for (const origin of ['https://evil.example', 'null', bed.url.replace('127.0.0.1', 'localhost')])
    t.strictSame(said(await send({ ...marked, origin })), [
      403,
      'ORIGIN_FOREIGN',
      'The request comes from a page of another site.',
    ])
  t.equal((await send({ origin: bed.url })).status, 403)
  t.equal((await send({ ...marked, origin: bed.url })).status, 201)
})

t.test('a session of an unknown cookie is none, and a token counts before a cookie', async t => {
  const bed = await serverBed(t)
  const headers = { cookie: 'entrapipe=never-was-one' }
  t.equal((await bed.call('GET', '/api/me', { token: null, headers })).status, 401)
  t.equal(
    (await bed.call('GET', '/api/me', { token: 'entrapipe_wrong', headers: { cookie: await sessionOf(bed) } })).status,
    401,
  )
})
