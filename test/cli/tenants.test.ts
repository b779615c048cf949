import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { azureCommands, portalSteps } from '../../src/cli/tenants/app-walk.ts'
import { appRegistration } from '../../src/tenants/app-registration.ts'
import { findOperations } from '../../src/tenants/operations.ts'
import { fakeEnvironment, clientId, tenantId } from '../tenants/fake-environment.ts'
import { smallTenant, type Test } from '../tenants/small-tenant.ts'
import { runCommand } from './tenants-cli.ts'

/** A working folder whose configuration has one tenant `contoso`, reached with a ready token of given rights. */
const scene = async (
  t: Test & { testdir(fixture: Record<string, Record<string, string>>): string },
  wanted: object,
  users?: number,
) => {
  const root = t.testdir({ state: {}, work: {} })
  const { sandbox, token } = await smallTenant(t, {
    stateDir: join(root, 'state'),
    ...(users !== undefined && { users }),
  })
  const work = join(root, 'work')
  const tenants = {
    contoso: {
      tenantId: sandbox.tenantId,
      graphUrl: sandbox.baseUrl,
      authorityUrl: sandbox.authorityUrl,
      credential: { kind: 'token', env: 'TOKEN' },
    },
  }
  writeFileSync(join(work, 'entrapipe.config.json'), JSON.stringify({ tenants }))
  const environment = fakeEnvironment(work, { TOKEN: await token(wanted) })
  return { sandbox, work, check: (...more: string[]) => runCommand(environment, ['tenants', 'check', ...more]) }
}

t.test('check shows who signed in and the size of the tenant, and confirms exact permissions', async t => {
  const { sandbox, check } = await scene(t, { roles: ['User.Read.All', 'Organization.Read.All'] }, 12_345)
  const { out, status } = await check('--tenant', 'contoso', '--for', 'export', 'users')
  t.equal(status, 0)
  t.equal(
    out.replace(/until \S+,/, 'until …,'),
    `contoso: Contoso (contoso.com)
  tenant    ${sandbox.tenantId}
  domains   contoso.onmicrosoft.com, contoso.com
  token     valid until …, for the app ${sandbox.clientId}
  rights    app roles: User.Read.All, Organization.Read.All
  quotas    size L (12,345 users): 8,000 resource units in 10 s, 3,000 writes in 150 s
For export users:
  enough    the token has all required permissions
  optional  AuditLog.Read.All, to select signInActivity
  excess    Organization.Read.All: not needed
`,
  )
})

t.test('a missing role is reported with sufficient alternatives, and the exit code is not 0', async t => {
  const { check } = await scene(t, { roles: ['User.ReadBasic.All', 'Group.ReadWrite.All'] })
  const { out, status } = await check('--for', 'export', 'users')
  t.equal(status, 6)
  t.match(
    out,
    /  missing   User\.Read\.All, for export users\n            or, with more power than needed: Directory\.Read\.All\n            you have User\.ReadBasic\.All, which is enough with --select/,
  )
  t.match(out, /  excess    Group\.ReadWrite\.All: not needed\n/)
  t.match(
    out,
    /  unread    the tenant's name and domains \(Organization\.Read\.All\)\n  unread    the number of users \(User\.Read\.All\)\n/,
  )
  t.match(out, /  quotas    size L \(assumed\)/)
  t.match(out, /  What to do: add the application permission User\.Read\.All to the app .* and grant admin consent/)
})

t.test('an app without roles gets the advice to add roles and consent', async t => {
  const { check } = await scene(t, { app: 'unconsented' })
  const { out, status } = await check('--for', 'export users')
  t.equal(status, 6)
  t.match(out, /  rights    app roles: none\n/)
  t.match(
    out,
    /The token has no app role: add application permissions and grant admin consent; `(?:npx )?entrapipe tenants app` shows how\./,
  )
})

t.test('delegated permissions of a person are distinguished from app roles', async t => {
  const { check } = await scene(t, {
    scp: ['User.Read', 'User.Read.All'],
    wids: ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b'],
  })
  const { out, status } = await check('--for', 'export users')
  t.equal(status, 0)
  t.match(
    out,
    /  rights    delegated, of a signed-in person: User\.Read, User\.Read\.All\n            limited by the person's directory roles \(1\)\n/,
  )
  t.notMatch(out, /  excess/)
})

