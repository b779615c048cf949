import t from 'tap'
import { graph, listingUrl } from '../../src/sources/graph.ts'
import { graphScene, readPages } from './graph-context.ts'

const objects = (...ids: string[]) => ids.map(id => ({ id }))

t.test('objects come in the order of the service, with their ids for keys', async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: objects('b', 'a') }, { values: objects('c') }] })
  const read = await readPages(graph({ path: '/users', select: ['id'] }), ctx)
  t.strictSame(
    read.flatMap(page => page.rows.map(row => row.key)),
    ['b', 'a', 'c'],
  )
  t.strictSame(asked, ['/users?$select=id&$top=999'])
})

t.test('an object that comes again is dropped and counted, in the same page and in a later one', async t => {
  const { ctx, origins } = graphScene({ pages: [{ values: objects('a', 'b', 'a') }, { values: objects('b', 'c') }] })
  const read = await readPages(graph({ path: '/users' }), ctx)
  t.strictSame(
    read.map(page => page.rows.map(row => row.key)),
    [['a', 'b'], ['c']],
  )
  t.strictSame(origins, [{ repeated: 1 }, { repeated: 1 }])
})

t.test('a page is a position only where its link can be trusted, and it says how many ids came before', async t => {
  const { ctx } = graphScene({
    pages: [
      { values: objects('a', 'b'), next: '/users?2', safe: '/users?2' },
      { values: objects('c'), next: '/users?3' },
      { values: objects('d') },
    ],
  })
  const read = await readPages(graph({ path: '/users' }), ctx)
  t.strictSame(
    read.map(page => page.position),
    [{ link: '/users?2', ids: 2 }, undefined, undefined],
  )
})

t.test('gone on with, it asks for the saved link and forgets the ids that came after it', async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: objects('a', 'b') }] })
  const source = graph({ path: '/users' })
  await readPages(source, ctx)
  const again = await readPages(source, ctx, { link: '/users?$skiptoken=x', ids: 1 })
  t.strictSame(asked, ['/users?$top=999', '/users?$skiptoken=x'])
  t.strictSame(
    again.flatMap(page => page.rows.map(row => row.key)),
    ['b'],
  )
})

t.test('an advanced listing says so in the query and on every page', async t => {
  const { ctx, asked, headers } = graphScene({ pages: [{ values: [] }] })
  await readPages(graph({ path: '/users', filter: "endsWith(mail,'x')", advanced: true, top: 5 }), ctx)
  t.strictSame(asked, ["/users?$filter=endsWith(mail,'x')&$top=5&$count=true"])
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
})

t.test('a search sends the header, and there is no count to compare with', async t => {
  const { ctx, headers } = graphScene({ pages: [{ values: [] }] })
  const source = graph({ path: '/users', search: '"displayName:ann"' })
  await readPages(source, ctx)
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
  t.equal(source.count, undefined)
})

t.test('it is counted by the same filter, and a collection that comes whole by asking again', async t => {
  const { ctx, asked } = graphScene({
    count: (path, filter) => (path === '/users' && filter === 'accountEnabled eq false' ? 7 : 0),
    replies: () => ({ status: 200, body: { value: objects('a', 'b') } }),
  })
  t.equal(await graph({ path: '/users', filter: 'accountEnabled eq false' }).count!(ctx), 7)
  t.equal(await graph({ path: '/subscribedSkus', paged: false }).count!(ctx), 2)
  t.strictSame(asked, ['/users/$count', '/subscribedSkus'])
})

t.test('what was created and deleted meanwhile is told where the collection has a delta', async t => {
  const { ctx } = graphScene({
    pages: [
      {
        values: [{ id: 'new' }, { id: 'gone', '@removed': { reason: 'changed' } }, { id: 'new' }],
        delta: '/users/delta?1',
      },
    ],
  })
  const source = graph({ path: '/users', delta: true })
  t.strictSame(await source.present!(ctx), { delta: '/users/delta?1' })
  t.strictSame(await source.drift!(ctx, { delta: '/users/delta?1' }), {
    created: 1,
    deleted: 1,
    objects: [
      { id: 'new', change: 'created' },
      { id: 'gone', change: 'deleted' },
    ],
  })
  t.equal(graph({ path: '/users', delta: true, filter: "department eq 'x'" }).drift, undefined)
})

t.test('a path has to begin with a slash', t => {
  t.throws(() => graph({ path: 'users' }), { code: 'OPTION_INVALID' })
  t.equal(listingUrl('/users', { paged: false }), '/users')
  t.end()
})

t.test('the id is asked for where the columns leave it out', async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: objects('a') }] })
  await readPages(graph({ path: '/users', select: ['mail'] }), ctx)
  t.strictSame(asked, ['/users?$select=mail,id&$top=999'])
})
