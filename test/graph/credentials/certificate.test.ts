import { createHash, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import { generate } from 'selfsigned'
import t from 'tap'
import { certificate } from '../../../src/graph/credentials/certificate.ts'
import { appId, makeToken, tenant } from '../fixtures.ts'
import { authorityServer, granted, settingOf } from './authority-server.ts'

const make = () => generate([{ name: 'commonName', value: 'app' }], { algorithm: 'sha256', keySize: 2048 })

t.test(
  'over http the assertion is signed by the key, names the certificate, and has this endpoint as its audience',
  async t => {
    const { private: key, cert, public: publicKey } = await make()
    const authority = await authorityServer(t, () => granted(), 'http')
    const setting = settingOf(authority)
    await certificate({ clientId: appId, certificate: cert + key }, setting).token()
    const jwt = authority.forms[0]?.get('client_assertion') ?? ''
    const { payload } = await jwtVerify(jwt, await importSPKI(publicKey, 'PS256'), {
      audience: `${authority.url}/${tenant.id}/oauth2/v2.0/token`,
      issuer: appId,
      subject: appId,
      currentDate: new Date(setting.clock.now()),
    })
    t.equal((payload.exp ?? 0) - (payload.nbf ?? 0), 600)
    t.equal(
      decodeProtectedHeader(jwt)['x5t#S256'],
      createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url'),
    )
  },
)

t.test('over https @azure/identity signs in with the certificate', async t => {
  const { private: key, cert } = await make()
  const authority = await authorityServer(t, () => granted())
  const { token } = await certificate({ clientId: appId, certificate: `${key}\n${cert}` }, settingOf(authority)).token()
  t.equal(token, makeToken())
  t.match(authority.forms[0]?.get('client_assertion'), /^ey/)
})

t.test('a file that cannot sign in is refused before a request is sent', async t => {
  const [one, other] = [await make(), await make()]
  const setting = settingOf({ url: 'http://127.0.0.1:1', caFile: '' })
  const from = (pem: string) => () => certificate({ clientId: appId, certificate: pem }, setting)
  t.throws(from(one.cert), { code: 'SECRET_MISSING', message: /private key/ })
  t.throws(from(one.cert + other.private), { code: 'SECRET_MISSING', message: /another certificate/ })
  t.throws(from(one.cert + one.private.replace(/[A-Z]{3}/g, 'AAA').replace('BEGIN AAA', 'BEGIN PRI')), {
    code: 'SECRET_MISSING',
  })
})
