import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { validateConfig } from '../../src/tenants/validate.ts'
import { clientId, tenantId } from './fake-environment.ts'

const file = 'entrapipe.config.ts'
const entry = { tenantId, clientId, credential: { kind: 'secret', secret: { env: 'SECRET' } } }

const refusal = (value: unknown): EntrapipeError => {
  try {
    validateConfig(value, file)
  } catch (error) {
    if (error instanceof EntrapipeError) return error
    throw error
  }
  throw new Error('it was accepted')
}

const tenant = (changes: object) => ({ tenants: { contoso: { ...entry, ...changes } } })

t.test('a configuration with every kind of credential is valid', async t => {
  const config = {
    defaults: { cloud: 'usgov', quotas: { share: 0.5 } },
    tenants: {
      secret: entry,
      certificate: {
        ...entry,
        credential: { kind: 'certificate', certificate: { file: 'a.pem' }, password: { keyring: 'a' } },
      },
      partner: {
        ...entry,
        credential: {
          ...{ kind: 'refresh-token', partnerTenantId: 'provider.onmicrosoft.com' },
          ...{ refreshToken: { file: 'token' }, secret: { env: 'SECRET' } },
        },
      },
      workload: { tenantId, credential: { kind: 'workload-identity' } },
      managed: { tenantId, credential: { kind: 'managed-identity', clientId } },
      browser: { tenantId: 'contoso.onmicrosoft.com', clientId, credential: { kind: 'browser' } },
      'device.code': { tenantId, clientId, credential: { kind: 'device-code' } },
      cli: { tenantId, credential: { kind: 'azure-cli' } },
      token: {
        tenantId,
        credential: { kind: 'token', env: 'TOKEN' },
        graphUrl: 'http://127.0.0.1:8080/v1.0',
        authorityUrl: 'http://localhost:8080',
        caFile: 'ca.pem',
        quotas: { size: 'S', share: 1 },
      },
    },
  }
  t.strictSame(validateConfig(config, file), config)
})

t.test('tenants without a sign-in of their own have that of the defaults', async t => {
  const credential = { kind: 'secret', secret: { env: 'SHARED' } }
  const own = { kind: 'azure-cli' }
  const { tenants } = validateConfig(
    { defaults: { clientId, credential }, tenants: { contoso: { tenantId }, fabrikam: { tenantId, credential: own } } },
    file,
  )
  t.strictSame(tenants, {
    contoso: { clientId, credential, tenantId },
    fabrikam: { clientId, credential: own, tenantId },
  })
  const without = { defaults: { credential }, tenants: { contoso: { tenantId } } }
  t.match(refusal(without).message, /: tenants\.contoso\.clientId is missing; a credential of kind secret needs/)
  const misspelt = { defaults: { clientID: clientId, credential }, tenants: {} }
  t.match(refusal(misspelt).message, /defaults\.clientID is not a setting\. Did you mean "clientId"\?/)
  const inner = { defaults: { credential: { ...credential, secrt: 1 } }, tenants: {} }
  t.match(refusal(inner).message, /defaults\.credential\.secrt is not a setting\. Did you mean "secret"\?/)
  const partner = { kind: 'refresh-token', secret: { env: 'S' }, refreshToken: { env: 'R' } }
  t.match(
    refusal(tenant({ credential: partner })).message,
    /credential\.partnerTenantId must be the id of the partner's directory/,
  )
})

t.test('a secret written into the configuration is refused, and not quoted', async t => {
  for (const secret of ['hunter2', { env: 'hunter2 is it' }, { value: 'hunter2' }, 7]) {
    const error = refusal(tenant({ credential: { kind: 'secret', secret } }))
    t.equal(error.code, 'CONFIG_INVALID')
    t.match(error.message, /^entrapipe\.config\.ts: tenants\.contoso\.credential\.secret /)
    t.notMatch(JSON.stringify([error.message, error.fix, error.facts]), /hunter2/)
  }
  t.match(
    refusal(tenant({ credential: { kind: 'secret', secret: 'hunter2' } })).message,
    "must not be the secret itself. Use a reference: { env: 'NAME' }, { keyring: 'account' } or { file: 'path' }.",
  )
})

