import t from 'tap'
import type { PageFault } from '../../../src/sandbox/protocol.ts'
import { asker, eventual, root, type Asked } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

const ids = ({ body }: Asked): readonly string[] => body.value.map((one: { id: string }) => one.id)
const next = ({ body }: Asked): string => body['@odata.nextLink']
const first = '/users?$select=id&$top=5'
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => guid(from + at))

/** The ids of all pages, the links, and whether the listing ended. */
const walk = async (ask: ReturnType<typeof asker>, url: string, faults: readonly (PageFault | undefined)[]) => {
  const pages: (readonly string[])[] = []
  const links = [`${root}${url}`]
  for (let at = 0; at < 12; at++) {
    const pageFault = faults[at]
    const reply = await ask(links.at(-1)!, pageFault ? { pageFault } : {})
    pages.push(ids(reply))
    if (!next(reply)) return { pages, links }
    links.push(next(reply))
  }
  throw new Error('The listing does not end.')
}

t.test('links have all options, and stay valid after a restart with the same key', async t => {
  const { directory } = smallTenant()
  const link = next(await asker(directory)(`${first}&$filter=department%20eq%20'Sales'`))
  t.match(link, `${root}/users?$select=id&$top=5&$filter=department%20eq%20'Sales'&$skiptoken=`)
  t.strictSame(ids(await asker(directory)(link)), [guid(11)])
  t.equal((await asker(directory, { key: 'another' })(link)).status, 400)
})

t.test('a changed token, one of another listing and an invalid one are refused', async t => {
  const ask = asker(smallTenant().directory)
  const link = next(await ask(first))
  const invalid = { code: 'Request_BadRequest', message: 'The specified page token value is invalid.' }
  const token = link.split('$skiptoken=')[1]!
  const flipped = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`
  t.strictSame((await ask(link.replace(token, flipped))).body, invalid)
  t.strictSame((await ask(`/groups?$select=id&$top=5&$skiptoken=${token}`)).body, invalid)
  t.strictSame((await ask(`/users?$select=id&$top=4&$skiptoken=${token}`)).body, invalid)
  t.strictSame((await ask(`/users?$top=5&$select=id&$skiptoken=${token}`)).body.value.length, 5)
  t.strictSame((await ask('/users?$skiptoken=x')).body, invalid)
})

t.test('an empty page has the count, and a link to where it would have begun', async t => {
  const ask = asker(smallTenant().directory)
  const { pages, links } = await walk(ask, first, ['emptyPage', undefined, 'emptyPage', 'emptyPage'])
  t.strictSame(pages, [[], numbered(1, 5), [], [], numbered(6, 10), numbered(11, 12)])
  t.equal(new Set(links).size, links.length)
  const counted = await ask(`${first}&$count=true`, { ...eventual, pageFault: 'emptyPage' })
  t.equal(counted.body['@odata.count'], 12)
})

t.test('a repeated link is the URL of the request itself, also at the end of the listing', async t => {
  const ask = asker(smallTenant().directory)
  t.equal(next(await ask('/users?$select=id', { pageFault: 'repeatedLink' })), `${root}/users?$select=id`)
  const link = next(await ask(first))
  t.equal(next(await ask(link, { pageFault: 'repeatedLink' })), link)
})

t.test('a duplicated page is repeated under another link, then the listing continues', async t => {
  const ask = asker(smallTenant().directory)
  const { pages, links } = await walk(ask, first, [undefined, 'duplicatedPage', undefined, 'duplicatedPage'])
  t.strictSame(pages, [numbered(1, 5), numbered(6, 10), numbered(6, 10), numbered(11, 12), numbered(11, 12)])
  t.equal(new Set(links).size, links.length)
})

t.test('an expired token is refused, and a request without a token is unaffected', async t => {
  const ask = asker(smallTenant().directory)
  const fault = { pageFault: 'expiredPageToken' } as const
  t.equal((await ask(first, fault)).status, 200)
  t.strictSame((await ask(next(await ask(first)), fault)).body, {
    code: 'Directory_ExpiredPageToken',
    message: 'The specified page token value has expired and can no longer be included in your request.',
  })
})

t.test('tokens of filtered listings expire, those of advanced queries and plain listings do not', async t => {
  let now = 0
  const ask = asker(smallTenant().directory, { knobs: { pageTokenLifeMs: 60_000 }, now: () => now })
  const filtered = `/users?$select=id&$top=2&$filter=accountEnabled eq true`
  const links = [
    next(await ask(filtered)),
    next(await ask(first)),
    next(await ask(`${filtered}&$count=true`, eventual)),
  ] as const
  now = 60_000
  t.equal((await ask(links[0])).status, 200)
  now = 60_001
  t.equal((await ask(links[0])).body.code, 'Directory_ExpiredPageToken')
  t.equal((await ask(links[1])).status, 200)
  t.equal((await ask(links[2], eventual)).status, 200)
})

t.test(
  'a link in the reply to a retried request is never found; a later request for that page gets a valid link',
  async t => {
    const ask = asker(smallTenant().directory)
    const lost = next(await ask(first, { pageFault: 'tokenGoneAfterRetry', retried: true }))
    t.equal((await ask(lost)).body.code, 'DirectoryPageTokenNotFoundException')
    t.equal((await ask(lost)).status, 400)
    t.strictSame(ids(await ask(next(await ask(first, { pageFault: 'tokenGoneAfterRetry' })))), numbered(6, 10))
  },
)

t.test('an object that exists throughout comes once in a listing that changes', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const one = await ask(first)
  mutate(directory, { do: 'create', kind: 'user', values: { id: guid(100), displayName: 'New' } }, 'test')
  const two = await ask(next(one))
  const three = await ask(next(two))
  t.strictSame([...ids(one), ...ids(two), ...ids(three)], [...numbered(1, 12), guid(100)])
})

t.test('the link of a query with spaces and non-ASCII characters is a valid URL', async t => {
  const { directory } = smallTenant()
  const { body } = await asker(directory)(
    "/users?$filter=displayName ne 'Zoë' and id ne 'x'&$count=true&$top=1",
    eventual,
  )
  const link = body['@odata.nextLink'] as string
  t.equal(new URL(link).href.split('?')[0], link.split('?')[0])
  t.match(link, /^[\x21-\x7e]+$/)
  t.equal(new URL(link).searchParams.get('$filter'), "displayName ne 'Zoë' and id ne 'x'")
})
