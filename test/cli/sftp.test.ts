import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { keyPair, sftpServer } from '../sources/files/sftp-server.ts'
import { commandBed } from './command-bed.ts'

const keys = keyPair()

t.test('a command changes the directory from a file on an SFTP server, and --config names the server', async t => {
  const server = await sftpServer(t, { publicKey: keys.public })
  const bed = await commandBed(t)
  await bed.run(
    'export',
    'users',
    '--tenant',
    'sandbox',
    '--select',
    'id',
    '--filter',
    'onPremisesSyncEnabled ne true',
    '--limit',
    '2',
    '--to',
    'users.csv',
  )
  const [, first, second] = bed.textOf('users.csv').split('\n')
  server.put('people-1.csv', `id,department\n${first},Night shift\n${second},Night shift\n`)
  bed.write('key', keys.private)
  chmodSync(join(bed.folder, 'key'), 0o644)
  const sftp = {
    [server.name]: { hostKey: server.hostKey, privateKey: { file: 'key' }, stableSeconds: 0 },
  }
  bed.write('servers.json', JSON.stringify({ tenants: {}, sftp }))
  const from = `sftp://hr@${server.name}/out/people-*.csv`
  const argv = ['--config', 'servers.json', 'users', 'update', '--tenant', 'sandbox', '--from', from, '--dry-run']
  const exposed = await bed.run(...argv)
  t.equal(exposed.status, 2)
  t.match(exposed.stderr, /key can be read by others/)
  chmodSync(join(bed.folder, 'key'), 0o600)
  const ran = await bed.run(...argv)
  t.equal(ran.status, 0, ran.stderr)
  t.match(ran.stderr, '2 rows: 2 to be sent')
  const missing = await bed.run(...argv.slice(2))
  t.match(missing.stderr, 'The configuration has no entry for the SFTP server')
  t.equal(missing.status, 2)
})
