import t from 'tap'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Sandbox } from '../../../src/sandbox/server/serve.ts'
import { started } from './started.ts'

const script = fileURLToPath(new URL('./sign-in-clients.ts', import.meta.url))

const run = async (sandbox: Sandbox, more: object = {}) => {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: sandbox.caFile }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', script, JSON.stringify({ ...sandbox, ...more })],
    { env },
  )
  return JSON.parse(stdout)
}

t.test("Microsoft's credentials, client and batch content work unchanged over https", async t => {
  const { sandbox } = await started(t, { tls: true })
  t.strictSame(await run(sandbox), { tokens: [3, 3], single: '/users', batch: [200, 200] })
  t.strictSame(await run({ ...sandbox, authorityUrl: sandbox.authorityUrl.replace('127.0.0.1', 'localhost') }), {
    tokens: [3, 3],
    single: '/users',
    batch: [200, 200],
  })
})

t.test("Microsoft's credentials report a wrong secret", async t => {
  const { sandbox } = await started(t, { tls: true })
  t.match(await run(sandbox, { wrong: true }), {
    error: 'AuthenticationRequiredError',
    message: /AADSTS7000215: Invalid client secret provided/,
  })
})

t.test('https and http can be served at once', async t => {
  const { sandbox } = await started(t, { tls: 'both' })
  t.match(sandbox, { baseUrl: /^https:/, httpUrl: /^http:/ })
  t.equal((await fetch(`${sandbox.httpUrl}/users`)).status, 401)
})
