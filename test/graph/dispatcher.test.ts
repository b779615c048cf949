import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { failureOf } from '../../src/graph/failure.ts'
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

t.test('a failed handshake has sent nothing, and a connection that breaks later may have', async t => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', first =>
      first.toString('latin1').startsWith('GET ') ? socket.destroy() : socket.end('no TLS here'),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const dispatcher = createDispatcher()
  t.teardown(() => dispatcher.destroy())
  const failed = async (scheme: string) => {
    try {
      await dispatcher.request({ origin: `${scheme}://${host}`, path: '/', method: 'GET' })
    } catch (error) {
      const { sent, final } = failureOf(error)
      return { sent, final }
    }
    return undefined
  }
  t.strictSame(await failed('https'), { sent: false, final: true })
  t.strictSame(await failed('http'), { sent: true, final: undefined })
})
