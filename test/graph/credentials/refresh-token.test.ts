import t from 'tap'
import { refreshToken } from '../../../src/graph/credentials/refresh-token.ts'
import { appId, makeToken, tenant } from '../fixtures.ts'
import { authorityServer, denied, granted, proxyServer, settingOf } from './authority-server.ts'

const spec = { clientId: appId, secret: 's3cret', refreshToken: 'r0' }

t.test('over https a token is requested with the secret, and the new refresh token replaces the old one', async t => {
  const authority = await authorityServer(t, (_form, nth) => {
    const reply = granted()
    return nth === 1 ? reply : { ...reply, body: { ...(reply.body as object), refresh_token: `r${nth + 1}` } }
  })
  const kept: string[][] = []
  const keep = async (...given: string[]) => void kept.push(given)
  const credential = refreshToken({ ...spec, keep }, settingOf(authority))
  for (let nth = 0; nth < 3; nth++) t.equal((await credential.token()).token, makeToken())
  t.strictSame(Object.fromEntries(authority.forms[0]!), {
    ...{ client_id: appId, client_secret: 's3cret', grant_type: 'refresh_token', refresh_token: 'r0' },
    scope: 'https://graph.microsoft.com/.default offline_access',
  })
  t.strictSame(
    authority.forms.map(form => form.get('refresh_token')),
    ['r0', 'r1', 'r1'],
    'a reply without a new one leaves the one before',
  )
  t.strictSame(kept, [
    ['r1', 'r0'],
    ['r3', 'r1'],
  ])
})

t.test('a proxy is used, and an untrusted certificate is reported as untrusted', async t => {
  const authority = await authorityServer(t, () => granted())
  const proxy = await proxyServer(t, authority.port)
  const setting = settingOf({ ...authority, url: 'https://login.test' }, { HTTPS_PROXY: proxy.url })
  t.equal((await refreshToken(spec, setting).token()).token, makeToken())
  t.match(proxy.connects, [{ host: 'login.test:443' }])
  const { caFile: _none, ...untrusting } = settingOf(authority)
  await t.rejects(refreshToken(spec, untrusting).token(), { code: 'SIGN_IN_FAILED', message: /not trusted/ })
})

t.test('a refusal says what it means for a partner, without the secret and the refresh token', async t => {
  for (const [code, words] of [
    [50020, /^The partner has no delegated access to tenant /],
    [700082, /^The refresh token for app .* is too old, or was revoked\.$/],
    [9002313, /^The refresh token is damaged, or was not issued for app /],
    [65001, /^Consent to the app /],
  ] as const) {
    const authority = await authorityServer(t, () => denied(code, 'No.'))
    const refused = refreshToken(spec, settingOf(authority)).token()
    await t.rejects(refused, { code: 'SIGN_IN_FAILED', message: words, facts: { kind: 'refresh-token' } })
    await refused.catch((error: { fix: string }) => {
      t.notMatch(JSON.stringify(error), /s3cret|"r0/)
      t.equal(error.fix.includes(`${authority.url}/${tenant.id}/adminconsent?client_id=${appId}`), code === 65001)
    })
  }
})

t.test('plain http is refused unless it is this machine', t => {
  t.throws(() => refreshToken(spec, { ...settingOf({ url: 'http://login.test', caFile: '' }) }), {
    code: 'CONFIG_INVALID',
    message: /sent unencrypted/,
  })
  t.end()
})
