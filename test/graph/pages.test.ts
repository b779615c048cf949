import t from 'tap'
import type { GraphPage } from '../../src/core/graph.ts'
import type { JsonRows } from '../../src/core/json-rows.ts'
import { refused, scene, throttled } from './fixtures.ts'
import type { Asked, Scripted } from './scripted-server.ts'

const root = (asked: Asked) => `http://${asked.headers.host}/v1.0`
const page =
  (ids: string[], next?: string): ((asked: Asked) => Scripted) =>
  asked => ({
    body: { value: ids.map(id => ({ id })), ...(next !== undefined && { '@odata.nextLink': root(asked) + next }) },
  })
const answer = (scripted: Scripted) => () => scripted
/** A script whose answers depend on the host that the client talks to. */
const script = (steps: readonly ((asked: Asked) => Scripted)[]) => (asked: Asked, nth: number) =>
  steps[nth]?.(asked) ?? { status: 400, body: 'the script is over', headers: { 'content-type': 'text/plain' } }

type Seen = { ids: string[]; next?: string; safe?: string }
const all = async (pages: AsyncIterable<GraphPage<{ id: string }>>): Promise<Seen[]> => {
  const seen: Seen[] = []
  for await (const { values, next, safe } of pages)
    seen.push({
      ids: values.map(value => value.id),
      ...(next !== undefined && { next }),
      ...(safe !== undefined && { safe }),
    })
  return seen
}

t.test('links are followed byte for byte with the same headers, and returned without their host', async t => {
  const second = "/users?$top=2&$skiptoken=X'44%2f'&%24select=id"
  const { graph, asked } = await scene(
    t,
    script([page(['a', 'b'], second), page([], '/users?$skiptoken=3'), page(['c'])]),
  )
  const seen = await all(graph.pages('/users?$top=2', { headers: { ConsistencyLevel: 'eventual' } }))
  t.strictSame(seen, [
    { ids: ['a', 'b'], next: second, safe: second },
    { ids: [], next: '/users?$skiptoken=3', safe: '/users?$skiptoken=3' },
    { ids: ['c'] },
  ])
  t.strictSame(
    asked.map(one => one.url),
    ['/v1.0/users?$top=2', `/v1.0${second}`, '/v1.0/users?$skiptoken=3'],
  )
  t.strictSame(
    asked.map(one => one.headers['consistencylevel']),
    ['eventual', 'eventual', 'eventual'],
  )
})

t.test('the count and the delta link are returned', async t => {
  const { graph } = await scene(t, asked => ({
    body: { '@odata.count': 7, '@odata.deltaLink': `${root(asked)}/users/delta?$deltatoken=x`, value: [] },
  }))
  const pages = []
  for await (const one of graph.pages('/users/delta')) pages.push(one)
  t.strictSame(pages, [{ values: [], count: 7, delta: '/users/delta?$deltatoken=x' }])
})

t.test('one page is fetched ahead while the reader works, never two', async t => {
  const { graph, asked } = await scene(t, (one, nth) => page([`${nth}`], `/users?$skiptoken=${nth + 1}`)(one))
  const pages = graph.pages('/users')[Symbol.asyncIterator]()
  await pages.next()
  while (asked.length < 2) await new Promise(resolve => setImmediate(resolve))
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
  t.equal(asked.length, 2)
  await pages.return?.()
})

const many = (from: number) => Array.from({ length: 400 }, (_, at) => `${from + at}-${'x'.repeat(1000)}`)

t.test('a large page is returned in pieces, and its other properties with the last piece', async t => {
  const { graph } = await scene(t, script([page(many(0), '/users?$skiptoken=2'), page(['z'])]))
  const pieces = []
  for await (const piece of graph.pages<{ id: string }>('/users')) pieces.push(piece)
  t.ok(pieces.length > 3)
  t.strictSame(
    pieces.flatMap(({ values }) => values.map(({ id }) => id)),
    [...many(0), 'z'],
  )
  for (const piece of pieces.slice(0, -2)) t.strictSame(Object.keys(piece).sort(), ['unfinished', 'values'])
  t.match(pieces.at(-2), { unfinished: undefined, next: '/users?$skiptoken=2', safe: '/users?$skiptoken=2' })
})

const brokenWithin = (asked: Asked): Scripted => {
  const text = JSON.stringify(page(many(0), '/users?$skiptoken=2')(asked).body)
  return { body: text.replace('"200-', '"200-\u0000'), headers: { 'content-type': 'application/json' } }
}