t.test('--json prints the same facts', async t => {
  const { sandbox, check } = await scene(t, { roles: ['User.Read.All', 'Organization.Read.All'] }, 499)
  const { out, status } = await check('--json', '--for', 'export members')
  t.equal(status, 6)
  const report = JSON.parse(out)
  t.match(report, {
    tenant: { name: 'contoso', id: sandbox.tenantId },
    token: { kind: 'application', appId: sandbox.clientId, rights: ['User.Read.All', 'Organization.Read.All'] },
    organization: { displayName: 'Contoso', defaultDomain: 'contoso.com' },
    users: 499,
    size: 'M',
    share: 1,
    quotas: { read: { capacity: 5000, windowMs: 10_000 } },
    unread: [],
    rights: {
      missing: [{ permission: 'GroupMember.ReadBasic.All', operations: ['export members'] }],
      excess: ['Organization.Read.All'],
    },
  })
})

t.test('a failed sign-in is reported in one sentence', async t => {
  const { work } = await scene(t, {})
  const { error } = await runCommand(fakeEnvironment(work), ['tenants', 'check'])
  t.match(error, { code: 'SECRET_MISSING', exit: 2, message: /^The environment variable TOKEN/ })
})

t.test('an unknown operation is refused before signing in', async t => {
  const { error } = await runCommand(fakeEnvironment(t.testdir({})), ['tenants', 'check', '--for', 'export', 'userz'])
  t.match(error, {
    code: 'OPTION_INVALID',
    message: 'Operation "export userz" does not exist. Did you mean "export users"?',
  })
})

t.test('list shows the sign-in of each tenant, and sends no request', async t => {
  const work = t.testdir({})
  const config = {
    defaults: { cloud: 'usgov' },
    tenants: {
      contoso: { tenantId, clientId, credential: { kind: 'secret', secret: { env: 'SECRET' } } },
      fab: { tenantId: 'fabrikam.com', cloud: 'china', credential: { kind: 'azure-cli' }, tags: ['apac', 'retail'] },
    },
  }
  writeFileSync(join(work, 'entrapipe.config.json'), JSON.stringify(config))
  const { out, said } = await runCommand(fakeEnvironment(work), ['tenants', 'list'])
  t.strictSame(said, [join(work, 'entrapipe.config.json')])
  t.equal(
    out,
    `contoso  ${tenantId}  usgov  secret (variable SECRET)\nfab      fabrikam.com                          china  azure-cli                 apac, retail\n`,
  )
  const machine = await runCommand(fakeEnvironment(work), ['--json', 'tenants', 'list'])
  t.strictSame(JSON.parse(machine.out), {
    file: join(work, 'entrapipe.config.json'),
    tenants: [
      { name: 'contoso', ...config.tenants.contoso, cloud: 'usgov' },
      { name: 'fab', ...config.tenants.fab },
    ],
  })
  const tagged = await runCommand(fakeEnvironment(work), ['tenants', 'list', '--tag', 'retail', '--tag', 'emea'])
  t.match(tagged.out, /^fab .*\n$/)
  const none = await runCommand(fakeEnvironment(work), ['tenants', 'list', '--tag', 'emea'])
  t.strictSame([none.out, none.said.at(-1)], ['', 'No tenant has the tag emea.'])
})

t.test('list without a configuration says what to do', async t => {
  const { out, said, status } = await runCommand(fakeEnvironment(t.testdir({})), ['tenants', 'list'])
  t.strictSame(
    { out, said, status },
    {
      out: '',
      said: ['There is no configuration yet: add a tenant with `entrapipe tenants add`, or try --tenant sandbox.'],
      status: 0,
    },
  )
})

t.test('list of a configuration without tenants says what to do', async t => {
  const work = t.testdir({ 'entrapipe.config.json': '{ "tenants": {} }' })
  const { said } = await runCommand(fakeEnvironment(work), ['tenants', 'list'])
  t.match(said, [/entrapipe\.config\.json has no tenants yet: add one with `entrapipe tenants add`/])
})

