import { join } from 'node:path'
import t from 'tap'
import { chooseTenant } from '../../src/tenants/choose-tenant.ts'
import type { LoadedConfig } from '../../src/tenants/load-config.ts'
import type { CompleteConfig } from '../../src/tenants/config.ts'
import { clientId, fakeEnvironment, tenantId } from './fake-environment.ts'

const environment = fakeEnvironment('/home/ann')
const entry = { tenantId, clientId, credential: { kind: 'secret', secret: { env: 'S' } } } as const
const loaded = (...names: string[]): LoadedConfig => ({
  file: '/project/entrapipe.config.ts',
  config: { tenants: Object.fromEntries(names.map(name => [name, entry])) },
})

t.test('a single configured tenant is the default for reading', async t => {
  t.strictSame(chooseTenant(loaded('contoso'), {}, environment), { name: 'contoso', settings: entry })
})

t.test('two configured tenants have no default, and the error names both', async t => {
  t.throws(() => chooseTenant(loaded('contoso', 'fabrikam'), {}, environment), {
    code: 'TENANT_MISSING',
    message: '/project/entrapipe.config.ts has several tenants: contoso, fabrikam.',
    fix: 'Choose one with --tenant, for example --tenant contoso.',
  })
  t.strictSame(chooseTenant(loaded('contoso', 'fabrikam'), { tenant: 'fabrikam' }, environment), {
    name: 'fabrikam',
    settings: entry,
  })
})

t.test('without a tenant the error says how to get one', async t => {
  for (const none of [undefined, loaded()])
    t.throws(() => chooseTenant(none, {}, environment), {
      code: 'TENANT_MISSING',
      fix: 'Use the embedded tenant with --tenant sandbox, or add yours with `entrapipe tenants add`.',
    })
})

t.test('a write never uses a tenant that was not named', async t => {
  t.throws(() => chooseTenant(loaded('contoso'), { writes: true }, environment), {
    code: 'TENANT_MISSING',
    fix: 'Add --tenant contoso.',
  })
  t.throws(() => chooseTenant(undefined, { writes: true, auth: 'azure-cli' }, environment), {
    code: 'TENANT_MISSING',
    fix: "Add --tenant and the directory's id or domain.",
  })
  t.strictSame(chooseTenant(loaded('contoso'), { writes: true, tenant: 'contoso' }, environment), {
    name: 'contoso',
    settings: entry,
  })
})

t.test('an unknown tenant is refused with the nearest name', async t => {
  t.throws(() => chooseTenant(loaded('contoso', 'fabrikam'), { tenant: 'contos' }, environment), {
    code: 'TENANT_UNKNOWN',
    message: 'Tenant "contos" was not found in /project/entrapipe.config.ts. Did you mean "contoso"?',
    fix: 'It has contoso, fabrikam. Add it with `entrapipe tenants add contos`.',
  })
  t.throws(() => chooseTenant(undefined, { tenant: 'contoso.com' }, environment), {
    code: 'TENANT_UNKNOWN',
    message: 'Tenant "contoso.com" was not found, because there is no configuration yet.',
    fix: 'Add it with `entrapipe tenants add contoso.com`, or use your current sign-in with --auth azure-cli.',
  })
  t.throws(() => chooseTenant(undefined, { tenant: 'sandbx' }, environment), {
    code: 'TENANT_UNKNOWN',
    message: 'Tenant "sandbx" was not found, because there is no configuration yet. Did you mean "sandbox"?',
  })
})

t.test('sandbox is the embedded tenant, even if none is configured', async t => {
  t.strictSame(chooseTenant(undefined, { tenant: 'sandbox', writes: true }, environment), { name: 'sandbox' })
  t.strictSame(chooseTenant(loaded('contoso'), { tenant: 'sandbox' }, environment), { name: 'sandbox' })
})

t.test('--auth signs in without a configuration, and the tenant is read from the token', async t => {
  t.strictSame(chooseTenant(undefined, { auth: 'azure-cli' }, environment), {
    name: 'azure-cli',
    settings: { credential: { kind: 'azure-cli' } },
  })
  t.strictSame(chooseTenant(undefined, { auth: 'azure-cli', tenant: 'contoso.com' }, environment), {
    name: 'contoso.com',
    settings: { tenantId: 'contoso.com', credential: { kind: 'azure-cli' } },
  })
})

t.test('--auth changes the sign-in of a configured tenant', async t => {
  t.strictSame(chooseTenant(loaded('contoso'), { auth: 'azure-cli', tenant: 'contoso' }, environment), {
    name: 'contoso',
    settings: { tenantId, clientId, credential: { kind: 'azure-cli' } },
  })
})

t.test('defaults fill in missing settings of a tenant, and paths are relative to the configuration', async t => {
  const config: CompleteConfig = {
    defaults: { cloud: 'china', caFile: 'ca.pem', quotas: { size: 'M', share: 0.5 } },
    tenants: {
      contoso: {
        ...entry,
        quotas: { share: 1 },
        credential: { kind: 'certificate', certificate: { file: '~/cert.pem' }, password: { file: 'keys/pass' } },
      },
    },
  }
  t.strictSame(chooseTenant({ file: join('/project', 'entrapipe.config.ts'), config }, {}, environment), {
    name: 'contoso',
    settings: {
      tenantId,
      clientId,
      cloud: 'china',
      caFile: join('/project', 'ca.pem'),
      quotas: { size: 'M', share: 1 },
      credential: {
        kind: 'certificate',
        certificate: { file: join('/home/ann', 'cert.pem') },
        password: { file: join('/project', 'keys/pass') },
      },
    },
  })
})

t.test("without a configured tenant the configuration's defaults still apply", async t => {
  const file = join('/project', 'entrapipe.config.ts')
  t.strictSame(
    chooseTenant(
      { file, config: { tenants: {}, defaults: { cloud: 'usgov', caFile: 'ca.pem' } } },
      { auth: 'azure-cli' },
      environment,
    ),
    {
      name: 'azure-cli',
      settings: { cloud: 'usgov', caFile: join('/project', 'ca.pem'), credential: { kind: 'azure-cli' } },
    },
  )
})
