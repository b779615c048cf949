import t from 'tap'
import { decodeJwt, importPKCS8, SignJWT } from 'jose'
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { clientCertificate } from '../../../src/sandbox/server/certificates.ts'
import { started } from './started.ts'

type App = { name: string; appId: string; secrets: { value: string; expired: boolean }[] }

t.test('a valid secret gets a token in the documented format', async t => {
  const { sign, sandbox } = await started(t, { tokenLifetimeSeconds: 60, roles: ['User.Read.All'] })
  const { status, body } = await sign()
  t.equal(status, 200)
  t.match(body, { token_type: 'Bearer', expires_in: 60, ext_expires_in: 60 })
  const claims = decodeJwt(body.access_token)
  t.match(claims, {
    aud: 'https://graph.microsoft.com',
    iss: `https://sts.windows.net/${sandbox.tenantId}/`,
    tid: sandbox.tenantId,
    appid: sandbox.clientId,
    idtyp: 'app',
    roles: ['User.Read.All'],
  })
  t.equal((claims.exp ?? 0) - (claims.iat ?? 0), 60)
})

t.test('the tenant can be named by its domain', async t => {
  const { sign, sandbox } = await started(t)
  t.equal((await sign({}, sandbox.domain)).status, 200)
})

t.test('an app can send its id and secret in a header, as the metadata says', async t => {
  const { sandbox } = await started(t)
  const secret = readFileSync(sandbox.secretFile, 'utf8')
  const ask = async (id: string, value: string) => {
    const pair = [id, value].map(encodeURIComponent).join(':')
    const reply = await fetch(`${sandbox.authorityUrl}/${sandbox.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'https://graph.microsoft.com/.default',
      }),
    })
    const { error_codes: codes, token_type: type } = (await reply.json()) as {
      error_codes?: number[]
      token_type?: string
    }
    return codes ?? type
  }
  t.equal(await ask(sandbox.clientId, secret), 'Bearer')
  t.strictSame(await ask(sandbox.clientId, 'wrong'), [7_000_215])
})

t.test('each mistake has its own AADSTS number and message', async t => {
  const { sign, control, sandbox } = await started(t)
  const apps = (await control('GET', '/apps')).body.apps as App[]
  const app = (name: string) => apps.find(at => at.name === name) as App
  const secret = (name: string, expired = false) => app(name).secrets.find(at => at.expired === expired)?.value
  const told = async (form: Record<string, string | undefined>, tenant?: string) => {
    const { status, body } = await sign(form, tenant)
    return [status, body.error, body.error_codes, body.error_description.replace(/ Trace ID: .*/s, '')]
  }
  const credentials = (name: string) => ({ client_id: app(name).appId, client_secret: secret(name) })
  t.strictSame(await told({ client_secret: 'no' }), [
    401,
    'invalid_client',
    [7000215],
    `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${sandbox.clientId}'.`,
  ])
  t.strictSame(await told({ client_secret: secret('main', true) }), [
    401,
    'invalid_client',
    [7000222],
    `AADSTS7000222: The provided client secret keys for app '${sandbox.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
  ])
  const unknown = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'
  t.match(await told({}, unknown), [400, 'invalid_request', [90002], `AADSTS90002: Tenant '${unknown}' not found.`])
  t.match(await told({}, 'nonsense'), [400, 'invalid_request', [900023]])
  t.match(await told({ client_id: unknown }), [
    400,
    'unauthorized_client',
    [700016],
    `AADSTS700016: Application with identifier '${unknown}' was not found in the directory`,
  ])
  t.match(await told({ scope: 'https://graph.microsoft.com/User.Read.All' }), [400, 'invalid_scope', [1002012]])
  t.match(await told({ scope: 'a b' }), [400, 'invalid_scope', [70011]])
  t.match(await told({ scope: 'https://elsewhere.example/.default' }), [400, 'invalid_resource', [500011]])
  t.match(await told({ scope: undefined }), [400, 'invalid_request', [900144], /'scope'/])
  t.match(await told({ grant_type: undefined }), [400, 'invalid_request', [900144], /'grant_type'/])
  t.match(await told({ grant_type: 'password' }), [400, 'unsupported_grant_type', [70003]])
  t.match(await told({ client_secret: undefined }), [401, 'invalid_client', [7000216]])
  t.match(await told(credentials('blocked')), [400, 'invalid_grant', [53003]])
  t.match(await told(credentials('consent')), [400, 'invalid_grant', [65001]])
})

t.test('an error has a time, ids and a link', async t => {
  const { sign } = await started(t)
  const { body } = await sign({ client_secret: 'no' })
  t.strictSame(Object.keys(body), [
    'error',
    'error_description',
    'error_codes',
    'timestamp',
    'trace_id',
    'correlation_id',
    'error_uri',
  ])
  t.match(
    body.error_description,
    / Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
  )
  t.equal(body.error_uri, 'https://login.microsoftonline.com/error?code=7000215')
})

t.test('an app without consent gets a token without roles, which grants nothing', async t => {
  const { sign, control, graph } = await started(t)
  const apps = (await control('GET', '/apps')).body.apps as App[]
  const app = apps.find(at => at.name === 'unconsented') as App
  const { body } = await sign({ client_id: app.appId, client_secret: app.secrets[0]?.value })
  t.equal(decodeJwt(body.access_token)['roles'], undefined)
  const denied = await graph('/denied', { token: body.access_token })
  t.equal(denied.status, 403)
  t.match(await denied.json(), { error: { code: 'Authorization_RequestDenied' } })
})

t.test('an app can sign in with a certificate, and each invalid assertion has its own AADSTS number', async t => {
  const { sign, sandbox } = await started(t)
  const now = Math.floor(Date.now() / 1000)
  const told = async (more: { pem?: string; aud?: string; sub?: string; exp?: number; s256?: boolean } = {}) => {
    const pem = more.pem ?? readFileSync(sandbox.certificateFile, 'utf8')
    const { raw } = new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERT')))
    const print = (hash: string) => createHash(hash).update(raw).digest('base64url')
    const assertion = await new SignJWT({})
      .setProtectedHeader(
        more.s256 ? { alg: 'PS256', 'x5t#S256': print('sha256') } : { alg: 'RS256', x5t: print('sha1') },
      )
      .setIssuer(sandbox.clientId)
      .setSubject(more.sub ?? sandbox.clientId)
      .setAudience(more.aud ?? `${sandbox.authorityUrl}/${sandbox.tenantId}/oauth2/v2.0/token`)
      .setNotBefore(now - 3_600)
      .setExpirationTime(more.exp ?? now + 300)
      .sign(await importPKCS8(pem.slice(0, pem.indexOf('-----BEGIN CERT')), more.s256 ? 'PS256' : 'RS256'))
    const { status, body } = await sign({
      client_secret: undefined,
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    return [status, body.error_codes?.[0]]
  }
  t.strictSame(await told(), [200, undefined])
  t.strictSame(await told({ s256: true }), [200, undefined])
  t.strictSame(await told({ pem: await clientCertificate('other', Date.now()) }), [401, 700027])
  t.strictSame(await told({ aud: 'https://elsewhere.example' }), [401, 700023])
  t.strictSame(await told({ sub: 'someone' }), [401, 700021])
  t.strictSame(await told({ exp: now - 1_000 }), [401, 700024])
})

t.test('metadata names the host by which it was requested', async t => {
  const { sandbox } = await started(t)
  const origin = sandbox.authorityUrl.replace('127.0.0.1', 'localhost')
  const reply = await fetch(`${origin}/${sandbox.tenantId}/v2.0/.well-known/openid-configuration`)
  t.match(await reply.json(), {
    issuer: `${origin}/${sandbox.tenantId}/v2.0`,
    token_endpoint: `${origin}/${sandbox.tenantId}/oauth2/v2.0/token`,
  })
  const instance = await fetch(`${origin}/common/discovery/instance?api-version=1.1`)
  t.match(await instance.json(), { metadata: [{ aliases: [new URL(origin).host] }] })
})

t.test('secrets are kept across a restart, in files that only the owner can read', async t => {
  const stateDir = t.testdir()
  const first = await started(t, { stateDir })
  const token = (await first.sign()).body.access_token
  const secret = readFileSync(first.sandbox.secretFile, 'utf8')
  await first.sandbox.close()
  const second = await started(t, { stateDir })
  t.equal(readFileSync(second.sandbox.secretFile, 'utf8'), secret)
  t.equal((await second.graph('/users', { token })).status, 200, 'an earlier token is still valid')
})
