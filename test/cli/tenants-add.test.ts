import { chmodSync, readFileSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import t from 'tap'
import type { Cli } from '../../src/cli/cli.ts'
import { commands } from '../../src/cli/main.ts'
import { secretAccounts } from '../../src/tenants/secret-account.ts'
import { secretsFolder } from '../../src/tenants/store-secret.ts'
import { validateConfig } from '../../src/tenants/validate.ts'
import { fakeEnvironment, tenantId, clientId } from '../tenants/fake-environment.ts'
import type { Environment } from '../../src/core/environment.ts'
import { smallTenant, type Test } from '../tenants/small-tenant.ts'
import { runCommand } from './tenants-cli.ts'

/** Where the secret of contoso is stored. */
const storedBy = (environment: Environment, config: string): string =>
  join(secretsFolder(environment), `${secretAccounts(config, 'contoso', environment).free([])}.secret`)

/** A tenant to sign in to, and an empty folder to work in. */
const scene = async (
  t: Test & { testdir(fixture: Record<string, Record<string, string>>): string },
  variables: Record<string, string> = {},
) => {
  const root = t.testdir({ state: {}, work: {} })
  const { sandbox, seen, token } = await smallTenant(t, { stateDir: join(root, 'state') })
  const work = join(root, 'work')
  const secret = readFileSync(sandbox.secretFile, 'utf8').trim()
  const environment = fakeEnvironment(
    work,
    { SECRET: secret, XDG_CONFIG_HOME: join(work, '.config'), ...variables },
    'linux',
  )
  const hosts = ['--graph-url', sandbox.baseUrl, '--authority-url', sandbox.authorityUrl]
  return { sandbox, seen, token, work, secret, environment, hosts, config: join(work, 'entrapipe.config.ts') }
}

const source = (
  id: string,
  client: string,
  credential: string,
  url: string,
  authority: string,
) => `import { defineConfig } from 'entrapipe'

export default defineConfig({
  tenants: {
    contoso: {
      tenantId: '${id}',
      clientId: '${client}',
      credential: ${credential},
      graphUrl: '${url}',
      authorityUrl: '${authority}',
      quotas: { size: 'S' },
    },
  },
})
`

t.test('with options alone the command signs in, shows the tenant, and writes the entry', async t => {
  const { sandbox, environment, hosts, config } = await scene(t)
  const ran = await runCommand(environment, [
    ...['tenants', 'add', 'contoso', '--tenant-id', sandbox.domain, '--client-id', sandbox.clientId],
    ...['--secret-env', 'SECRET', '--tag', 'emea', '--tag', "l'été", ...hosts],
  ])
  t.strictSame(ran, {
    out: '',
    said: [
      'Signed in to Contoso (contoso.com): 42 users, size S.',
      'Credential: secret (variable SECRET).',
      `Created ${config} with contoso.`,
      'Next: entrapipe tenants check --tenant contoso --for export users',
    ],
    status: 0,
  })
  t.equal(
    readFileSync(config, 'utf8'),
    source(
      sandbox.tenantId,
      sandbox.clientId,
      "{ kind: 'secret', secret: { env: 'SECRET' } }",
      sandbox.baseUrl,
      sandbox.authorityUrl,
    ).replace('      quotas', "      tags: ['emea', 'l\\'été'],\n      quotas"),
  )
})

t.test(
  'at a terminal the command asks for missing values, hides the secret, and stores it in a private file',
  async t => {
    const { sandbox, environment, hosts, config, secret } = await scene(t)
    const ran = await runCommand(
      environment,
      ['tenants', 'add', '--credential', 'secret', ...hosts],
      [
        [/Name of the tenant in the configuration/, 'contoso\n'],
        [/directory's \(tenant\) ID/, `${sandbox.tenantId}\n`],
        [/application \(client\) ID/, `${sandbox.clientId}\n`],
        [/client secret's Value/, `${secret}\n`],
      ],
    )
    const kept = storedBy(environment, config)
    t.strictSame(ran.error, undefined)
    t.equal(readFileSync(kept, 'utf8'), `${secret}\n`)
    t.equal(statSync(kept).mode & 0o777, 0o600)
    t.match(readFileSync(config, 'utf8'), `file: '${kept}'`)
    t.notMatch([ran.said.join('\n'), readFileSync(config, 'utf8')].join('\n'), secret)
  },
)

t.test('a wrong secret can be retyped, and nothing is written before the right one', async t => {
  const { sandbox, environment, hosts, config, secret } = await scene(t)
  const ran = await runCommand(
    environment,
    [
      'tenants',
      'add',
      'contoso',
      '--credential',
      'secret',
      '--tenant-id',
      sandbox.tenantId,
      '--client-id',
      sandbox.clientId,
      ...hosts,
    ],
    [
      [/client secret's Value/, 'wrong~secret\n'],
      [/What now/, '\n'],
      [/client secret's Value/, `${secret}\n`],
    ],
  )
  t.equal(ran.status, 0)
  t.match(ran.said[0], /^The client secret of app .* is wrong\. Use the secret’s value, not its id/)
  t.equal(readFileSync(storedBy(environment, config), 'utf8'), `${secret}\n`)
  t.ok(existsSync(config))
})

t.test('a Secret ID, which is often copied by mistake, is recognised', async t => {
  const { sandbox, environment, hosts, secret } = await scene(t)
  const ran = await runCommand(
    environment,
    [
      'tenants',
      'add',
      'contoso',
      '--credential',
      'secret',
      '--tenant-id',
      sandbox.tenantId,
      '--client-id',
      sandbox.clientId,
      ...hosts,
    ],
    [
      [/client secret's Value/, `${clientId}\n`],
      [/That is the Secret ID/, `\u0015${secret}\n`],
    ],
  )
  t.equal(ran.status, 0)
})

t.test('without a terminal missing options are named and nothing is written', async t => {
  const { environment, config } = await scene(t)
  const add = (...more: string[]) => runCommand(environment, ['--json', 'tenants', 'add', ...more])
  t.match((await add()).error, {
    code: 'USAGE',
    exit: 2,
    message: '<name> is missing, and there is no terminal to ask for it.',
  })
  t.match((await add('a')).error, {
    code: 'USAGE',
    message: '--credential is missing, and there is no terminal to ask for it.',
  })
  t.match((await add('a', '--secret-env', 'S')).error, {
    message: '--tenant-id is missing, and there is no terminal to ask for it.',
  })
  t.match((await add('a', '--credential', 'secret', '--tenant-id', tenantId, '--client-id', clientId)).error, {
    message: 'The client secret is missing, and there is no terminal to ask for it.',
    fix: /--secret-stdin.*A secret is never given on the command line\./,
  })
  t.equal(existsSync(config), false)
})

t.test('contradictory and invalid options are refused', async t => {
  const { environment } = await scene(t)
  const add = async (...more: string[]) =>
    (await runCommand(environment, ['--json', 'tenants', 'add', 'a', ...more])).error
  t.match(await add('--secret-env', 'S', '--certificate', 'c'), {
    code: 'USAGE',
    message: /^--secret-env and --certificate cannot be combined/,
  })
  t.match(await add('--secret-env', 'S', '--credential', 'browser'), {
    code: 'USAGE',
    message: /^--secret-env needs --credential secret, got --credential browser\.$/,
  })
  t.match(await add('--secret-env', 'S', '--tenant-id', 'contoso'), {
    code: 'OPTION_INVALID',
    message: /^--tenant-id "contoso" is invalid\./,
  })
})

t.test('an app without permissions is added with a warning, and one with permissions without', async t => {
  const { sandbox, environment, hosts, token } = await scene(t)
  const add = async (name: string) =>
    await runCommand(
      { ...environment, variable: key => (key === 'TOKEN' ? tokens.get(name) : environment.variable(key)) },
      ['tenants', 'add', name, '--tenant-id', sandbox.tenantId, '--token-env', 'TOKEN', ...hosts],
    )
  const tokens = new Map([
    ['nothing', await token({ app: 'unconsented' })],
    ['person', await token({ scp: ['User.Read', 'openid'] })],
    ['reader', await token({ app: 'reader' })],
  ])
  const warning = /no permissions yet.*`entrapipe tenants app --for export`.*consent/
  for (const [name, isWarned] of [
    ['nothing', true],
    ['person', true],
    ['reader', false],
  ] as const) {
    const { said, status } = await add(name)
    t.equal(status, 0)
    t.equal(
      said.some(line => warning.test(line)),
      isWarned,
      name,
    )
  }
})

t.test('an invalid entry is reported by its options, not by a file', async t => {
  const { environment } = await scene(t)
  const { error } = await runCommand(environment, [
    ...['--json', 'tenants', 'add', 'contoso', '--tenant-id', tenantId, '--credential', 'azure-cli'],
    ...['--graph-url', 'https://example.com'],
  ])
  t.match(error, { code: 'CONFIG_INVALID', message: /^This entry: / })
  t.notMatch(error?.fix, /This entry/)
  t.match(error?.fix, /lists the options/)
})

t.test('a failed sign-in is reported, and nothing is written', async t => {
  const { sandbox, environment, hosts, config } = await scene(t, { WRONG: 'wrong~secret' })
  const add = (...more: string[]) => runCommand(environment, ['--json', 'tenants', 'add', 'contoso', ...more, ...hosts])
  const wrong = await add('--tenant-id', sandbox.tenantId, '--client-id', sandbox.clientId, '--secret-env', 'WRONG')
  t.match(wrong, { status: 6, error: { code: 'SIGN_IN_FAILED', message: /^The client secret of app .* is wrong\.$/ } })
  t.equal(existsSync(config), false)
})

t.test('--no-check writes without signing in', async t => {
  const { seen, environment, config } = await scene(t)
  const ran = await runCommand(environment, [
    '--json',
    'tenants',
    'add',
    'contoso',
    '--tenant-id',
    tenantId,
    '--credential',
    'azure-cli',
    '--no-check',
  ])
  t.strictSame(JSON.parse(ran.out), {
    name: 'contoso',
    config: { tenantId, credential: { kind: 'azure-cli' } },
    written: { outcome: 'created', file: config },
    notChecked: ['the sign-in'],
  })
  t.strictSame(seen, [])
})

t.test('--no-check checks files, and says what it did not check', async t => {
  const { sandbox, environment, work, config } = await scene(t)
  const add = (...more: string[]) =>
    runCommand(environment, [
      ...['tenants', 'add', 'contoso', '--tenant-id', tenantId, '--client-id', clientId, '--no-check'],
      ...more,
    ])
  const put = (name: string, text: string, mode: number) => {
    writeFileSync(join(work, name), text)
    chmodSync(join(work, name), mode)
  }
  const pem = readFileSync(sandbox.certificateFile, 'utf8')
  put('open.secret', 'secret', 0o644)
  put('open.pem', pem, 0o644)
  put('text.pem', 'not a certificate', 0o600)
  put('half.pem', pem.replace(/-----BEGIN CERTIFICATE-----[^]*/, ''), 0o600)
  for (const [flags, error] of [
    [['--secret-file', 'none'], { code: 'SECRET_MISSING', message: /^The secret file .*none was not found\.$/ }],
    [['--secret-file', 'open.secret'], { code: 'SECRET_EXPOSED', message: /\(mode 644\)/ }],
    [['--certificate', 'none.pem'], { code: 'SECRET_MISSING', message: /none\.pem was not found/ }],
    [['--certificate', 'open.pem'], { code: 'SECRET_EXPOSED', message: /open\.pem/ }],
    [
      ['--certificate', 'text.pem'],
      { code: 'SECRET_MISSING', message: /text\.pem\) must contain both .* in PEM form/ },
    ],
    [['--certificate', 'text.pem', '--certificate-password-env', 'NONE'], { message: /in PEM form/ }],
    [['--certificate', 'half.pem'], { code: 'SECRET_MISSING', message: /half\.pem\) must contain both/ }],
    [['--secret-env', 'SECRET', '--ca-file', 'none.pem'], { code: 'FILE_UNREADABLE', message: /none\.pem/ }],
  ] as const)
    t.match((await add(...flags)).error, error, flags.join(' '))
  t.equal(existsSync(config), false)
  t.strictSame((await add('--secret-env', 'NOT_SET')).said, [
    'Credential: secret (variable NOT_SET).',
    `Created ${config} with contoso.`,
    'Not checked: the sign-in; the variable NOT_SET, which is not set here. Check it with: entrapipe tenants check --tenant contoso',
  ])
})

t.test('a name that differs only in case from another one is refused', async t => {
  const { environment, work } = await scene(t)
  const file = join(work, 'entrapipe.config.mjs')
  const entry = `{ tenantId: '${tenantId}', credential: { kind: 'azure-cli' } }`
  writeFileSync(file, `export default { tenants: { contoso: ${entry} } }\n`)
  const add = ['tenants', 'add', 'Contoso', '--tenant-id', tenantId, '--credential', 'azure-cli', '--no-check']
  t.match((await runCommand(environment, add)).error, {
    code: 'OPTION_INVALID',
    message: `${file} already has a tenant "contoso", and names must differ in more than case.`,
  })
})

t.test('in a folder below it, the configuration above is changed, and the output says so', async t => {
  const { environment, work } = await scene(t)
  const file = join(work, 'entrapipe.config.mjs')
  const entry = `{ tenantId: '${tenantId}', credential: { kind: 'azure-cli' } }`
  writeFileSync(file, `export default { tenants: { contoso: ${entry} } }\n`)
  const below = { ...environment, cwd: join(work, 'below') }
  const add = ['tenants', 'add', 'other', '--tenant-id', tenantId, '--credential', 'azure-cli', '--no-check']
  t.equal(
    (await runCommand(below, add)).said[1],
    `Added other to ${file}, the nearest configuration above this folder.`,
  )
})

t.test('a second tenant is added to the configuration, and a file beside it is named relative to it', async t => {
  const { sandbox, environment, hosts, work } = await scene(t)
  const file = join(work, 'entrapipe.config.mjs')
  writeFileSync(
    file,
    `export default { tenants: { first: { tenantId: '${tenantId}', credential: { kind: 'azure-cli' } } } }\n`,
  )
  writeFileSync(join(work, 'app.pem'), readFileSync(sandbox.certificateFile))
  chmodSync(join(work, 'app.pem'), 0o600)
  const ran = await runCommand(environment, [
    ...['tenants', 'add', 'contoso', '--tenant-id', sandbox.tenantId, '--client-id', sandbox.clientId],
    ...['--certificate', 'app.pem', ...hosts],
  ])
  t.strictSame(ran.said.slice(1, 3), ['Credential: certificate (file ./app.pem).', `Added contoso to ${file}.`])
  const listed = JSON.parse((await runCommand(environment, ['--json', 'tenants', 'list'])).out)
  t.strictSame(
    listed.tenants.map(({ name }: { name: string }) => name),
    ['first', 'contoso'],
  )
})

t.test('a configuration that cannot be edited gets the entry to paste, and the exit code is not 0', async t => {
  const { environment, work } = await scene(t)
  const text = `const tenants = { first: { tenantId: '${tenantId}', credential: { kind: 'azure-cli' } } }\nexport default { tenants }\n`
  writeFileSync(join(work, 'entrapipe.config.mjs'), text)
  const ran = await runCommand(environment, [
    'tenants',
    'add',
    'b',
    '--tenant-id',
    tenantId,
    '--credential',
    'azure-cli',
    '--no-check',
  ])
  t.equal(ran.out, `    b: {\n      tenantId: '${tenantId}',\n      credential: { kind: 'azure-cli' },\n    },\n`)
  t.equal(ran.status, 1)
  t.equal(readFileSync(join(work, 'entrapipe.config.mjs'), 'utf8'), text)
})

t.test('the entry in --help is valid', async t => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  const add = program.commands.find(one => one.name() === 'tenants')!.commands.find(one => one.name() === 'add')!
  let help = ''
  add.configureOutput({ writeOut: more => void (help += more) }).outputHelp()
  const shown = /^ {2}export default \{[\s\S]*?\n {2}\}$/m.exec(help)?.[0] ?? ''
  const { default: config } = (await import(`data:text/javascript,${encodeURIComponent(shown)}`)) as {
    default: unknown
  }
  t.match(validateConfig(config, 'help').tenants, { contoso: { credential: { kind: 'secret' } } })
})
