import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createGraph } from '../../src/graph/create-graph.ts'
import { secret } from '../../src/graph/credentials/secret.ts'
import { createDispatcher } from '../../src/graph/dispatcher.ts'
import type { GraphEvent } from '../../src/graph/events.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { fakeClock } from '../fake-clock.ts'
import { settingOf } from './credentials/authority-server.ts'
import { appId, credentialOf, makeToken, tenant } from './fixtures.ts'

/** A proxy that refuses every CONNECT. Answers its `host:port`. */
const refusingProxy = async (t: Test, status: number, headers: readonly string[] = []): Promise<string> => {
  const server = createServer().on('connect', (_request, socket) => {
    socket.on('error', () => {})
    socket.end([`HTTP/1.1 ${status} No`, 'Content-Length: 0', ...headers, '', ''].join('\r\n'))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const deadProxy = async (): Promise<string> => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return `127.0.0.1:${port}`
}

const signIn = (proxy: string) => {
  const { caFile: _none, ...setting } = settingOf(
    { url: 'https://login.microsoftonline.com', caFile: '' },
    { HTTPS_PROXY: proxy },
  )
  return secret({ clientId: appId, secret: 's3cret' }, setting).token()
}

/** Asks Graph with a token at hand. */
const ask = async (t: Test, proxy: string) => {
  const { clock, slept } = fakeClock()
  const events: GraphEvent[] = []
  const dispatcher = createDispatcher({ proxy })
  t.teardown(() => dispatcher.destroy())
  const graph = createGraph({
    tenant,
    rootUrl: 'https://graph.microsoft.com/v1.0',
    credential: credentialOf([makeToken()]),
    budget: memoryBudget(clock),
    quotas: {},
    clock,
    dispatcher,
    onEvent: event => events.push(event),
  })
  const asked = await graph.request({ method: 'GET', url: '/users' }).then(
    () => undefined,
    (error: unknown) => error as Error,
  )
  return { error: asked, slept, events }
}

t.test('a proxy that requires a login is named once, with the setting to change', async t => {
  const address = await refusingProxy(t, 407, ['Proxy-Authenticate: Basic realm="corp"'])
  const wanted = {
    code: 'SIGN_IN_FAILED',
    fix: new RegExp(`HTTPS_PROXY to http://user:password@${address} in the environment`),
    facts: { proxy: address },
  }
  await t.rejects(signIn(`http://${address}`), {
    ...wanted,
    message: `Signing in at login.microsoftonline.com failed: the proxy ${address} requires a user name and password.`,
  })
  const { error, slept } = await ask(t, `http://${address}`)
  t.match(error, {
    ...wanted,
    message: `graph.microsoft.com could not be reached for GET /users of tenant "contoso": the proxy ${address} requires a user name and password.`,
  })
  t.strictSame(slept, [], 'a retry cannot succeed')
})

t.test('a login refused by the proxy is reported without the login', async t => {
  const address = await refusingProxy(t, 407, ['Proxy-Authenticate: Basic realm="corp"'])
  const { error } = await ask(t, `http://me:p4ss@${address}`)
  t.match(error, { code: 'SIGN_IN_FAILED', message: /does not accept the user name and password in HTTPS_PROXY/ })
  t.notMatch(JSON.stringify(error), /p4ss/)
})

t.test('an unsupported proxy authentication method is named', async t => {
  const address = await refusingProxy(t, 407, ['Proxy-Authenticate: Negotiate', 'Proxy-Authenticate: NTLM'])
  const { error } = await ask(t, `http://me:p4ss@${address}`)
  t.match(error, { code: 'SIGN_IN_FAILED', message: /requires a sign-in \(Negotiate, NTLM\) that is not supported/ })
})

t.test('a proxy that denies access to the host is not retried', async t => {
  const address = await refusingProxy(t, 403)
  const { error, slept } = await ask(t, `http://${address}`)
  t.match(error, { code: 'GRAPH_UNAVAILABLE', message: new RegExp(`proxy ${address} answers 403`), fix: /NO_PROXY/ })
  t.strictSame(slept, [])
})

t.test('an unreachable proxy is blamed instead of the host behind it', async t => {
  const address = await deadProxy()
  const wanted = { code: 'GRAPH_UNAVAILABLE', fix: /HTTPS_PROXY/, facts: { proxy: address } }
  const message = new RegExp(`the proxy ${address} cannot be reached: nothing listens there \\(connection refused\\)`)
  await t.rejects(signIn(`http://${address}`), { ...wanted, message })
  const { error, slept } = await ask(t, `http://${address}`)
  t.match(error, { ...wanted, message })
  t.ok(slept.reduce((sum, ms) => sum + ms, 0) <= 15_000, 'as long as for a host that was never reached')
})

t.test('an invalid proxy address is an error in the environment, and is not quoted', async t => {
  t.throws(() => createDispatcher({ proxy: 'http://me:p4ss@:99999' }), {
    code: 'CONFIG_INVALID',
    message: 'HTTPS_PROXY in the environment is not a proxy address.',
  })
})
