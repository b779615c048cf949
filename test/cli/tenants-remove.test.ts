import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { secretAccounts } from '../../src/tenants/secret-account.ts'
import { secretsFolder } from '../../src/tenants/store-secret.ts'
import { fakeEnvironment, clientId, tenantId } from '../tenants/fake-environment.ts'
import { runCommand } from './tenants-cli.ts'

const before = `// our tenants: { of course }
export default {
  tenants: {
    // the first one
    contoso: { tenantId: 'contoso.com', credential: { kind: 'azure-cli' } }, // signed in as me
    'fab-1': {
      tenantId: '${tenantId}',
      clientId: '${clientId}',
      credential: { kind: 'secret', secret: { env: 'FAB' } }, /* a, b } */
    },
    last: { tenantId: 'last.com', credential: { kind: 'browser' }, clientId: '${clientId}' }
  },
  defaults: { quotas: { share: 0.5 } },
}
`

const scene = (t: Test, text = before, name = 'entrapipe.config.mjs') => {
  const work = t.testdir({ [name]: text })
  return {
    now: () => readFileSync(join(work, name), 'utf8'),
    file: join(work, name),
    run: (argv: readonly string[], answers: Parameters<typeof runCommand>[2] = []) =>
      runCommand(fakeEnvironment(work), argv, answers),
  }
}

t.test('a tenant is removed with its lines, and other text is unchanged', async t => {
  const table: [name: string, after: string][] = [
    ['contoso', before.replace(/\n {4}contoso: .*/, '')],
    ['fab-1', before.replace(/\n {4}'fab-1': \{[\s\S]*? {4}\},/, '')],
    ['last', before.replace(/\n {4}last: .*/, '')],
  ]
  for (const [name, after] of table) {
    const { run, now, file } = scene(t, before)
    const { said, status } = await run(['tenants', 'remove', name, '--yes'])
    t.strictSame([status, said[0]], [0, `Removed ${name} from ${file}.`])
    t.equal(now(), after)
    t.not(after, before)
  }
})

t.test('a name that JavaScript objects inherit is an ordinary name', async t => {
  const { run, now } = scene(t)
  const { error } = await run(['tenants', 'remove', 'constructor', '--yes'])
  t.equal(error?.code, 'TENANT_UNKNOWN')
  t.equal(now(), before)
})

t.test('a secret that entrapipe did not store is kept, and its place is named', async t => {
  const { said } = await scene(t).run(['tenants', 'remove', 'fab-1', '--yes'])
  t.equal(said[1], 'Its secret was not removed (variable FAB). Remove it if nothing else uses it.')
})

t.test('a stored secret is removed with its tenant, unless another tenant uses it', async t => {
  for (const isShared of [false, true]) {
    const work = t.testdir({})
    const environment = fakeEnvironment(work, { XDG_CONFIG_HOME: join(work, '.config') }, 'linux')
    const file = join(work, 'entrapipe.config.json')
    const account = secretAccounts(file, 'a', environment).free([])
    const stored = join(secretsFolder(environment), `${account}.secret`)
    mkdirSync(secretsFolder(environment), { recursive: true })
    writeFileSync(stored, 'secret\n')
    const entry = { tenantId, clientId, credential: { kind: 'secret', secret: { file: stored } } }
    writeFileSync(file, JSON.stringify({ tenants: { a: entry, ...(isShared && { b: entry }) } }))
    const { said } = await runCommand(environment, ['tenants', 'remove', 'a', '--yes'])
    t.strictSame(
      [existsSync(stored), said],
      [
        isShared,
        [
          `Removed a from ${file}.`,
          isShared
            ? `Its secret was not removed (file ${stored}). Remove it if nothing else uses it.`
            : `Removed its secret (file ${stored}).`,
        ],
      ],
    )
  }
})

t.test('one of several entries on a line, and an entry in JSON, is removed', async t => {
  const entry = (name: string) => `${name}: { tenantId: '${tenantId}', credential: { kind: 'azure-cli' } }`
  const line = scene(t, `export default { tenants: { ${entry('a')}, ${entry('b')} } }\n`)
  await line.run(['tenants', 'remove', 'a', '--yes'])
  t.equal(line.now(), `export default { tenants: { ${entry('b')} } }\n`)
  const config = { tenants: { a: { tenantId, credential: { kind: 'azure-cli' } } } }
  const json = scene(t, JSON.stringify(config, null, 2), 'entrapipe.config.json')
  const { out } = await json.run(['--json', 'tenants', 'remove', 'a', '--yes'])
  t.strictSame(JSON.parse(out), { name: 'a', removed: { outcome: 'removed', file: json.file }, secrets: [] })
  t.strictSame(JSON.parse(json.now()), { tenants: {} })
})

t.test('removal must be confirmed, "no" changes nothing, and without a terminal --yes is required', async t => {
  const { run, now } = scene(t)
  t.strictSame((await run(['tenants', 'remove', 'last'], [[/Remove last/, '\r']])).said, ['Nothing was changed.'])
  t.match((await run(['--json', 'tenants', 'remove', 'last'])).error, { code: 'USAGE', fix: /--yes/ })
  t.equal(now(), before)
})

t.test('a configuration that cannot be edited safely is unchanged, and the exit code is not 0', async t => {
  const text = `const all = { a: { tenantId: '${tenantId}', credential: { kind: 'azure-cli' } } }\nexport default { tenants: all }\n`
  const { run, now } = scene(t, text)
  const { said, status } = await run(['tenants', 'remove', 'a', '--yes'])
  t.equal(status, 1)
  t.match(said[0], /was not changed: .*Remove the entry a yourself/)
  t.equal(now(), text)
})

t.test('an unknown name is refused, with the nearest one', async t => {
  t.match((await scene(t).run(['tenants', 'remove', 'contosso', '--yes'])).error, {
    code: 'TENANT_UNKNOWN',
    message: /Did you mean "contoso"\?/,
  })
})
