import { readFileSync } from 'node:fs'
import t from 'tap'
import { createDispatcher } from '../../src/graph/dispatcher.ts'
import { authorityServer, granted, proxyServer } from './credentials/authority-server.ts'

t.test('requests go through the proxy, with its login, and trust the authorities given', async t => {
  const server = await authorityServer(t, () => granted())
  const proxy = await proxyServer(t, server.port)
  const dispatcher = createDispatcher({ proxy: proxy.url, ca: [readFileSync(server.caFile, 'utf8')] })
  t.teardown(() => dispatcher.destroy())
  const { statusCode, body } = await dispatcher.request({
    origin: 'https://login.test',
    path: '/token',
    method: 'POST',
  })
  await body.dump()
  t.strictSame(
    [statusCode, proxy.connects],
    [200, [{ host: 'login.test:443', login: `Basic ${Buffer.from('me:p@ss').toString('base64')}` }]],
  )
})

t.test('a server with an unknown certificate authority is not trusted', async t => {
  const server = await authorityServer(t, () => granted())
  const dispatcher = createDispatcher()
  t.teardown(() => dispatcher.destroy())
  await t.rejects(dispatcher.request({ origin: server.url, path: '/', method: 'GET' }), {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
})
