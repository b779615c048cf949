import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { guidOf } from '../../src/sandbox/directory/registered-apps.ts'
import type { TenantSettings } from '../../src/tenants/choose-tenant.ts'
import { openGraph, type ConnectOptions } from '../../src/tenants/connect.ts'
import { sandboxSettings } from '../../src/tenants/sandbox-settings.ts'
import { fakeEnvironment } from './fake-environment.ts'
import { smallTenant, type Test } from './small-tenant.ts'

const connector =
  (t: Test, variables: Record<string, string> = {}) =>
  async (settings: TenantSettings, more: Partial<ConnectOptions> = {}) => {
    const graph = await openGraph('contoso', settings, {
      environment: fakeEnvironment(process.cwd(), variables),
      clock: systemClock,
      budget: memoryBudget(systemClock),
      readOnly: true,
      tell: () => {},
      ...more,
    })
    t.teardown(() => graph.close())
    return graph
  }

t.test('sign-in with a secret or a certificate, over http or https, succeeds', async t => {
  const root = t.testdir({ http: {}, https: {} })
  for (const tls of [false, true]) {
    const { sandbox } = await smallTenant(t, { tls, stateDir: join(root, tls ? 'https' : 'http') })
    const connect = connector(t)
    const settings = sandboxSettings(sandbox)
    for (const credential of [
      settings.credential,
      { kind: 'certificate', certificate: { file: sandbox.certificateFile } } as const,
    ]) {
      const graph = await connect({ ...settings, credential })
      t.strictSame(graph.tenant, { name: 'contoso', id: sandbox.tenantId })
      t.equal(await graph.count('/users'), 42, `${credential.kind}, ${tls ? 'https' : 'http'}`)
    }
  }
})

t.test('a domain can be given instead of the tenant id', async t => {
  const { sandbox } = await smallTenant(t)
  const graph = await connector(t)({ ...sandboxSettings(sandbox), tenantId: sandbox.domain })
  t.equal(graph.tenant.id, sandbox.tenantId)
  t.equal(await graph.count('/users'), 42)
})

t.test('an unknown domain is reported as unknown', async t => {
  const { sandbox } = await smallTenant(t)
  await t.rejects(connector(t)({ ...sandboxSettings(sandbox), tenantId: 'fabrikam.example' }), {
    code: 'SIGN_IN_FAILED',
    exit: 6,
    message: 'Tenant fabrikam.example was not found.',
  })
})

t.test('without a tenant id it is read from the token', async t => {
  const { sandbox, token } = await smallTenant(t)
  const { tenantId: _, clientId: __, ...settings } = sandboxSettings(sandbox)
  const connect = connector(t, { TOKEN: await token({ roles: ['User.Read.All'] }) })
  const graph = await connect({ ...settings, credential: { kind: 'token', env: 'TOKEN' } })
  t.equal(graph.tenant.id, sandbox.tenantId)
  t.equal(await graph.count('/users'), 42)
})

t.test("another tenant's token is not sent", async t => {
  const { sandbox, seen, token } = await smallTenant(t)
  const connect = connector(t, { TOKEN: await token({ roles: ['User.Read.All'] }) })
  const graph = await connect({
    ...sandboxSettings(sandbox),
    tenantId: '99999999-2222-4333-8444-555555555555',
    credential: { kind: 'token', env: 'TOKEN' },
  })
  await t.rejects(graph.count('/users'), {
    code: 'SIGN_IN_FAILED',
    message: /^The token belongs to tenant .* Nothing was sent\.$/,
  })
  t.strictSame(seen, [])
})

