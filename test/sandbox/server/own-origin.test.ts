import t from 'tap'
import { ownOrigin } from '../../../src/sandbox/server/own-origin.ts'

const origin = (asked: string | undefined, more: Partial<Parameters<typeof ownOrigin>[0]> = {}): string =>
  ownOrigin({ asked, scheme: 'https', listening: '127.0.0.1', local: '127.0.0.1', port: 8443, ...more })

t.test('a Host header that names the sandbox is used', async t => {
  t.equal(origin('127.0.0.1:8443'), 'https://127.0.0.1:8443')
  t.equal(origin('LocalHost:8443'), 'https://localhost:8443')
  t.equal(origin('[::1]:8443', { listening: '::1', local: '::1' }), 'https://[::1]:8443')
  t.equal(origin('graph.test:8443', { listening: 'graph.test', local: '10.0.0.5' }), 'https://graph.test:8443')
})

t.test('a Host header with another name or port is ignored, also behind a port mapping', async t => {
  for (const asked of ['evil.example', 'evil.example:8443', '127.0.0.1', '127.0.0.1:9', 'a@127.0.0.1:8443', undefined])
    t.equal(origin(asked), 'https://127.0.0.1:8443', String(asked))
  t.equal(origin('localhost:8443', { listening: 'graph.test', local: '10.0.0.5' }), 'https://graph.test:8443')
})

t.test('a sandbox that listens on all addresses uses the one that was reached', async t => {
  const everywhere = { listening: [0, 0, 0, 0].join('.'), local: '::ffff:10.0.0.5' }
  t.equal(origin('10.0.0.5:8443', everywhere), 'https://10.0.0.5:8443')
  t.equal(origin('localhost:8443', everywhere), 'https://localhost:8443')
  t.equal(origin('evil.example:8443', everywhere), 'https://10.0.0.5:8443')
})

t.test('the Host header may omit the default port', async t => {
  t.equal(origin('localhost', { scheme: 'http', port: 80 }), 'http://localhost')
  t.equal(origin('localhost', { port: 443 }), 'https://localhost')
  t.equal(origin('localhost', { scheme: 'http', port: 443 }), 'http://127.0.0.1:443')
})
