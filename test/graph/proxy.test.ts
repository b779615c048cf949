import t from 'tap'
import { proxyFor } from '../../src/graph/proxy.ts'

const graph = new URL('https://graph.microsoft.com/v1.0')
const with_ = (variables: Readonly<Record<string, string>>, url = graph) =>
  proxyFor(url, { variable: name => variables[name], cwd: '/', home: '/', tmp: '/', platform: 'linux' })

t.test('the proxy is read from the usual variables, in either case', async t => {
  t.equal(with_({}), undefined)
  t.equal(with_({ HTTPS_PROXY: 'http://proxy:3128' }), 'http://proxy:3128')
  t.equal(with_({ https_proxy: 'proxy:3128' }), 'http://proxy:3128')
  t.equal(with_({ ALL_PROXY: 'http://all:1' }), 'http://all:1')
  t.equal(with_({ HTTP_PROXY: 'http://plain:1' }), undefined)
  t.equal(with_({ HTTP_PROXY: 'http://plain:1' }, new URL('http://graph.contoso.com')), 'http://plain:1')
})

t.test('NO_PROXY excludes hosts, domains and ports', async t => {
  const excepted = (list: string) => with_({ HTTPS_PROXY: 'http://proxy', NO_PROXY: list }) === undefined
  for (const list of [
    '*',
    'graph.microsoft.com',
    '.microsoft.com',
    '*.microsoft.com',
    'microsoft.com',
    'a.b, GRAPH.microsoft.com:443',
  ])
    t.ok(excepted(list), list)
  for (const list of ['', 'soft.com', 'graph.microsoft.com:444', 'x.graph.microsoft.com']) t.notOk(excepted(list), list)
})

t.test('requests to this machine never go through a proxy', async t => {
  for (const host of [
    'https://127.0.0.1:8443',
    'https://localhost',
    'https://[::1]:1',
    'http://169.254.169.254/metadata',
  ])
    t.equal(with_({ ALL_PROXY: 'http://proxy' }, new URL(host)), undefined)
})
