import t from 'tap'
import { secret } from '../../../src/graph/credentials/secret.ts'
import { appId, makeToken } from '../fixtures.ts'
import { authorityServer, denied, granted, proxyServer, settingOf } from './authority-server.ts'

const spec = { clientId: appId, secret: 's3cret' }

t.test('over https @azure/identity gets the token, trusting the CA file', async t => {
  const authority = await authorityServer(t, () => granted())
  const { token, expiresAtMs } = await secret(spec, settingOf(authority)).token()
  t.equal(token, makeToken())
  t.ok(expiresAtMs > Date.now() + 3_000_000)
  const form = authority.forms[0]
  t.strictSame(
    ['grant_type', 'client_id', 'client_secret', 'scope'].map(name => form?.get(name)?.split(' ')[0]),
    ['client_credentials', appId, 's3cret', 'https://graph.microsoft.com/.default'],
  )
})

t.test("the library's cache is bypassed when a new token is requested", async t => {
  const authority = await authorityServer(t, (_form, nth) => granted(makeToken({ jti: String(nth) })))
  const credential = secret(spec, settingOf(authority))
  const first = (await credential.token()).token
  t.equal((await credential.token()).token, first)
  t.not((await credential.token({ refresh: true })).token, first)
  t.equal(authority.forms.length, 2)
})

t.test('a wrong secret is reported in one sentence, without the secret', async t => {
  for (const scheme of ['https', 'http'] as const) {
    const authority = await authorityServer(t, () => denied(7000215, 'Invalid client secret provided.'), scheme)
    const refused = secret(spec, settingOf(authority)).token()
    await t.rejects(refused, {
      code: 'SIGN_IN_FAILED',
      message: `The client secret of app ${appId} is wrong.`,
      facts: { code: 'AADSTS7000215', kind: 'secret' },
    })
    await refused.catch((error: unknown) => t.notMatch(JSON.stringify(error), /s3cret/))
  }
})

t.test('an untrusted certificate is reported as untrusted', async t => {
  const authority = await authorityServer(t, () => granted())
  const { caFile: _none, ...setting } = settingOf(authority)
  await t.rejects(secret(spec, setting).token(), { code: 'SIGN_IN_FAILED', message: /certificate is not trusted/ })
})

t.test('a host without a service is reported as unreachable, and is retryable', async t => {
  const setting = settingOf({ url: 'https://127.0.0.1:1', caFile: (await authorityServer(t, () => granted())).caFile })
  await t.rejects(secret(spec, setting).token(), { code: 'GRAPH_UNAVAILABLE', message: /connection refused/ })
})

t.test('requests go through the proxy of the environment, with its login', async t => {
  const authority = await authorityServer(t, () => granted())
  const proxy = await proxyServer(t, authority.port)
  const setting = settingOf({ ...authority, url: 'https://login.test' }, { HTTPS_PROXY: proxy.url })
  t.equal((await secret(spec, setting).token()).token, makeToken())
  t.strictSame(proxy.connects[0], {
    host: 'login.test:443',
    login: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
  })
})

t.test('over plain http on this machine the token is fetched without the library', async t => {
  const authority = await authorityServer(t, () => granted(), 'http')
  const setting = settingOf(authority)
  const { token, expiresAtMs } = await secret(spec, setting).token()
  t.strictSame([token, expiresAtMs], [makeToken(), setting.clock.now() + 3_599_000])
  t.strictSame(Object.fromEntries(authority.forms[0] ?? []), {
    grant_type: 'client_credentials',
    client_id: appId,
    client_secret: 's3cret',
    scope: 'https://graph.microsoft.com/.default',
  })
})

t.test('a secret is not sent over plain http to another machine', async t => {
  t.throws(() => secret(spec, settingOf({ url: 'http://login.contoso.com', caFile: '' })), { code: 'CONFIG_INVALID' })
})