t.test(
  'pages may come unparsed, with the ids of their values, and stay as they are while the next ones are read',
  async t => {
    const users = (from: number) =>
      Array.from({ length: 2_000 }, (_, at) => ({ id: `${from + at}`, displayName: 'Zoë '.repeat(40) }))
    const { graph } = await scene(t, (asked, nth) => ({
      body: {
        value: users(nth * 2_000),
        ...(nth < 3 && { '@odata.nextLink': `${root(asked)}/users?$skiptoken=${nth + 1}` }),
      },
    }))
    const kept: JsonRows[] = []
    for await (const { values, json } of graph.pages('/users', { unparsed: 'id' })) {
      t.strictSame(values, [])
      kept.push(json!)
    }
    const all = users(0).length * 4
    t.strictSame(
      kept.flatMap(({ count, key }) => Array.from({ length: count }, (_, row) => key(row))),
      Array.from({ length: all }, (_, at) => `${at}`),
    )
    t.strictSame(
      kept.flatMap(json => json.rows()),
      [0, 1, 2, 3].flatMap(nth => users(nth * 2_000)).map(value => ({ key: value.id, value })),
    )
  },
)

t.test('a page that is malformed inside is requested again, and its rows are repeated', async t => {
  const { graph, asked, events } = await scene(t, one =>
    /skiptoken/.test(one.url)
      ? page(['z'])(one)
      : asked.filter(({ url }) => url === one.url).length < 3
        ? brokenWithin(one)
        : page(many(0), '/users?$skiptoken=2')(one),
  )
  const ids = (await all(graph.pages('/users'))).flatMap(one => one.ids)
  t.strictSame([...new Set(ids)], [...many(0), 'z'])
  t.ok(ids.length > 401, 'some rows were repeated')
  t.strictSame(
    events.map(event => (event.kind === 'retry' ? event.why : event.kind)).filter(why => why !== 'signed-in'),
    Array.from({ length: 2 }, () => 'the reply is truncated or not JSON'),
  )
})

t.test('a page that stays malformed ends the listing, and the error quotes none of its content', async t => {
  const { graph } = await scene(t, brokenWithin)
  const error = await all(graph.pages('/users')).catch((error: unknown) => error)
  t.match(error, {
    code: 'GRAPH_UNAVAILABLE',
    message: 'A page of /users cannot be read: the reply is truncated or not JSON. Try again later.',
  })
  t.notMatch(JSON.stringify([error, (error as Error).message]), /xxx/)
})

t.test('a repeated link ends the listing with an error', async t => {
  const { graph } = await scene(t, script([page(['a'], '/users?$skiptoken=2'), page(['b'], '/users?$skiptoken=2')]))
  await t.rejects(all(graph.pages('/users')), { code: 'GRAPH_LINK_REPEATED', facts: { path: '/users' } })
  const { graph: other } = await scene(t, script([page(['a'], '/users')]))
  await t.rejects(all(other.pages('/users')), { code: 'GRAPH_LINK_REPEATED' })
})

t.test('a link to another origin is refused, and nothing is sent there', async t => {
  const { graph, asked } = await scene(t, [
    { body: { value: [], '@odata.nextLink': 'https://evil.example/v1.0/users?$skiptoken=2' } },
  ])
  await t.rejects(all(graph.pages('/users')), { code: 'GRAPH_LINK_FOREIGN', facts: { got: 'https://evil.example' } })
  t.equal(asked.length, 1)
  await t.rejects(all(graph.pages('https://evil.example/v1.0/users')), { code: 'GRAPH_LINK_FOREIGN' })
})

t.test('a link from a retried reply is followed, but gives no position', async t => {
  const { graph } = await scene(
    t,
    script([
      page(['a'], '/users?$skiptoken=2'),
      answer(throttled('1')),
      page(['b'], '/users?$skiptoken=3'),
      page(['c']),
    ]),
  )
  t.strictSame(await all(graph.pages('/users')), [
    { ids: ['a'], next: '/users?$skiptoken=2', safe: '/users?$skiptoken=2' },
    { ids: ['b'], next: '/users?$skiptoken=3' },
    { ids: ['c'] },
  ])
})

