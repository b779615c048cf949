import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import t, { type Test } from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { said, serverBed } from '../server-bed.ts'

const tenantId = '11111111-1111-4111-8111-111111111111'
const clientId = '22222222-2222-4222-8222-222222222222'
const oid = '33333333-3333-4333-8333-333333333333'

/** A server of keys, whose first key signs tokens. */
const keyServer = async (t: Test) => {
  const keys = await Promise.all(
    ['one', 'two'].map(async kid => ({ kid, ...(await generateKeyPair('RS256', { extractable: true })) })),
  )
  const published = [keys[0]!]
  let requests = 0
  const server = createServer(async (_request, reply) => {
    requests++
    const jwks = await Promise.all(
      published.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig' })),
    )
    reply.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: jwks }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const now = Math.floor(systemClock.now() / 1000)
  const claims = {
    iss: `${authority}/${tenantId}/v2.0`,
    aud: clientId,
    tid: tenantId,
    oid,
    iat: now,
    nbf: now,
    exp: now + 3600,
    roles: ['Operator', 'tenant:all'],
    scp: 'access',
    preferred_username: 'bob@contoso.com',
  }
  const sign = (own: JWTPayload = {}, { kid = 'one', key = keys[0]!.privateKey } = {}) =>
    new SignJWT({ ...claims, ...own }).setProtectedHeader({ alg: 'RS256', kid }).sign(key)
  return {
    authority,
    now,
    sign,
    publish: () => void published.push(keys[1]!),
    requests: () => requests,
    other: keys[1]!.privateKey,
  }
}

t.test('a token of Entra lets a person in with the roles that it has', async t => {
  const keys = await keyServer(t)
  const bed = await serverBed(t, { entra: { clientId, tenantId, authority: keys.authority } })
  const me = async (own: JWTPayload) => (await bed.call('GET', '/api/me', { token: await keys.sign(own) })).body
  const bob = {
    id: `entra:${tenantId}/${oid}`,
    name: 'bob@contoso.com',
    roles: ['Operator'],
    tenants: 'all',
    isApp: false,
    by: 'token',
  }
  t.strictSame(await me({}), bob)
  t.strictSame(await me({ aud: `api://${clientId}` }), bob)
  t.strictSame(await me({ scp: undefined, preferred_username: undefined, azp: 'app' }), {
    ...bob,
    name: 'app',
    isApp: true,
  })
  t.strictSame(said(await bed.call('GET', '/api/me', { token: await keys.sign({ roles: ['Owner', 'admin'] }) })), [
    403,
    'NOT_ALLOWED',
    'This needs the role Reader or Admin, and bob@contoso.com has none.',
  ])
})

t.test('app roles name the tenants of a token, and jobs of others do not exist for it', async t => {
  const keys = await keyServer(t)
  const bed = await serverBed(t, { entra: { clientId, tenantId, authority: keys.authority } })
  const body = { pipeline: 'export users', tenant: 'sandbox', fileName: 'users.csv' }
  const { id } = (await bed.call('POST', '/api/jobs', { body })).body as { readonly id: string }
  const get = async (path: string, ...roles: readonly string[]) =>
    bed.call('GET', path, { token: await keys.sign({ roles }) })
  t.match((await get('/api/me', 'Reader', 'tenant:contoso', 'tenant:gone')).body, { tenants: ['contoso'] })
  t.equal((await get(`/api/jobs/${id}`, 'Reader', 'tenant:sandbox')).status, 200)
  t.strictSame(said(await get(`/api/jobs/${id}`, 'Admin', 'tenant:contoso')).slice(0, 2), [404, 'JOB_UNKNOWN'])
  t.strictSame((await get('/api/jobs', 'Admin', 'tenant:contoso')).body, { items: [] })
  t.strictSame(said(await get('/api/jobs', 'Admin')), [
    403,
    'NOT_ALLOWED',
    'The token of Entra is for no tenant of this server.',
  ])
})

t.test('a token that is expired, foreign or forged lets nobody in, and says why', async t => {
  const keys = await keyServer(t)
  const bed = await serverBed(t, { entra: { clientId, tenantId, authority: keys.authority } })
  const { now } = keys
  const refused = async (token: string, why: string) =>
    t.strictSame(said(await bed.call('GET', '/api/me', { token })), [
      401,
      'NOT_SIGNED_IN',
      `The token of Entra is not accepted: ${why}.`,
    ])
  await refused(await keys.sign({ exp: now - 70 }), 'it has expired')
  t.equal(
    (await bed.call('GET', '/api/me', { token: await keys.sign({ exp: now - 30 }) })).status,
    200,
    'clocks differ',
  )
  await refused(await keys.sign({ nbf: now + 90 }), 'it is not valid yet')
  await refused(await keys.sign({ aud: 'another' }), 'its aud is another one')
  await refused(await keys.sign({ iss: 'https://login.microsoftonline.com/other/v2.0' }), 'its iss is another one')
  await refused(await keys.sign({ tid: clientId }), 'it is of another directory')
  for (const name of ['exp', 'nbf', 'oid', 'tid'])
    await refused(await keys.sign({ [name]: undefined }), `it has no ${name}`)
  await refused(await keys.sign({}, { key: keys.other }), 'its signature is not valid')
  const [header, payload, signature] = (await keys.sign()).split('.') as [string, string, string]
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  await refused(`${text({ alg: 'none' })}.${payload}.`, 'it is not signed with RS256')
  await refused(`${text({ alg: 'HS256', kid: 'one' })}.${payload}.${signature}`, 'it is not signed with RS256')
  await refused(`${header}.${text({ oid, roles: ['Admin'] })}.${signature}`, 'its signature is not valid')
  await refused('not.a.token', 'it is malformed')
})

t.test('an unknown key is looked for once a minute at most', async t => {
  const keys = await keyServer(t)
  const bed = await serverBed(t, { entra: { clientId, tenantId, authority: keys.authority } })
  t.equal((await bed.call('GET', '/api/me', { token: await keys.sign() })).status, 200)
  t.equal(keys.requests(), 1)
  const forged = await keys.sign({}, { kid: 'three', key: keys.other })
  for (let at = 0; at < 10; at++) t.equal((await bed.call('GET', '/api/me', { token: forged })).status, 401)
  t.equal(keys.requests(), 1)
})

t.test('a key that is new is found once its pause is over', async t => {
  const keys = await keyServer(t)
  const bed = await serverBed(t, { entra: { clientId, tenantId, authority: keys.authority, keysPauseMs: 0 } })
  t.equal((await bed.call('GET', '/api/me', { token: await keys.sign() })).status, 200)
  keys.publish()
  t.equal(
    (await bed.call('GET', '/api/me', { token: await keys.sign({}, { kid: 'two', key: keys.other }) })).status,
    200,
  )
  t.equal(keys.requests(), 2)
})

t.test('without the server of keys nobody is let in, and it is said that this may pass', async t => {
  const keys = await keyServer(t)
  const bed = await serverBed(t, { entra: { clientId, tenantId, authority: 'http://127.0.0.1:1' } })
  const reply = await bed.call('GET', '/api/me', { token: await keys.sign() })
  t.strictSame(said(reply), [503, 'SERVER_UNAVAILABLE', 'The keys of Entra cannot be read now.'])
})