t.test('each common mistake has a message that says what to do', async t => {
  const { sandbox } = await smallTenant(t, { stateDir: join(t.testdir({ state: {} }), 'state') })
  const secrets = JSON.parse(readFileSync(join(dirname(sandbox.secretFile), 'app-secrets.json'), 'utf8')) as Record<
    string,
    { valid: string; expired: string }
  >
  const connect = connector(t, {
    WRONG: 'wrong~secret',
    EXPIRED: secrets['main']!.expired,
    CONSENT: secrets['consent']!.valid,
    BLOCKED: secrets['blocked']!.valid,
  })
  const nobody = '99999999-2222-4333-8444-555555555555'
  const by = (env: string, app?: string): Partial<TenantSettings> => ({
    credential: { kind: 'secret', secret: { env } },
    ...(app !== undefined && { clientId: guidOf(`${sandbox.tenantId}/app/${app}`) }),
  })
  const cases: [string, Partial<TenantSettings>, message: RegExp, fix: RegExp][] = [
    ['wrong tenant id', { tenantId: nobody }, /^Tenant 99999999-\S+ was not found\./, /^Check the tenant id/],
    ['wrong client id', { clientId: nobody }, /The app 99999999-[-\d]+ was not found/, /^Check clientId/],
    ['wrong secret', by('WRONG'), /^The client secret of app .* is wrong\.$/, /^Use the secret’s value, not its id/],
    ['expired secret', by('EXPIRED'), /^The client secret of app .* has expired\.$/, /^Create a new one/],
    ['consent missing', by('CONSENT', 'consent'), /^Consent to the app .* is missing\.$/, /`entrapipe tenants app`/],
    [
      'conditional access',
      by('BLOCKED', 'blocked'),
      /^A conditional access policy .* blocks this sign-in\.$/,
      /sign-in log/,
    ],
  ]
  for (const [name, change, message, fix] of cases) {
    const graph = await connect({ ...sandboxSettings(sandbox), ...change })
    await t.rejects(graph.signedIn(), { code: 'SIGN_IN_FAILED', exit: 6, message, fix }, name)
  }
})

t.test('a wrong clock is reported in addition to the error', async t => {
  const { sandbox } = await smallTenant(t)
  const clock = { ...systemClock, now: () => Date.now() + 3_600_000 }
  const settings = { ...sandboxSettings(sandbox), credential: { kind: 'secret', secret: { env: 'WRONG' } } } as const
  const graph = await connector(t, { WRONG: 'wrong~secret' })(settings, { clock })
  await t.rejects(graph.signedIn(), {
    message: /is wrong\. This machine’s clock is (59|60|61) minutes ahead\. Synchronize it with a time server\.$/,
  })
})

t.test('a secret that is missing or exposed is an error before anything is sent', async t => {
  const root = t.testdir({ state: {}, secret: 'hunter2' })
  const { sandbox, seen } = await smallTenant(t, { stateDir: join(root, 'state') })
  const settings = sandboxSettings(sandbox)
  const connect = connector(t)
  writeFileSync(join(root, 'open'), 'hunter2')
  chmodSync(join(root, 'open'), 0o644)
  const wants = (secret: { env: string } | { file: string }) =>
    connect({ ...settings, credential: { kind: 'secret', secret } })
  await t.rejects(wants({ env: 'UNSET' }), { code: 'SECRET_MISSING', exit: 2 })
  if (process.platform !== 'win32')
    await t.rejects(wants({ file: join(root, 'open') }), { code: 'SECRET_EXPOSED', exit: 2 })
  t.strictSame(seen, [])
})

t.test('a read-only client refuses every change', async t => {
  const { sandbox } = await smallTenant(t)
  const graph = await connector(t)(sandboxSettings(sandbox))
  await t.rejects(graph.request({ method: 'DELETE', url: '/users/x' }), { code: 'GRAPH_READ_ONLY' })
})

t.test(
  'the Azure CLI needs no configuration, and the tenant is read from its token',
  { skip: process.platform === 'win32' },
  async t => {
    const root = t.testdir({ state: {}, bin: {} })
    const { sandbox, token } = await smallTenant(t, { stateDir: join(root, 'state') })
    const answer = {
      accessToken: await token({ scp: ['User.Read.All'] }),
      expires_on: Math.floor(Date.now() / 1000) + 3600,
      tokenType: 'Bearer',
    }
    writeFileSync(join(root, 'bin', 'az'), `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`)
    chmodSync(join(root, 'bin', 'az'), 0o755)
    const path = process.env['PATH']
    process.env['PATH'] = `${join(root, 'bin')}:${path}`
    t.teardown(() => (process.env['PATH'] = path))
    const graph = await connector(t)({ credential: { kind: 'azure-cli' }, graphUrl: sandbox.baseUrl })
    t.strictSame(graph.tenant, { name: 'contoso', id: sandbox.tenantId })
    t.equal(await graph.count('/users'), 42)
    t.match((await graph.signedIn()).claims, { kind: 'delegated', scopes: ['User.Read.All'] })
  },
)
