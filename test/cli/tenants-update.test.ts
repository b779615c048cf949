import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { secretAccounts } from '../../src/tenants/secret-account.ts'
import { secretsFolder } from '../../src/tenants/store-secret.ts'
import { fakeEnvironment, tenantId } from '../tenants/fake-environment.ts'
import { smallTenant } from '../tenants/small-tenant.ts'
import { runCommand } from './tenants-cli.ts'

/** A text without its line breaks: where a line ends depends on how long a path is. */
const flat = (text: string): string => text.replace(/,?\s+/g, ' ')

/** A configuration with a tenant that signs in as `credential` says. */
const scene = async (t: Test, credential: string, more = '') => {
  const root = t.testdir({ state: {}, work: {} })
  const { sandbox, seen } = await smallTenant(t, { stateDir: join(root, 'state') })
  const work = join(root, 'work')
  const secret = readFileSync(sandbox.secretFile, 'utf8').trim()
  const variables = { SECRET: secret, WRONG: 'wrong~secret', XDG_CONFIG_HOME: join(work, '.config') }
  const environment = fakeEnvironment(work, variables, 'linux')
  const file = join(work, 'entrapipe.config.mjs')
  const account = secretAccounts(file, 'contoso', environment).free([])
  const stored = join(secretsFolder(environment), `${account}.secret`)
  const text = `export default {
  tenants: {
    contoso: {
      tenantId: '${sandbox.tenantId}', // ours
      clientId: '${sandbox.clientId}',
      credential: ${credential.replace('STORED', `'${stored}'`)},
      graphUrl: '${sandbox.baseUrl}',
      authorityUrl: '${sandbox.authorityUrl}',
    },${more.replace('STORED', `'${stored}'`)}
  },
}
`
  writeFileSync(file, text)
  return {
    sandbox,
    seen,
    secret,
    stored,
    second: stored.replace('.secret', '-2.secret'),
    work,
    file,
    text,
    now: () => readFileSync(file, 'utf8'),
    /** Puts a new certificate beside the configuration. */
    renew(): void {
      writeFileSync(join(work, 'new.pem'), readFileSync(sandbox.certificateFile))
      chmodSync(join(work, 'new.pem'), 0o600)
    },
    /** Puts a secret where an earlier `tenants add` would have. */
    store(old: string): void {
      mkdirSync(secretsFolder(environment), { recursive: true })
      writeFileSync(stored, `${old}\n`)
      chmodSync(stored, 0o600)
    },
    run: (argv: readonly string[], ...more: [Parameters<typeof runCommand>[2]?, string?]) =>
      runCommand(environment, ['tenants', 'update', ...argv], ...more),
  }
}