t.test('each mistake is reported with its place and what is expected', async t => {
  const cases: [unknown, RegExp][] = [
    [undefined, /: The default export must be an object: export default defineConfig/],
    [{ tenants: [] }, /: tenants must be an object of tenants by name/],
    [
      tenant({ tenantId: 'contoso' }),
      /: tenants\.contoso\.tenantId must be the directory's id \(a GUID\) or one of its domains/,
    ],
    [tenant({ clientId: undefined }), /: tenants\.contoso\.clientId is missing; a credential of kind secret needs/],
    [
      tenant({ clientId: 'me' }),
      /: tenants\.contoso\.clientId must be the app registration's application \(client\) id: a GUID/,
    ],
    [
      tenant({ credential: { kind: 'password' } }),
      /: tenants\.contoso\.credential\.kind must be one of secret, certificate,/,
    ],
    [tenant({ cloud: 'germany' }), /: tenants\.contoso\.cloud must be one of global, usgov, usgovdod, china\./],
    [tenant({ tenantID: tenantId }), /: tenants\.contoso\.tenantID is not a setting\. Did you mean "tenantId"\?/],
    [
      tenant({ tenantID: tenantId, colour: 'blue' }),
      /tenantID is not a setting\..+ tenants\.contoso\.colour is not a setting\./,
    ],
    [{ tenants: { contoso: { credential: { kind: 'azure-cli' } } } }, /contoso\.tenantId must be the directory's id/],
    [{ tenants: { contoso: { tenantId } } }, /contoso\.credential must be \{ kind: … \} with kind one of secret/],
    [{ tenants: { contoso: [entry] } }, /: tenants\.contoso must be an object: \{ tenantId/],
    [tenant({ credential: { kind: 'secret' } }), /contoso\.credential\.secret must be a reference to the secret/],
    [tenant({ credential: { kind: 'secret', secret: { env: 'A' }, key: 1 } }), /credential\.key is not a setting\./],
    [tenant({ secret: { env: 'S' } }), /: tenants\.contoso\.secret is not a setting\. It belongs in credential\.$/],
    [tenant({ share: 0.5 }), /: tenants\.contoso\.share is not a setting\. It belongs in quotas\.$/],
    [{ tenants: {}, quota: {} }, /: quota is not a setting\.$/],
    [{ tenants: {}, cloud: 'global' }, /: cloud is not a setting\. It belongs in defaults\.$/],
    [{}, /: tenants must be an object of tenants by name/],
    [tenant({ caFile: '' }), /: tenants\.contoso\.caFile must be the path of a PEM file, not an empty string\./],
    [tenant({ quotas: { share: 0 } }), /: tenants\.contoso\.quotas\.share must be above 0\./],
    [tenant({ quotas: { size: 'XL' } }), /: tenants\.contoso\.quotas\.size must be 'S', 'M' or 'L'\./],
    [{ tenants: { Sandbox: entry } }, /: tenants\.Sandbox cannot be named sandbox, which is the embedded tenant/],
    [{ tenants: { 'a b': entry } }, /: tenants\["a b"\] has an invalid name/],
  ]
  for (const [value, message] of cases) t.match(refusal(value).message, message)
})

t.test('names of tenants must differ in more than case', async t => {
  const entry = { tenantId: '11111111-2222-3333-4444-555555555555', credential: { kind: 'azure-cli' } }
  t.throws(() => validateConfig({ tenants: { contoso: entry, other: entry, Contoso: entry } }, 'x.json'), {
    code: 'CONFIG_INVALID',
    message: 'x.json: tenants has contoso and Contoso. Names of tenants must differ in more than case.',
  })
})

t.test('the message names the file once', async t => {
  const { message, fix } = refusal(tenant({ cloud: 'germany' }))
  t.equal(`${message} ${fix}`.split(file).length, 2)
})

t.test('plain http is allowed for this machine only, and the Graph address includes the version', async t => {
  t.match(
    refusal(tenant({ graphUrl: 'http://example.com/v1.0' })).message,
    /graphUrl begins with http:\/\/, which is supported only for this machine/,
  )
  t.match(refusal(tenant({ graphUrl: 'https://example.com' })).message, /graphUrl does not end in \/v1\.0/)
  t.match(
    refusal(tenant({ authorityUrl: 'http://127.0.0.1.example.com' })).message,
    /authorityUrl begins with http:\/\//,
  )
  t.match(refusal(tenant({ authorityUrl: 'https://example.com/' })).message, /authorityUrl ends in a slash/)
  t.match(
    refusal(tenant({ graphUrl: 'https://me:pass@example.com/v1.0' })).message,
    /graphUrl contains a user or password/,
  )
})

t.test('five of many mistakes are described, and the places of the others are listed', async t => {
  const tenants = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`t${at}`, { ...entry, tenantId: 7 }]))
  const error = refusal({ tenants })
  t.match(error.message, / Also invalid: tenants\.t5\.tenantId, tenants\.t6\.tenantId\.$/)
  t.strictSame(error.facts, { file, paths: [0, 1, 2, 3, 4, 5, 6].map(at => `tenants.t${at}.tenantId`) })
})

