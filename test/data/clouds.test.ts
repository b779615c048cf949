import t from 'tap'
import { authorityHosts, clouds } from '../../src/data/clouds.ts'

t.test('every cloud has its own Graph', async t => {
  const roots = Object.values(clouds).map(cloud => cloud.graphUrl)
  t.equal(new Set(roots).size, 4)
})

t.test('a Graph root and an authority are origins, to which paths are appended', async t => {
  for (const { graphUrl, authorityUrl } of Object.values(clouds))
    t.strictSame([new URL(graphUrl).origin, new URL(authorityUrl).origin], [graphUrl, authorityUrl])
})

t.test('the authority of each cloud is a known host, and other hosts are unknown', async t => {
  for (const { authorityUrl } of Object.values(clouds))
    t.ok(authorityHosts.has(new URL(authorityUrl).host), authorityUrl)
  t.notOk(authorityHosts.has('login.contoso.com'))
})
