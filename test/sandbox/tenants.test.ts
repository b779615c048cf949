import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.ts'
import { fakeClock } from '../fake-clock.ts'

interface Tenant {
  readonly tenantId: string
  readonly domain: string
  readonly clientId: string
  readonly secretFile: string
}

const open = async (t: Test, options: Partial<SandboxOptions> = {}) => {
  const sandbox = await createSandbox({
    tls: false,
    users: 30,
    tenants: 3,
    ...options,
    stateDir: options.stateDir ?? t.testdir(),
  })
  t.teardown(() => sandbox.close())
  const tenants: readonly Tenant[] = [sandbox, ...(sandbox.others ?? [])]
  const signIn = async (app: Tenant, tenant: string) => {
    const reply = await fetch(`${sandbox.authorityUrl}/${tenant}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: app.clientId,
        client_secret: readFileSync(app.secretFile, 'utf8'),
        scope: 'https://graph.microsoft.com/.default',
      }),
    })
    return (await reply.json()) as { readonly access_token: string; readonly error_codes?: readonly number[] }
  }
  const call = async (token: string, method: string, path: string, body?: object) => {
    const reply = await fetch(`${sandbox.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: reply.status, body: (await reply.json()) as { readonly value?: unknown } }
  }
  const control = async (tenant: Tenant | undefined, method: string, path: string) => {
    const at = tenant === undefined ? '' : `/tenants/${tenant.tenantId}`
    const reply = await fetch(`${sandbox.controlUrl}${at}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey },
    })
    return { status: reply.status, text: await reply.text() }
  }
  return { sandbox, tenants, signIn, call, control }
}

t.test('each tenant has its own users and app, and a token reads the tenant that issued it', async t => {
  const { tenants, signIn, call } = await open(t)
  const seen: string[] = []
  for (const tenant of tenants) {
    const { access_token: token } = await signIn(tenant, tenant.domain)
    const { body } = await call(token, 'GET', '/organization?$select=id,verifiedDomains')
    const [organization] = body.value as readonly { id: string; verifiedDomains: readonly { name: string }[] }[]
    t.equal(organization?.id, tenant.tenantId)
    t.ok(organization?.verifiedDomains.some(({ name }) => name === tenant.domain))
    const users = (await call(token, 'GET', '/users?$select=id')).body.value as readonly { id: string }[]
    t.equal(users.length, 30)
    seen.push(...users.map(({ id }) => id))
  }
  t.equal(new Set(seen).size, 90)
  t.equal(new Set(tenants.map(({ clientId }) => clientId)).size, 3)
})

t.test('an app of one tenant is not found in another, and an unknown tenant is refused', async t => {
  const { tenants, signIn } = await open(t)
  const [one, other] = tenants as [Tenant, Tenant]
  t.match(await signIn(one, other.tenantId), { error_codes: [700016] })
  t.match(await signIn(other, one.domain), { error_codes: [700016] })
  t.match(await signIn(one, 'nobody.example'), { error_codes: [90002] })
  const { access_token: token } = await signIn({ ...one, secretFile: one.secretFile }, one.tenantId)
  t.type(token, 'string')
  t.match(await signIn({ ...other, secretFile: one.secretFile }, other.tenantId), { error_codes: [7000215] })
})

t.test('a change is made, counted and kept in its own tenant only', async t => {
  const stateDir = t.testdir()
  const first = await open(t, { stateDir })
  const [one, two] = first.tenants as [Tenant, Tenant]
  const { access_token: token } = await first.signIn(two, two.tenantId)
  const name = `zoe@${two.domain}`
  const user = {
    ...{ displayName: 'Zoe', userPrincipalName: name, mailNickname: 'zoe', accountEnabled: true },
    passwordProfile: { password: 'Pa55-w0rd-zoe' },
  }
  const created = await first.call(token, 'POST', '/users', user)
  t.equal(created.status, 201, JSON.stringify(created.body))
  t.match((await first.control(two, 'GET', '/truth?kind=user')).text, name)
  t.notMatch((await first.control(one, 'GET', '/truth?kind=user')).text, name)
  t.notMatch((await first.control(undefined, 'GET', '/truth?kind=user')).text, name)
  const writes = async (tenant: Tenant) =>
    (JSON.parse((await first.control(tenant, 'GET', '/counters')).text) as { writes: { attempted: object } }).writes
  t.strictSame((await writes(two)).attempted, { 'POST /users': 1 })
  t.strictSame((await writes(one)).attempted, {})
  t.equal((await first.control({ ...two, tenantId: 'nobody' }, 'GET', '/counters')).status, 404)
  await first.sandbox.close()
  const second = await open(t, { stateDir })
  const again = await second.signIn(two, two.tenantId)
  t.equal((await second.call(again.access_token, 'GET', `/users/${name}`)).status, 200)
  t.equal((await second.call(token, 'GET', `/users/${name}`)).status, 200, 'a token outlives a restart')
})

t.test('each tenant has its own quota', async t => {
  // A quota fills up again within milliseconds, so time stands still.
  const { tenants, signIn, call, control } = await open(t, { clock: fakeClock(Date.now()).clock })
  const [one, two] = tenants as [Tenant, Tenant]
  const { access_token: token } = await signIn(one, one.tenantId)
  await call(token, 'GET', '/users')
  const used = async (tenant: Tenant) => {
    const { quotas } = JSON.parse((await control(tenant, 'GET', '/quotas')).text) as {
      quotas: readonly { used: object }[]
    }
    return quotas.some(({ used }) => Object.values(used).some(share => share > 0))
  }
  t.strictSame([await used(one), await used(two)], [true, false])
})
