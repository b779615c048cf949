import t, { type Test } from 'tap'
import { ownerIsGone, readListings } from '../../src/graph/read-listings.ts'
import { refused, scene } from './fixtures.ts'
import type { Asked, Scripted } from './scripted-server.ts'

const url = (user: string): string => `/users/${user}/memberOf`
const ids = (...all: readonly string[]) => all.map(id => ({ id }))

/** What a directory returns: the pages of each user's list. A page after the last one is a refusal. */
type Pages = Readonly<Record<string, readonly (readonly { readonly id: string }[] | Scripted)[]>>

const isPage = (answer: Pages[string][number]): answer is readonly { readonly id: string }[] => Array.isArray(answer)

/** A directory with these lists, in batches and alone. */
const directory = async (t: Test, lists: Pages) => {
  const answer = (link: string): Scripted => {
    const [path, skip = '0'] = link.replace(/^\/v1\.0/, '').split('?$skiptoken=') as [string, string?]
    const pages = lists[path.split('/')[2]!] ?? []
    const page = pages[Number(skip)] ?? refused(404, 'Request_ResourceNotFound')
    if (!isPage(page)) return page
    const next = Number(skip) + 1
    return {
      body: {
        value: page,
        ...(next < pages.length && {
          '@odata.nextLink': `https://graph.microsoft.com/v1.0${path}?$skiptoken=${next}`,
        }),
      },
    }
  }
  const bed = await scene(t, ({ url: link, body }: Asked): Scripted =>
    link.endsWith('/$batch')
      ? {
          body: {
            responses: (body as { requests: readonly { id: string; url: string }[] }).requests.map(one => ({
              id: one.id,
              status: 200,
              ...answer(one.url),
            })),
          },
        }
      : local(answer(link), bed.rootUrl),
  )
  return bed
}

/** A link in a batch names Graph; one that was asked for alone names the server. */
const local = (answer: Scripted, rootUrl: string): Scripted => ({
  ...answer,
  body: JSON.parse(JSON.stringify(answer.body).replaceAll('https://graph.microsoft.com/v1.0', rootUrl)) as unknown,
})

t.test('lists that fit in one page are read in one round trip, in the order of the links', async t => {
  const { graph, asked } = await directory(t, { ann: [ids('a', 'b')], bob: [[]], cem: [ids('c')] })
  t.strictSame(await readListings({ graph }, ['cem', 'ann', 'bob', 'ann'].map(url)), [
    ids('c'),
    ids('a', 'b'),
    [],
    ids('a', 'b'),
  ])
  t.equal(asked.length, 1)
  t.strictSame(await readListings({ graph }, []), [])
})

t.test('a short or an empty page with a next link is not the end', async t => {
  const { graph } = await directory(t, {
    short: [ids('a'), ids('b'), ids('c')],
    empty: [[], [], ids('d')],
    last: [ids('e'), []],
  })
  t.strictSame(await readListings({ graph }, ['short', 'empty', 'last'].map(url)), [
    ids('a', 'b', 'c'),
    ids('d'),
    ids('e'),
  ])
})

t.test('headers go with the requests of a batch, and with those of later pages', async t => {
  const { graph, asked } = await directory(t, { ann: [ids('a'), ids('b')] })
  const headers = { ConsistencyLevel: 'eventual' }
  t.strictSame(await readListings({ graph, headers }, [url('ann')]), [ids('a', 'b')])
  t.match(asked[0]!.body, { requests: [{ headers }] })
  const alone = asked.slice(1).map(one => one.headers['consistencylevel'])
  t.strictSame(alone, ['eventual', 'eventual'])
})

t.test('an object that two pages have is there once', async t => {
  const { graph } = await directory(t, { ann: [ids('a', 'b'), ids('b', 'c')] })
  t.strictSame(await readListings({ graph }, [url('ann')]), [ids('a', 'b', 'c')])
})

t.test('an owner that does not exist has no list only if that is expected', async t => {
  const { graph } = await directory(t, { ann: [ids('a')] })
  t.strictSame(await readListings({ graph }, ['nobody', 'ann'].map(url), ownerIsGone), [undefined, ids('a')])
  await t.rejects(readListings({ graph }, ['ann', 'nobody'].map(url)), { code: 'GRAPH_NOT_FOUND' })
})

t.test('an owner that is deleted between two pages has no list', async t => {
  const { graph } = await directory(t, {
    ann: [ids('a'), refused(404, 'Request_ResourceNotFound')],
    bob: [ids('b')],
  })
  t.strictSame(await readListings({ graph }, ['ann', 'bob'].map(url), ownerIsGone), [undefined, ids('b')])
})

t.test(
  'the refusal of one list is an error that names what is not permitted, on the first page and on a later one',
  async t => {
    const no = refused(403, 'Authorization_RequestDenied', 'Insufficient privileges.')
    const { graph } = await directory(t, { ann: [ids('a')], first: [no], later: [ids('a'), no] })
    for (const user of ['first', 'later'])
      await t.rejects(readListings({ graph }, ['ann', user].map(url), ownerIsGone), {
        code: 'NOT_PERMITTED',
        facts: { path: url(user) },
      })
    t.strictSame(await readListings({ graph }, ['later', 'ann'].map(url), () => true), [undefined, ids('a')])
  },
)