t.test('a missing page token sends the listing back to its last safe link', async t => {
  const gone = answer(refused(400, 'DirectoryPageTokenNotFoundException'))
  const { graph, asked, events } = await scene(
    t,
    script([
      page(['a'], '/users?$skiptoken=2'),
      answer({ status: 503 }),
      page(['b'], '/users?$skiptoken=3'),
      gone,
      page(['b'], '/users?$skiptoken=3'),
      page(['c']),
    ]),
  )
  t.strictSame(
    (await all(graph.pages('/users'))).map(one => one.ids),
    [['a'], ['b'], ['b'], ['c']],
  )
  t.strictSame(
    asked.map(one => one.url.slice(-1)),
    ['s', '2', '2', '3', '2', '3'],
  )
  t.strictSame(events.at(-1), { kind: 'back', path: '/users', to: 'link', why: 'DirectoryPageTokenNotFoundException' })
})

t.test('an expired page token restarts the listing, at the given link', async t => {
  const expired = answer(refused(400, 'Directory_ExpiredPageToken'))
  const { graph, asked } = await scene(
    t,
    script([
      page(['b'], '/users?$skiptoken=3'),
      expired,
      page(['a'], '/users?$skiptoken=2'),
      page(['b'], '/users?$skiptoken=3'),
      page(['c']),
    ]),
  )
  const seen = await all(graph.pages('/users?$skiptoken=2', { restart: '/users?$top=1' }))
  t.strictSame(
    seen.map(one => one.ids),
    [['b'], ['a'], ['b'], ['c']],
  )
  t.equal(asked[2]?.url, '/v1.0/users?$top=1')
})

t.test('a page token that is gone by the words of other services restarts the listing, too', async t => {
  for (const message of ['Invalid Skip Token', 'Token not found: token is either invalid or expired']) {
    const gone = answer({ status: 400, body: { error: { code: '', message } } })
    const { graph, asked } = await scene(
      t,
      script([page(['a'], '/users?$skiptoken=2'), gone, page(['a'], '/users?$skiptoken=3'), page(['b'])]),
    )
    const seen = await all(graph.pages('/users?$top=1'))
    t.strictSame(seen.map(one => one.ids), [['a'], ['a'], ['b']], message) // prettier-ignore
    t.equal(asked[2]?.url, '/v1.0/users?$top=1')
  }
})

t.test('a page after which values are repeated says how many', async t => {
  const repeatsOf = async (pages: AsyncIterable<GraphPage<unknown>>) => {
    const found: unknown[] = []
    for await (const { values, repeats } of pages) found.push([values.length, repeats])
    return found
  }
  const gone = answer(refused(404, 'DirectoryPageTokenNotFoundException'))
  const back = await scene(
    t,
    script([
      page(['a', 'b'], '/users?$skiptoken=2'),
      answer({ status: 503 }),
      page(['c', 'd', 'e'], '/users?$skiptoken=3'),
      gone,
      page(['c', 'd', 'e'], '/users?$skiptoken=3'),
      page(['f']),
    ]),
  )
  t.strictSame(await repeatsOf(back.graph.pages('/users')), [
    [2, undefined],
    [3, undefined],
    [3, 3],
    [1, undefined],
  ])
  const expired = answer(refused(400, 'Directory_ExpiredPageToken'))
  const over = await scene(t, script([page(['a', 'b'], '/users?$skiptoken=2'), expired, page(['a', 'b'])]))
  t.strictSame(await repeatsOf(over.graph.pages('/users')), [
    [2, undefined],
    [2, 'all'],
  ])
})

t.test('a listing that keeps expiring fails', async t => {
  const { graph, asked } = await scene(t, (one, nth) =>
    nth % 2 === 0 ? page(['a'], '/users?$skiptoken=2')(one) : refused(400, 'Directory_ExpiredPageToken', 'Expired.'),
  )
  await t.rejects(all(graph.pages('/users')), { code: 'GRAPH_REFUSED', facts: { code: 'Directory_ExpiredPageToken' } })
  t.equal(asked.length, 12)
})

t.test('an expired delta is reported to the reader; any other listing restarts', async t => {
  const gone = refused(410, 'syncStateNotFound')
  const { graph } = await scene(t, [gone])
  await t.rejects(all(graph.pages('/users/delta?$deltatoken=x', { restart: '/users/delta' })), {
    code: 'GRAPH_REFUSED',
    facts: { status: 410 },
  })
  const { graph: plain } = await scene(t, script([page(['a'], '/users?$skiptoken=2'), answer(gone), page(['a'])]))
  t.strictSame(
    (await all(plain.pages('/users'))).map(one => one.ids),
    [['a'], ['a']],
  )
})

