import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sftpServerOf } from '../../src/tenants/sftp-server.ts'
import { fakeEnvironment } from './fake-environment.ts'

const hostKey = `SHA256:${'a'.repeat(43)}`

t.test('secrets of a server are read from where the configuration says, relative to it', async t => {
  const folder = t.testdir({})
  const environment = fakeEnvironment(folder, { PASSPHRASE: 'Quiet-Harbour-71' })
  const configure = (entry: object): void =>
    writeFileSync(join(folder, 'entrapipe.config.json'), JSON.stringify({ tenants: {}, sftp: { 'files:2022': entry } }))
  writeFileSync(join(folder, 'key'), 'the key\n', { mode: 0o600 })
  configure({ hostKey: `${hostKey}=`, privateKey: { file: 'key' }, passphrase: { env: 'PASSPHRASE' } })
  t.strictSame(await sftpServerOf('files:2022', environment), {
    hostKeys: [hostKey],
    stableMs: 10_000,
    privateKey: 'the key',
    passphrase: 'Quiet-Harbour-71',
  })
  configure({ hostKey })
  await t.rejects(sftpServerOf('files:2022', environment), {
    code: 'CONFIG_INVALID',
    message: /sftp\["files:2022"\] has neither privateKey nor password/,
  })
  await t.rejects(sftpServerOf('files', environment), { code: 'CONFIG_INVALID', message: /no entry for .* files\./ })
})
