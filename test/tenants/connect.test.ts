import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import type { TenantSettings } from '../../src/tenants/choose-tenant.ts'
import { openGraph, type ConnectOptions } from '../../src/tenants/connect.ts'
import { sandboxSettings } from '../../src/tenants/sandbox-settings.ts'
import { fakeEnvironment } from './fake-environment.ts'
import { smallTenant } from './small-tenant.ts'

type Test = Parameters<typeof smallTenant>[0]

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

t.test('with secret or certificate, over http or https, the tenant answers', async t => {
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

t.test('a domain stands for the directory that has it', async t => {
  const { sandbox } = await smallTenant(t)
  const graph = await connector(t)({ ...sandboxSettings(sandbox), tenantId: sandbox.domain })
  t.equal(graph.tenant.id, sandbox.tenantId)
  t.equal(await graph.count('/users'), 42)
})

t.test('a domain that no directory has is told as such', async t => {
  const { sandbox } = await smallTenant(t)
  await t.rejects(connector(t)({ ...sandboxSettings(sandbox), tenantId: 'fabrikam.example' }), {
    code: 'SIGN_IN_FAILED',
    exit: 6,
    message: 'There is no tenant fabrikam.example.',
  })
})

t.test('without a tenant id the token tells it', async t => {
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
    message: /^The token belongs to tenant .* nothing was sent\.$/,
  })
  t.strictSame(seen, [])
})

t.test('each usual mistake ends in a sentence that says what to do', async t => {
  const { sandbox } = await smallTenant(t)
  const settings = sandboxSettings(sandbox)
  const connect = connector(t, { WRONG: 'wrong~secret' })
  const cases: [string, Partial<TenantSettings>, object][] = [
    [
      'wrong tenant id',
      { tenantId: '99999999-2222-4333-8444-555555555555' },
      { message: 'There is no tenant 99999999-2222-4333-8444-555555555555.', fix: /^Check the tenant id/ },
    ],
    [
      'wrong client id',
      { clientId: '99999999-2222-4333-8444-555555555555' },
      { message: /does not know the app 99999999/, fix: /^Check clientId/ },
    ],
    [
      'wrong secret',
      { credential: { kind: 'secret', secret: { env: 'WRONG' } } },
      { message: /^The client secret of app .* is wrong\.$/, fix: /^Use the secret’s value, not its id/ },
    ],
  ]
  for (const [name, change, expected] of cases) {
    const graph = await connect({ ...settings, ...change })
    await t.rejects(graph.signedIn(), { code: 'SIGN_IN_FAILED', exit: 6, ...expected }, name)
  }
})

t.test('a secret that is missing or open to others is refused before anything is sent', async t => {
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

t.test('a client that only reads lets no change through', async t => {
  const { sandbox } = await smallTenant(t)
  const graph = await connector(t)(sandboxSettings(sandbox))
  await t.rejects(graph.request({ method: 'DELETE', url: '/users/x' }), { code: 'GRAPH_READ_ONLY' })
})