t.test('a typed secret replaces the stored one, and the configuration is unchanged', async t => {
  const { run, now, text, secret, stored, store, file } = await scene(t, '{ kind: "secret", secret: { file: STORED } }')
  store('old~secret')
  const { said, status } = await run(['contoso'], [[/client secret's Value/, `${secret}\n`]])
  t.strictSame(
    [status, said],
    [
      0,
      [
        'Signed in to Contoso (contoso.com): 42 users, size S.',
        `Credential: secret (file ${stored}).`,
        `${file} is unchanged: the secret is stored in the same place.`,
      ],
    ],
  )
  t.equal(readFileSync(stored, 'utf8'), `${secret}\n`)
  t.equal(now(), text)
})

t.test('a secret is read from stdin, and an old one in a variable is not removed', async t => {
  const { run, now, text, secret, stored, file } = await scene(t, "{ kind: 'secret', secret: { env: 'WRONG' } }")
  const { said, status } = await run(['contoso', '--secret-stdin'], [], `${secret}\n`)
  t.strictSame(
    [status, said.slice(1)],
    [
      0,
      [
        `Credential: secret (file ${stored}).`,
        `Updated contoso in ${file}.`,
        'The old secret was not removed (variable WRONG). Remove it if nothing else uses it.',
      ],
    ],
  )
  t.equal(readFileSync(stored, 'utf8'), `${secret}\n`)
  t.equal(flat(now()), flat(text.replace("{ env: 'WRONG' }", `{ file: '${stored}' }`)))
})

t.test('a stored secret is removed when another place replaces it, unless another tenant uses it', async t => {
  const other = `\n    other: { tenantId: '${tenantId}', clientId: '${tenantId}', credential: { kind: 'secret', secret: { file: STORED } } },`
  for (const [more, isThere, words] of [
    ['', false, 'Removed the old secret'],
    [other, true, 'The old secret was not removed'],
  ] as const) {
    const { run, now, text, stored, store } = await scene(t, "{ kind: 'secret', secret: { file: STORED } }", more)
    store('old~secret')
    const { said, status } = await run(['contoso', '--secret-env', 'SECRET'])
    t.strictSame([status, existsSync(stored)], [0, isThere])
    t.match(said.at(-1), `${words} (file ${stored}).`)
    t.equal(now(), text.replace(`{ file: '${stored}' }`, "{ env: 'SECRET' }"))
  }
})

t.test('a new secret is stored beside the old one until the configuration is written', async t => {
  const credential = "{ kind: 'secret', secret: { file: STORED } }"
  const clientId = tenantId
  const args = ['contoso', '--client-id', clientId, '--secret-stdin', '--no-check']
  const other = `\n    other: { tenantId: '${tenantId}', clientId: '${tenantId}', credential: { kind: 'secret', secret: { file: STORED } } },`
  const shared = await scene(t, credential, other)
  shared.store('old~secret')
  t.equal((await shared.run(['contoso', '--secret-stdin', '--no-check'], [], 'new~secret\n')).status, 0)
  t.equal(readFileSync(shared.stored, 'utf8'), 'old~secret\n', 'the other tenant signs in as before')
  t.equal(readFileSync(shared.second, 'utf8'), 'new~secret\n')

  const moved = await scene(t, credential)
  moved.store('old~secret')
  const { said } = await moved.run(args, [], 'new~secret\n')
  t.strictSame(said.slice(-2), [
    `Removed the old secret (file ${moved.stored}).`,
    'Not checked: the sign-in. Check it with: entrapipe tenants check --tenant contoso',
  ])
  t.notOk(existsSync(moved.stored))
  t.equal(readFileSync(moved.second, 'utf8'), 'new~secret\n')
  t.match(moved.now(), moved.second)

  const byHand = await scene(t, credential)
  byHand.store('old~secret')
  writeFileSync(byHand.file, byHand.text.replace('tenants:', "['tenants']:"))
  const before = byHand.now()
  const refused = await byHand.run(args, [], 'new~secret\n')
  t.equal(refused.status, 1)
  t.strictSame([byHand.now(), readFileSync(byHand.stored, 'utf8')], [before, 'old~secret\n'])
  t.match(refused.out, byHand.second)

  const failed = await scene(t, credential)
  failed.store('old~secret')
  mkdirSync(join(failed.work, `.entrapipe.config.${process.pid}.mjs`))
  await t.rejects(failed.run(args, [], 'new~secret\n'), { code: 'ERR_FS_EISDIR' })
  t.strictSame([failed.now(), readFileSync(failed.stored, 'utf8')], [failed.text, 'old~secret\n'])
  t.notOk(existsSync(failed.second), 'the new secret does not stay where nothing refers to it')
})

t.test('an unused certificate password is named, and can be removed', async t => {
  const old = "{ kind: 'certificate', certificate: { file: './old.pem' }, password: { env: 'PASS' } }"
  const plain = await scene(t, old)
  plain.renew()
  const { said } = await plain.run(['contoso', '--certificate', 'new.pem', '--no-certificate-password', '--no-check'])
  t.strictSame(said.slice(-3, -1), [
    `The old secret was not removed (file ${join(plain.work, 'old.pem')}). Remove it if nothing else uses it.`,
    'The old secret was not removed (variable PASS). Remove it if nothing else uses it.',
  ])
  t.notMatch(plain.now(), /password/)
  const { run } = await scene(t, old)
  for (const [flags, message] of [
    [
      ['--secret-env', 'SECRET', '--certificate-password-env', 'PASS'],
      /^--certificate-password-env applies only to a certificate, but the credential is secret\.$/,
    ],
    [
      ['--secret-env', 'SECRET', '--no-certificate-password'],
      /^--no-certificate-password applies only to a certificate, but the credential is secret/,
    ],
    [['--certificate', 'a', '--certificate-password-env', 'P', '--no-certificate-password'], /cannot be combined/],
  ] as const)
    t.match((await run(['contoso', '--no-check', ...flags])).error, { code: 'USAGE', message })
})

t.test('a wrong secret changes nothing', async t => {
  const { run, now, text, stored, store } = await scene(t, "{ kind: 'secret', secret: { file: STORED } }")
  store('old~secret')
  const { error, status } = await run(['contoso', '--secret-env', 'WRONG', '--json'])
  t.match([status, error?.code], [6, 'SIGN_IN_FAILED'])
  t.equal(readFileSync(stored, 'utf8'), 'old~secret\n')
  t.equal(now(), text)
})

t.test('--no-check writes without signing in, and a certificate keeps the password of its key', async t => {
  const { run, now, text, seen, renew } = await scene(
    t,
    "{ kind: 'certificate', certificate: { file: './old.pem' }, password: { env: 'PASS' } }",
  )
  t.match((await run(['contoso', '--certificate', 'new.pem', '--no-check'])).error, { code: 'SECRET_MISSING' })
  t.equal(now(), text)
  renew()
  const { status } = await run(['contoso', '--certificate', 'new.pem', '--no-check'])
  t.equal(status, 0)
  t.equal(
    now(),
    text.replace(
      "{ kind: 'certificate', certificate: { file: './old.pem' }, password: { env: 'PASS' } }",
      "{\n        password: { env: 'PASS' },\n        kind: 'certificate',\n        certificate: { file: './new.pem' },\n      }",
    ),
  )
  t.strictSame(seen, [])
})

t.test('a setting that cannot be updated is refused', async t => {
  const { run, now, text } = await scene(t, "{ kind: 'azure-cli' }")
  t.match((await run(['contoso'])).error, {
    code: 'USAGE',
    message: 'contoso signs in with azure-cli, which has no secret to update.',
  })
  t.match((await run(['contosso'])).error, { code: 'TENANT_UNKNOWN', message: /Did you mean "contoso"\?/ })
  t.match((await run(['contoso', '--credential', 'secret', '--secret-stdin'], [], 'two\nlines\n')).error, {
    code: 'OPTION_INVALID',
    message: 'The secret on stdin is invalid. It must be one line.',
  })
  t.match((await run(['contoso', '--credential', 'secret', '--json'])).error, {
    code: 'USAGE',
    message: 'The client secret is missing, and there is no terminal to ask for it.',
  })
  t.equal(now(), text)
})
