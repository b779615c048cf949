import t from 'tap'
import { chooseTenant } from '../../src/tenants/choose-tenant.ts'
import type { CompleteConfig } from '../../src/tenants/config.ts'
import { protectOf } from '../../src/tenants/protect-within.ts'
import { openBed } from '../e2e/bed.ts'
import { clientId, fakeEnvironment, tenantId } from './fake-environment.ts'

const environment = fakeEnvironment('/home/ann')
const other = '99999999-2222-4333-8444-555555555555'
const entry = { tenantId, clientId, credential: { kind: 'secret', secret: { env: 'S' } } } as const

const protectOfChoice = (config: CompleteConfig, tenant: string, auth?: 'azure-cli') => {
  const chosen = chooseTenant({ file: '/c.ts', config }, { tenant, auth, writes: true }, environment)
  if (!('settings' in chosen)) throw new Error('Expected a configured tenant')
  const { protect, protectElsewhere } = chosen.settings
  return { protect, protectElsewhere }
}

t.test('a directory is protected as configured, whatever name and sign-in it is chosen by', async t => {
  const config: CompleteConfig = {
    defaults: { protect: { users: ['breakglass@contoso.com'] } },
    tenants: {
      contoso: { ...entry, protect: { groups: ['Executives'] } },
      reader: { ...entry, tenantId: tenantId.toUpperCase() },
      fabrikam: { ...entry, tenantId: other, protect: { groups: ['Others'] } },
    },
  }
  const protect = { users: ['breakglass@contoso.com'], groups: ['Executives'], roles: [] }
  const same = { protect, protectElsewhere: undefined }
  t.strictSame(protectOfChoice(config, 'contoso'), same)
  t.strictSame(protectOfChoice(config, 'contoso', 'azure-cli'), same)
  t.strictSame(protectOfChoice(config, 'reader'), same, 'another entry for the same directory')
  t.strictSame(protectOfChoice(config, tenantId, 'azure-cli'), same, 'by its id')
  t.strictSame(
    protectOfChoice(config, 'ffffffff-2222-4333-8444-555555555555', 'azure-cli'),
    { protect: { users: ['breakglass@contoso.com'] }, protectElsewhere: undefined },
    'a directory without an entry',
  )
})

t.test('an entry that names the directory in another way is compared once signed in', async t => {
  const elsewhere = (name: string) => [{ tenantId: name, protect: { groups: ['Executives'] } }]
  const byDomain: CompleteConfig = {
    tenants: { contoso: { ...entry, tenantId: 'Contoso.com', protect: { groups: ['Executives'] } } },
  }
  const byId: CompleteConfig = { tenants: { contoso: { ...entry, protect: { groups: ['Executives'] } } } }
  t.strictSame(protectOfChoice(byDomain, tenantId, 'azure-cli'), {
    protect: undefined,
    protectElsewhere: elsewhere('contoso.com'),
  })
  t.strictSame(protectOfChoice(byId, 'contoso.com', 'azure-cli'), {
    protect: undefined,
    protectElsewhere: elsewhere(tenantId),
  })

  const { sandbox, control } = await openBed(t, { users: 100 })
  const { accessToken } = await control<{ accessToken: string }>('POST', '/tokens', {})
  const request = async ({ url }: { readonly url: string }) => {
    const reply = await fetch(`${sandbox.baseUrl}${url}`, { headers: { authorization: `Bearer ${accessToken}` } })
    return { status: reply.status, headers: {}, body: (await reply.json()) as never, attempts: 1 }
  }
  const graph = { tenant: { name: 'sandbox', id: sandbox.tenantId }, request }
  const found = (name: string) => protectOf(graph, { protectElsewhere: elsewhere(name) }, new AbortController().signal)
  t.strictSame(await found(sandbox.domain), { groups: ['Executives'] }, 'a verified domain of it')
  t.strictSame(await found(sandbox.tenantId), { groups: ['Executives'] }, 'its id')
  t.equal(await found('fabrikam.com'), undefined, 'the domain of another one')
  t.equal(await found(other), undefined, 'the id of another one')
})
