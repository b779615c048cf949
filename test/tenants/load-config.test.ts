import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/tenants/load-config.ts'
import { clientId, fakeEnvironment, tenantId } from './fake-environment.ts'

const config = { tenants: { contoso: { tenantId, clientId, credential: { kind: 'secret', secret: { env: 'S' } } } } }
const text = JSON.stringify(config)

t.test('the nearest configuration upward from the working folder is used', async t => {
  const root = t.testdir({ 'entrapipe.config.json': '{}', inner: { 'entrapipe.config.json': text, deep: { er: {} } } })
  t.strictSame(await loadConfig(fakeEnvironment(join(root, 'inner', 'deep', 'er'))), {
    file: join(root, 'inner', 'entrapipe.config.json'),
    config,
  })
})

t.test('TypeScript and JavaScript modules are loaded by Node itself', async t => {
  const root = t.testdir({
    ts: { 'entrapipe.config.ts': `const all: { tenants: object } = ${text}\nexport default all\n` },
    js: { 'entrapipe.config.mjs': `export default ${text}\n` },
  })
  t.strictSame((await loadConfig(fakeEnvironment(join(root, 'ts'))))?.config, config)
  t.strictSame((await loadConfig(fakeEnvironment(join(root, 'js'))))?.config, config)
})

t.test('--config overrides ENTRAPIPE_CONFIG, which overrides the nearest file', async t => {
  const root = t.testdir({
    'entrapipe.config.json': '{}',
    'one.json': text,
    'two.json': JSON.stringify({ tenants: { fabrikam: config.tenants.contoso } }),
  })
  const environment = fakeEnvironment(root, { ENTRAPIPE_CONFIG: 'two.json' })
  t.strictSame(Object.keys((await loadConfig(environment))!.config.tenants), ['fabrikam'])
  t.strictSame(Object.keys((await loadConfig(environment, 'one.json'))!.config.tenants), ['contoso'])
})

t.test('a named configuration that does not exist is an error; having none is not', async t => {
  const root = t.testdir({})
  await t.rejects(loadConfig(fakeEnvironment(root), 'gone.ts'), {
    code: 'FILE_MISSING',
    message: `Configuration file ${join(root, 'gone.ts')} was not found.`,
    fix: 'Check the path in --config.',
  })
  await t.rejects(loadConfig(fakeEnvironment(root, { ENTRAPIPE_CONFIG: 'gone.ts' })), {
    code: 'FILE_MISSING',
    fix: 'Check the path in the environment variable ENTRAPIPE_CONFIG, or unset it.',
  })
})

t.test('a folder in place of a configuration is an error', async t => {
  const root = t.testdir({ work: {} })
  await t.rejects(loadConfig(fakeEnvironment(root), 'work'), {
    code: 'CONFIG_INVALID',
    message: `${join(root, 'work')} is a folder, not a configuration file.`,
    fix: /^Set --config to a file in it, such as .*entrapipe\.config\.ts/,
  })
  await t.rejects(loadConfig(fakeEnvironment(root, { ENTRAPIPE_CONFIG: root })), {
    code: 'CONFIG_INVALID',
    fix: /ENTRAPIPE_CONFIG/,
  })
})

t.test('two configurations in one folder are refused', async t => {
  const root = t.testdir({ 'entrapipe.config.json': text, 'entrapipe.config.ts': '' })
  await t.rejects(loadConfig(fakeEnvironment(root)), {
    code: 'CONFIG_INVALID',
    message: `${root} has two configurations, entrapipe.config.ts and entrapipe.config.json.`,
  })
})

t.test('an unreadable file is reported with the reason in one sentence', async t => {
  const cases: [name: string, text: string, message: RegExp][] = [
    ['broken.json', '{ "tenants": ', /broken\.json cannot be read: it is not valid JSON \(/],
    [
      'empty.mjs',
      'export const tenants = {}',
      /empty\.mjs cannot be read: it has no default export\. Write `export default/,
    ],
    ['typo.mjs', 'export default {{', /typo\.mjs cannot be loaded: Unexpected token '\{'\.$/],
    [
      'lonely.mjs',
      "import 'not-installed-anywhere'",
      /lonely\.mjs cannot be loaded: Cannot find package 'not-installed-anywhere'\. Install it \(`npm install not-installed-anywhere` in \//,
    ],
    ['throws.mjs', "throw new Error('no network')", /throws\.mjs cannot be loaded: no network \(throws\.mjs:1\)\.$/],
  ]
  const root = t.testdir(Object.fromEntries(cases.map(([name, text]) => [name, text])))
  for (const [name, , message] of cases)
    await t.rejects(loadConfig(fakeEnvironment(root), name), { code: 'CONFIG_INVALID', message })
})