t.test('a server of sftp has a key and no other settings', async t => {
  const hostKey = `SHA256:${'a'.repeat(43)}`
  const server = { hostKey: [hostKey], password: { env: 'HR_PASSWORD' }, marker: '.done', stableSeconds: 0 }
  const config = { tenants: {}, sftp: { 'files.contoso.com': server } }
  t.strictSame(validateConfig(config, file), config)
  const wrong = { hostKey: 'MD5:1', password: 'hunter2', host_key: hostKey }
  t.throws(() => validateConfig({ tenants: {}, sftp: { 'files.contoso.com': wrong } }, file), {
    message:
      /^(?!.*hunter2).*hostKey must be the fingerprint.*password must not be the secret itself.*host_key is not a setting. Did you mean "hostKey"/s,
  })
})

t.test('a target of notifications is a webhook over https, or mail with a server', async t => {
  const secret = { env: 'HOOK' }
  const smtp = { host: 'mail.contoso.com', user: 'jobs', password: { file: 'mail.txt' }, from: 'jobs <j@contoso.com>' }
  const config = {
    tenants: {},
    notifications: {
      ...{ link: 'https://jobs.contoso.com', smtp, caFile: 'ca.pem' },
      targets: {
        ops: { webhook: { url: 'https://hooks.contoso.com/a', secret, privateAddresses: true }, events: ['problems'] },
        hr: { mail: ['hr@contoso.com'], tenants: ['contoso'], pipelines: ['hr-feed'] },
      },
    },
  }
  t.strictSame(validateConfig(config, file), config)
  const refusedOf = (notifications: object) => refusal({ tenants: {}, notifications }).message
  const target = (ops: object) => refusedOf({ targets: { ops } })
  t.match(target({}), 'notifications.targets.ops must have exactly one of webhook and mail')
  t.match(target({ webhook: { url: 'http://a.com', secret } }), 'webhook.url must be a URL that begins with https://')
  t.match(
    target({ webhook: { url: 'https://a.com', secret: 'hunter2' } }),
    /^(?!.*hunter2).*secret must not be the secret/,
  )
  t.match(target({ webhok: {} }), 'webhok is not a setting. Did you mean "webhook"')
  t.match(target({ mail: ['hr@contoso.com'] }), 'notifications.smtp is missing, and a target has mail')
  t.match(target({ mail: ['hr'], events: ['end'] }), /must be ended, problems or approval.*must be an address of mail/s)
  const server = (more: object) => refusedOf({ smtp: { ...smtp, ...more }, targets: {} })
  t.match(server({ tls: 'none' }), "notifications.smtp sends no password with tls: 'none'")
  t.match(server({ user: undefined }), 'must have user and password together')
  t.match(server({ from: 'a@b.com\r\nBcc: c@d.com' }), 'smtp.from must be the address that mails come from')
})
