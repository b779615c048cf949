import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))

for (const [signal, status] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)
  t.test(`${signal} ends a command whose stdin is silent, with ${status}`, async t => {
    const folder = t.testdir()
    const child = spawn(process.execPath, [binary, 'filter', 'a eq 1', '--quiet'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, ENTRAPIPE_STORE: join(folder, 'store') },
      stdio: 'pipe',
    })
    t.teardown(() => child.kill('SIGKILL'))
    let said = ''
    child.stderr.setEncoding('utf8').on('data', text => (said += text))
    const ended = once(child, 'close')
    child.stdin.on('error', () => undefined)
    child.stdin.write('{"a":1}\n')
    const [row] = (await once(child.stdout, 'data')) as [Buffer]
    t.equal(String(row), '{"a":1}\n')
    child.stdout.on('data', () => t.fail('nothing more is written, no trailer either'))
    child.kill(signal)
    t.strictSame(await ended, [status, null])
    t.match(said, signal === 'SIGTERM' ? /^entrapipe: Terminated\./ : /^entrapipe: Interrupted\./)
  })