t.test('a refused listing reports the reason', async t => {
  const { graph } = await scene(t, [refused(403, 'Authorization_RequestDenied')])
  await t.rejects(all(graph.pages('/users')), { code: 'NOT_PERMITTED' })
  const { graph: odd } = await scene(t, [{ body: { id: 'me' } }])
  await t.rejects(all(odd.pages('/me')), { code: 'GRAPH_REFUSED', message: /is not a collection/ })
})

t.test('an abort ends the listing at once, even during a wait', async t => {
  const controller = new AbortController()
  const { graph } = await scene(t, (one, nth) =>
    nth === 0 ? page(['a'], '/users?$skiptoken=2')(one) : { silent: true },
  )
  const reason = new Error('stop')
  const pages = graph.pages('/users', { signal: controller.signal })[Symbol.asyncIterator]()
  t.equal((await pages.next()).done, false)
  const next = pages.next()
  controller.abort(reason)
  await t.rejects(next, reason)
})

t.test('a reader that stops early leaves no pending request', async t => {
  const { graph } = await scene(t, (one, nth) =>
    nth === 0 ? page(['a'], '/users?$skiptoken=2')(one) : { silent: true },
  )
  for await (const _ of graph.pages('/users')) break
  while (graph.usage().inFlight > 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(graph.usage().inFlight, 0)
})

t.test('a page whose link is not text is requested again, and never counts as the last page', async t => {
  const odd = (link: unknown) => () => ({ body: { value: [{ id: 'a' }], '@odata.nextLink': link } })
  const { graph } = await scene(
    t,
    script([odd(7), odd(null), odd(''), page(['a'], '/users?$skiptoken=2'), page(['b'])]),
  )
  t.strictSame(
    (await all(graph.pages('/users'))).map(one => one.ids),
    [['a'], ['b']],
  )
  const { graph: other } = await scene(t, odd({}))
  await t.rejects(all(other.pages('/users')), {
    code: 'GRAPH_UNAVAILABLE',
    message: /: @odata\.nextLink of the reply is not a link/,
  })
})

t.test('a page that is not UTF-8 is requested again, and no letter of it is lost', async t => {
  const { graph } = await scene(t, (_, nth) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"value":[{"id":"Zoë"}]}', nth < 2 ? 'latin1' : 'utf8'),
  }))
  t.strictSame(await all(graph.pages('/users')), [{ ids: ['Zoë'] }])
})

t.test('a page with a value that is not an object ends the listing, and the error says so', async t => {
  const { graph } = await scene(t, () => ({ body: { value: [{ id: 'a' }, null] } }))
  await t.rejects(all(graph.pages('/users')), {
    code: 'GRAPH_UNAVAILABLE',
    message: 'A page of /users cannot be read: a value in the reply is not an object. Try again later.',
  })
})

t.test('new links without new objects end the listing', async t => {
  const { graph, asked } = await scene(t, (one, nth) =>
    page(nth < 3 ? [`${nth}`] : [], `/users?$skiptoken=${nth}`)(one),
  )
  await t.rejects(all(graph.pages('/users')), {
    code: 'GRAPH_LINK_REPEATED',
    facts: { path: '/users', pages: 1_004, without: 1_001 },
  })
  t.ok(asked.length <= 1_005, `${asked.length}`)
  const { graph: same } = await scene(t, (one, nth) => page(['a'], `/users?$skiptoken=${nth}`)(one))
  // Also if the reader does not count objects, as for a delta link.
  for (const options of [{ distinct: () => 1 }, {}]) {
    const repeats = same.pages('/users', options)
    await t.rejects(all(repeats as AsyncIterable<GraphPage<{ id: string }>>), {
      code: 'GRAPH_LINK_REPEATED',
      facts: { pages: 1_002, without: 1_001 },
    })
  }
})

t.test('a page token that is missing at the last safe link restarts the listing', async t => {
  const gone = answer(refused(400, 'DirectoryPageTokenNotFoundException'))
  const { graph, asked, events } = await scene(
    t,
    script([page(['a'], '/users?$skiptoken=2'), gone, page(['a'], '/users?$skiptoken=2'), page(['b'])]),
  )
  t.strictSame(
    (await all(graph.pages('/users'))).map(one => one.ids),
    [['a'], ['a'], ['b']],
  )
  t.strictSame(
    asked.map(one => one.url.slice(-1)),
    ['s', '2', 's', '2'],
  )
  t.match(events.at(-1), { kind: 'back', to: 'start' })
})
