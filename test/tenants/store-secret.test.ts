import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Keyring } from '../../src/tenants/keyring.ts'
import { readSecret } from '../../src/tenants/read-secret.ts'
import { removeSecret, secretsFolder, storeSecret } from '../../src/tenants/store-secret.ts'
import { fakeEnvironment } from './fake-environment.ts'

const noKeyring: Keyring = {
  get: async () => undefined,
  set: async () => {
    throw new EntrapipeError('SECRET_MISSING', 'This machine has no keyring.')
  },
  remove: async () => {
    throw new EntrapipeError('SECRET_MISSING', 'This machine has no keyring.')
  },
}

t.test('with a keyring the secret is stored there only', async t => {
  const kept = new Map<string, string>()
  const keyring: Keyring = {
    get: async account => kept.get(account),
    set: async (account, secret) => void kept.set(account, secret),
    remove: async account => void kept.delete(account),
  }
  const environment = fakeEnvironment(t.testdir({}))
  t.strictSame(await storeSecret('contoso', 's3cret', environment, keyring), { keyring: 'contoso' })
  t.strictSame([...kept], [['contoso', 's3cret']])
  t.throws(() => statSync(secretsFolder(environment)), { code: 'ENOENT' })
})

t.test('without a keyring it is stored in a file that only this user can read, and is read back', async t => {
  const environment = fakeEnvironment(t.testdir({}), {}, 'linux')
  const path = join(environment.home, '.config', 'entrapipe', 'secrets', 'contoso.secret')
  t.strictSame(await storeSecret('contoso', 'old', environment, noKeyring), { file: path })
  const ref = await storeSecret('contoso', 's3cret', environment, noKeyring)
  t.equal(readFileSync(path, 'utf8'), 's3cret\n')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(secretsFolder(environment)).mode & 0o777, 0o700)
  t.equal(await readSecret(ref, environment), 's3cret')
})

t.test('the folder is the settings folder of each system', async t => {
  const at = (platform: NodeJS.Platform, variables = {}) =>
    secretsFolder(fakeEnvironment('/home/ann', variables, platform))
  t.equal(at('linux'), join('/home/ann', '.config', 'entrapipe', 'secrets'))
  t.equal(at('linux', { XDG_CONFIG_HOME: '/conf' }), join('/conf', 'entrapipe', 'secrets'))
  t.equal(at('darwin'), join('/home/ann', 'Library', 'Application Support', 'entrapipe', 'secrets'))
  t.equal(at('win32', { APPDATA: '/roaming' }), join('/roaming', 'entrapipe', 'secrets'))
})

t.test('an unwritable folder is named, and the secret is not', async t => {
  const environment = fakeEnvironment(t.testdir({ '.config': 'a file where the folder should be' }), {}, 'linux')
  const path = join(environment.home, '.config', 'entrapipe', 'secrets', 'contoso.secret')
  await t.rejects(storeSecret('contoso', 's3cret', environment, noKeyring), {
    code: 'FILE_UNWRITABLE',
    message: `The secret cannot be stored in ${path} (ENOTDIR).`,
  })
})

t.test('a secret is removed from where it was stored', async t => {
  const kept = new Map([
    ['contoso', 's3cret'],
    ['other', 's3cret'],
  ])
  const keyring: Keyring = {
    get: async account => kept.get(account),
    set: async (account, secret) => void kept.set(account, secret),
    remove: async account => void kept.delete(account),
  }
  const environment = fakeEnvironment(t.testdir({}), {}, 'linux')
  const stored = await storeSecret('contoso', 's3cret', environment, noKeyring)
  await removeSecret(stored, keyring)
  t.notOk('file' in stored && existsSync(stored.file))
  await removeSecret({ keyring: 'contoso' }, keyring)
  t.strictSame([...kept.keys()], ['other'])
})
