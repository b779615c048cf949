import { join } from 'node:path'
import t from 'tap'
import { chooseTenant } from '../../src/tenants/choose-tenant.ts'
import { clientId, fakeEnvironment, tenantId } from './fake-environment.ts'

const names = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId }
const choose = (
  cwd: string,
  variables: Readonly<Record<string, string>>,
  config: object = { tenants: {} },
  tenant?: string,
) =>
  chooseTenant(
    { file: join(cwd, 'entrapipe.config.json'), config: config as never },
    { auth: 'environment', tenant },
    fakeEnvironment(cwd, variables),
  )

t.test('a secret is used before a certificate, and a certificate before a federated token', async t => {
  const cwd = t.testdir({})
  const token = { AZURE_FEDERATED_TOKEN_FILE: '/var/run/token' }
  const certificate = { ...token, AZURE_CLIENT_CERTIFICATE_PATH: 'app.pem' }
  const of = (variables: Readonly<Record<string, string>>, credential: object): boolean =>
    t.strictSame(choose(cwd, { ...names, ...variables }), {
      name: 'environment',
      settings: { tenantId, clientId, credential },
    })
  of(token, { kind: 'workload-identity' })
  of(certificate, { kind: 'certificate', certificate: { file: join(cwd, 'app.pem') } })
  of(
    { ...certificate, AZURE_CLIENT_CERTIFICATE_PASSWORD: 'x' },
    {
      kind: 'certificate',
      certificate: { file: join(cwd, 'app.pem') },
      password: { env: 'AZURE_CLIENT_CERTIFICATE_PASSWORD' },
    },
  )
  of({ ...certificate, AZURE_CLIENT_SECRET: 'x' }, { kind: 'secret', secret: { env: 'AZURE_CLIENT_SECRET' } })
})

t.test('the sign-in host determines its cloud, unless the configuration names one', async t => {
  const cwd = t.testdir({})
  const at = (host: string, defaults: object = {}) => {
    const variables = { ...names, AZURE_CLIENT_SECRET: 'x', AZURE_AUTHORITY_HOST: host }
    const { settings } = choose(cwd, variables, { tenants: {}, defaults }) as { settings: Record<string, unknown> }
    return { cloud: settings['cloud'], authorityUrl: settings['authorityUrl'] }
  }
  const none = { cloud: undefined, authorityUrl: undefined }
  t.strictSame(at('https://login.microsoftonline.com/'), { ...none, cloud: 'global' })
  t.strictSame(at('login.microsoftonline.us'), { ...none, cloud: 'usgov' })
  t.strictSame(at('https://login.chinacloudapi.cn/', { cloud: 'usgov' }), { ...none, cloud: 'usgov' })
  t.strictSame(at('http://127.0.0.1:8080', { graphUrl: 'http://127.0.0.1:8080/v1.0' }), {
    ...none,
    authorityUrl: 'http://127.0.0.1:8080',
  })
  for (const [host, message] of [
    ['https://login.example.com', /not one of Microsoft's sign-in hosts, and the configuration has no graphUrl/],
    ['http://login.microsoftonline.com', /AZURE_AUTHORITY_HOST begins with http:\/\//],
    ['https://', /AZURE_AUTHORITY_HOST is not a URL/],
  ] as const)
    t.throws(() => at(host), { code: 'CONFIG_INVALID', message }, host)
})

t.test('the named tenant overrides that of the environment', async t => {
  const cwd = t.testdir({})
  const variables = { ...names, AZURE_CLIENT_SECRET: 'x' }
  const other = '99999999-8888-7777-6666-555555555555'
  t.match(choose(cwd, variables, undefined, other), { name: other, settings: { tenantId: other, clientId } })
  const contoso = { tenantId: other, clientId: other, credential: { kind: 'azure-cli' }, quotas: { size: 'S' } }
  t.strictSame(choose(cwd, variables, { tenants: { contoso } }, 'contoso'), {
    name: 'contoso',
    settings: {
      tenantId: other,
      clientId,
      credential: { kind: 'secret', secret: { env: 'AZURE_CLIENT_SECRET' } },
      quotas: { size: 'S' },
    },
  })
})

t.test('each missing or invalid variable is named', async t => {
  const cwd = t.testdir({})
  for (const [variables, message] of [
    [{}, '--auth environment requires the environment variable AZURE_CLIENT_ID, which is not set.'],
    [{ AZURE_CLIENT_ID: 'me' }, 'Expected AZURE_CLIENT_ID to be a GUID.'],
    [
      { AZURE_CLIENT_ID: clientId },
      '--auth environment requires the environment variable AZURE_TENANT_ID, which is not set.',
    ],
    [
      { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: 'contoso' },
      'Expected AZURE_TENANT_ID to be a directory\'s id or one of its domains, got "contoso".',
    ],
    [names, '--auth environment requires a secret, certificate or federated token in the environment.'],
  ] as const)
    t.throws(() => choose(cwd, variables), { code: 'CONFIG_INVALID', message })
})
