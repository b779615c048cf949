import { Agent, request } from 'undici'
import { generate } from 'selfsigned'
import t from 'tap'
import { clientName, hostsOf, isLoopback, proxiesIn } from '../../../src/api/guards/hosts.ts'
import { serverBed } from '../server-bed.ts'

const certificate = () =>
  generate([{ name: 'commonName', value: 'jobs.contoso.com' }], {
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'jobs.contoso.com' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })

t.test('only this machine reaches addresses of loopback', async t => {
  for (const host of ['127.0.0.1', '127.8.9.1', 'localhost', '::1']) t.ok(isLoopback(host), host)
  for (const host of ['192.0.2.1', 'fd00::1', '10.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example', ''])
    t.notOk(isLoopback(host), host)
})

t.test('with TLS the names of the certificate are those of the server', async t => {
  const { cert } = await certificate()
  const hosts = hostsOf({ host: '192.0.2.1', cert, isBehindProxy: false })
  for (const host of ['jobs.contoso.com', 'JOBS.contoso.com:8443', '127.0.0.1:8443'])
    t.ok(hosts.accepts(host, 8443), host)
  for (const host of ['evil.example', 'contoso.com', '10.0.0.1', '', undefined])
    t.notOk(hosts.accepts(host, 8443), host ?? 'none')
  t.equal(clientName('192.0.2.1', cert), 'jobs.contoso.com', 'clients are told one of them')
  t.equal(clientName('127.0.0.1', cert), '127.0.0.1')
  t.equal(clientName('127.0.0.1'), '127.0.0.1')
})

t.test('a proxy is one of its range, and a range that is none is refused', async t => {
  const isProxy = proxiesIn(['10.0.0.0/8', '192.168.1.7', 'fd00::/8'])
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.168.1.7', 'fd12::1']) t.ok(isProxy(address), address)
  for (const address of ['11.0.0.1', '192.168.1.8', '::1', '::ffff:11.0.0.1', '']) t.notOk(isProxy(address), address)
  for (const range of ['', 'all', '10.0.0.0/33', '10.0.0.0/0', '10.0.0/8', '10.0.0.0/8/8', 'fd00::/129'])
    t.throws(() => proxiesIn([range]), { code: 'OPTION_INVALID' }, range)
})

t.test('over TLS the session cookie is for this host alone, and browsers stay with TLS', async t => {
  const { cert, private: key } = await certificate()
  const bed = await serverBed(t, { tls: { cert, key }, isSandboxOnly: true })
  t.match(bed.link, /^https:/, 'a sign-in is needed: who has the certificate means others to come')
  const dispatcher = new Agent({ connect: { ca: cert } })
  t.teardown(() => dispatcher.close())
  const { statusCode, headers } = await request(bed.link!, { dispatcher })
  t.equal(statusCode, 303)
  t.match(headers['set-cookie'], /^__Host-entrapipe=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  t.match(headers['strict-transport-security'], /max-age=/)
})

t.test('behind a proxy nobody else is answered', async t => {
  const bed = await serverBed(t, { behindProxy: ['10.0.0.0/8'] })
  const { status, problem } = await bed.call('GET', '/api/me')
  t.strictSame([status, problem.code, problem.detail], [403, 'NOT_ALLOWED', 'The server only answers its proxy.'])
  const proxied = await serverBed(t, { behindProxy: ['127.0.0.0/8'] })
  const headers = {
    'x-forwarded-host': 'jobs.contoso.com',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.7',
  }
  t.equal((await proxied.call('GET', '/api/me', { headers })).status, 200)
})