t.test('app prints the registration step by step and as commands, with known ids', async t => {
  const environment = fakeEnvironment(t.testdir({}))
  const { out } = await runCommand(environment, [
    'tenants',
    'app',
    '--for',
    'export',
    'users',
    '--name',
    'contoso',
    '--shell',
    'bash',
  ])
  t.match(out, /^An app registration for export users\n/)
  t.match(out, /\n   - User\.Read\.All \(df021288-bdef-4463-88db-98f22de89214\)\n/)
  t.match(
    out,
    'az ad app permission add --id "$APP_ID" --api 00000003-0000-0000-c000-000000000000 --api-permissions \\\n  df021288-bdef-4463-88db-98f22de89214=Role\n',
  )
  t.match(out, '\naz ad app permission admin-consent --id "$APP_ID"\n')
  t.match(
    out,
    '(umask 077; az ad app credential reset --id "$APP_ID" --append --display-name contoso --years 1 --query password --output tsv > contoso.secret)\n',
  )
  t.match(
    out,
    '\nnpx entrapipe tenants add contoso --tenant-id "$TENANT_ID" --client-id "$APP_ID" --secret-file contoso.secret\n',
  )
})

t.test('a permission without a known id is looked up by its name', async t => {
  const update = findOperations(['users update'])
  const walk = { name: 'entrapipe', kind: 'application', cloud: 'global', shell: 'bash' } as const
  const app = appRegistration(update, 'application')
  t.match(portalSteps(app, walk).join('\n'), '   - User.ReadUpdate.All (look it up by its name)\n')
  t.match(
    azureCommands(app, walk).join('\n'),
    `  $(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query "appRoles[?value=='User.ReadUpdate.All'].id" --output tsv)=Role \\\n`,
  )
})

t.test('--for may be repeated: each names operations of its own', async t => {
  const operations = async (...argv: readonly string[]) => {
    const { out } = await runCommand(fakeEnvironment(t.testdir({})), ['--json', 'tenants', 'app', ...argv])
    return (JSON.parse(out) as { readonly operations: readonly string[] }).operations
  }
  t.strictSame(await operations('--for', 'export', 'users', '--for', 'export members'), [
    'export users',
    'export members',
  ])
  const both = await operations('--for', 'export', '--for', 'members')
  t.ok(both.includes('export groups'))
  t.ok(both.includes('members add'))
})

t.test('the name of an app is one word in every shell', async t => {
  const argv = ['tenants', 'app', '--for', 'export users', '--name', 'a $(id)']
  const { error, out } = await runCommand(fakeEnvironment(t.testdir({})), argv)
  t.equal(error?.code, 'OPTION_INVALID')
  t.equal(out, '')
})

t.test('the app for reading everything gets no write permission', async t => {
  for (const words of ['export', 'export users,members', 'export members']) {
    const { out, status } = await runCommand(fakeEnvironment(t.testdir({})), ['tenants', 'app', '--for', words])
    t.equal(status, 0, words)
    t.match(out, /User\.Read\.All/, words)
    t.notMatch(out, /ReadWrite/, words)
  }
})

t.test('an app for people has delegated permissions, a redirect address, and no secret', async t => {
  const { out } = await runCommand(fakeEnvironment(t.testdir({})), [
    ...['tenants', 'app', '--for', 'export users', '--delegated', '--shell', 'powershell', '--cloud', 'usgov'],
  ])
  t.match(out, 'a154be20-db9c-4678-8ab7-66f6cc099a59=Scope')
  t.match(out, '--public-client-redirect-uris http://localhost --is-fallback-public-client true')
  t.match(out, 'az cloud set --name AzureUSGovernment\n')
  t.match(
    out,
    'entrapipe tenants add entrapipe --tenant-id $tenantId --client-id $appId --cloud usgov --credential browser\n',
  )
  t.notMatch(out, /credential reset/)
})

t.test('--json prints the registration as data', async t => {
  const { out } = await runCommand(fakeEnvironment(t.testdir({})), [
    '--json',
    'tenants',
    'app',
    '--for',
    'export users',
  ])
  t.match(JSON.parse(out), {
    graphAppId: '00000003-0000-0000-c000-000000000000',
    operations: ['export users'],
    permissions: [{ name: 'User.Read.All', id: 'df021288-bdef-4463-88db-98f22de89214', type: 'Role' }],
    optional: [{ name: 'AuditLog.Read.All', type: 'Role', when: 'to select signInActivity' }],
  })
})

t.test('no option of the tenants commands takes a secret as its value', async t => {
  const text = readFileSync(new URL('../../src/cli/tenants/entry-options.ts', import.meta.url), 'utf8')
  t.strictSame(
    [...text.matchAll(/'(--[a-z-]*(?:secret|password|token)[a-z-]*) <(\w+)>/g)].map(found => `${found[1]} ${found[2]}`),
    ['--secret-env NAME', '--secret-file path', '--certificate-password-env NAME', '--token-env NAME'],
  )
})
