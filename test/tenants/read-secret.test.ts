import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Keyring } from '../../src/tenants/keyring.ts'
import { readSecret } from '../../src/tenants/read-secret.ts'
import { fakeEnvironment } from './fake-environment.ts'

const keyring: Keyring = {
  get: async account => (account === 'contoso' ? 'of the keyring' : undefined),
  set: async () => {},
  remove: async () => {},
}

t.test('a secret is read from the environment, the keyring or a file, without its last line break', async t => {
  const root = t.testdir({ secret: 'of the file\n', windows: 'of the file\r\n' })
  for (const name of ['secret', 'windows']) chmodSync(join(root, name), 0o600)
  const environment = fakeEnvironment(root, { SECRET: 'of the environment' })
  t.equal(await readSecret({ env: 'SECRET' }, environment, keyring), 'of the environment')
  t.equal(await readSecret({ keyring: 'contoso' }, environment, keyring), 'of the keyring')
  t.equal(await readSecret({ file: join(root, 'secret') }, environment, keyring), 'of the file')
  t.equal(await readSecret({ file: join(root, 'windows') }, environment, keyring), 'of the file')
})

t.test(
  'a file that others can read is refused, with the command that protects it',
  { skip: process.platform === 'win32' },
  async t => {
    const root = t.testdir({ secret: 'hunter2' })
    const path = join(root, 'secret')
    for (const mode of [0o640, 0o604, 0o660, 0o644, 0o620]) {
      chmodSync(path, mode)
      await t.rejects(readSecret({ file: path }, fakeEnvironment(root)), {
        code: 'SECRET_EXPOSED',
        exit: 2,
        message: `The secret file ${path} can be read by others (mode ${mode.toString(8)}).`,
        fix: `Run \`chmod 600 ${path}\`, and renew the secret if others have used this machine. In a container without other users, set ENTRAPIPE_SECRET_FILES=shared instead.`,
      })
    }
  },
)

t.test('a file of any mode is read if ENTRAPIPE_SECRET_FILES is shared', async t => {
  const path = join(t.testdir({ secret: 'hunter2' }), 'secret')
  chmodSync(path, 0o444)
  const read = (value: string) => readSecret({ file: path }, fakeEnvironment('.', { ENTRAPIPE_SECRET_FILES: value }))
  t.equal(await read('shared'), 'hunter2')
  await t.rejects(read('private'), { code: 'SECRET_EXPOSED' })
  await t.rejects(read('yes'), {
    code: 'CONFIG_INVALID',
    message: 'Expected ENTRAPIPE_SECRET_FILES to be private or shared, got "yes".',
  })
})

t.test('on Windows the mode of a file is not checked', async t => {
  const root = t.testdir({ secret: 'of the file' })
  chmodSync(join(root, 'secret'), 0o644)
  t.equal(await readSecret({ file: join(root, 'secret') }, fakeEnvironment(root, {}, 'win32')), 'of the file')
})

t.test('a missing secret is reported with the place where it was expected', async t => {
  const root = t.testdir({ empty: '', folder: {} })
  chmodSync(join(root, 'empty'), 0o600)
  const environment = fakeEnvironment(root)
  const missing = (message: string) => ({ code: 'SECRET_MISSING', exit: 2, message })
  await t.rejects(readSecret({ env: 'SECRET' }, environment), missing('The environment variable SECRET is not set.'))
  await t.rejects(readSecret({ keyring: 'x' }, environment, keyring), missing('The keyring has no secret for "x".'))
  await t.rejects(
    readSecret({ file: join(root, 'gone') }, environment),
    missing(`The secret file ${join(root, 'gone')} was not found.`),
  )
  await t.rejects(
    readSecret({ file: join(root, 'empty') }, environment),
    missing(`The secret file ${join(root, 'empty')} is empty.`),
  )
  await t.rejects(
    readSecret({ file: join(root, 'folder') }, environment),
    missing(`The secret file ${join(root, 'folder')} is not a file.`),
  )
})
