import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import t from 'tap'
import { launcher, started } from '../../programs/started.ts'

/** More than a pipe holds: what is not waited for is cut off. */
const tenants = Object.fromEntries(
  Array.from({ length: 3_000 }, (_, at) => [
    `tenant-${at}`,
    {
      tenantId: `${at}.onmicrosoft.com`,
      clientId: '66666666-7777-8888-9999-000000000000',
      credential: { kind: 'azure-cli' },
    },
  ]),
)
const config = { 'entrapipe.config.json': JSON.stringify({ tenants }) }

t.test('all output arrives, however long it is', async t => {
  const folder = t.testdir(config)
  const json = await started(folder, 'tenants', 'list', '--json')
  t.equal(json.status, 0)
  t.strictSame(
    (JSON.parse(json.stdout) as { tenants: { name: string }[] }).tenants.map(({ name }) => name),
    Object.keys(tenants),
  )
  const lines = await started(folder, 'tenants', 'list')
  t.equal(lines.stdout.trimEnd().split('\n').length, 3_000)
})

t.test('an error arrives completely, however long it is', async t => {
  const id = 'x'.repeat(100_000)
  const { status, stdout, stderr } = await started(t.testdir({}), 'runs', 'show', id, '--json')
  t.strictSame([status, stdout], [2, ''])
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string } }
  t.equal(error.code, 'RUN_UNKNOWN')
  t.match(error.message, id)
})

for (const argv of [['tenants', 'list', '--json'], ['tenants', 'list'], ['--help'], ['completion', 'bash']])
  t.test(`${argv.join(' ')}: a reader that closes at once is not a failure`, async t => {
    const child = spawn(process.execPath, [launcher, ...argv], {
      cwd: t.testdir(config),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', chunk => (stderr += String(chunk)))
    t.strictSame(await once(child, 'close'), [0, null])
    t.notMatch(stderr, /EPIPE|bug in/)
  })

for (const argv of [['tenants', 'list', '--json'], ['--help']])
  t.test(`${argv.join(' ')}: a full disk is reported`, { skip: !existsSync('/dev/full') }, async t => {
    const child = spawn(process.execPath, [launcher, ...argv], {
      cwd: t.testdir(config),
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    let stderr = ''
    child.stderr!.on('data', chunk => (stderr += String(chunk)))
    t.strictSame(await once(child, 'close'), [1, null])
    t.match(stderr, /The disk is full/)
  })
