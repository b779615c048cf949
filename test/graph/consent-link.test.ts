import t from 'tap'
import { clouds } from '../../src/data/clouds.ts'
import { consentLink } from '../../src/graph/consent-link.ts'

t.test('the link has the host of the national cloud', async t => {
  const links = Object.values(clouds).map(({ authorityUrl }) => consentLink(authorityUrl, 'contoso.com', 'app'))
  const at = (host: string) => `https://${host}/contoso.com/adminconsent?client_id=app`
  t.strictSame(links, [
    at('login.microsoftonline.com'),
    at('login.microsoftonline.us'),
    at('login.microsoftonline.us'),
    at('login.chinacloudapi.cn'),
  ])
  t.equal(consentLink('http://127.0.0.1:1/', 'a b', 'c&d'), 'http://127.0.0.1:1/a%20b/adminconsent?client_id=c%26d')
})
