import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import { EntrapipeError, type Code } from '../../src/core/errors.ts'
import type { Graph } from '../../src/core/graph.ts'
import { filterRows } from '../../src/odata/describe-finding.ts'
import { graph } from '../../src/sources/graph.ts'
import { listingUrl } from '../../src/sources/graph/collection.ts'
import { graphScene, readPages } from './graph-context.ts'

const objects = (...ids: string[]) => ids.map(id => ({ id }))

t.test("objects keep Graph's order, and their ids are the keys", async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: objects('b', 'a') }, { values: objects('c') }] })
  const read = await readPages(graph({ path: '/users', select: ['id'] }), ctx)
  t.strictSame(
    read.flatMap(page => page.rows.map(row => row.key)),
    ['b', 'a', 'c'],
  )
  t.strictSame(asked, ['/users?$select=id&$top=999'])
})

t.test('keys are unique, so that the run drops repeated objects', async t => {
  const { ctx } = graphScene({ pages: [{ values: objects('a', 'b', 'a') }] })
  const source = graph({ path: '/users' })
  t.equal(source.keys, 'unique')
  const [page] = await readPages(source, ctx)
  t.strictSame(
    page?.rows.map(row => row.key),
    ['a', 'b', 'a'],
  )
})

t.test('a page has a position only if its link can be trusted', async t => {
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
    [{ link: '/users?2' }, undefined, undefined],
  )
})

t.test('a resumed listing requests the saved link', async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: objects('a', 'b') }] })
  const source = graph({ path: '/users' })
  await readPages(source, ctx)
  const again = await readPages(source, ctx, { link: '/users?$skiptoken=x' })
  t.strictSame(asked, ['/users?$top=999', '/users?$skiptoken=x'])
  t.strictSame(
    again.flatMap(page => page.rows.map(row => row.key)),
    ['a', 'b'],
  )
})

t.test('an advanced query is marked in the query and on every page', async t => {
  const { ctx, asked, headers } = graphScene({ pages: [{ values: [] }] })
  await readPages(graph({ path: '/users', filter: "endsWith(mail,'x')", advanced: true, top: 5 }), ctx)
  t.strictSame(asked, ["/users?$filter=endsWith(mail,'x')&$top=5&$count=true"])
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
})

t.test('a search sends the header, and no count is compared', async t => {
  const { ctx, headers } = graphScene({ pages: [{ values: [] }] })
  const source = graph({ path: '/users', search: '"displayName:ann"' })
  await readPages(source, ctx)
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
  t.equal(source.count, undefined)
})

t.test('a listing is counted with the same filter, and a collection without pages by listing it again', async t => {
  const { ctx, asked } = graphScene({
    count: (path, filter) => (path === '/users' && filter === 'accountEnabled eq false' ? 7 : 0),
    pages: [{ values: objects('a') }, { values: objects('b') }],
  })
  t.equal(await graph({ path: '/users', filter: 'accountEnabled eq false' }).count!(ctx), 7)
  t.equal(await graph({ path: '/subscribedSkus', paged: false }).count!(ctx), 2)
  t.strictSame(asked, ['/users/$count', '/subscribedSkus'])
})

t.test('objects created and deleted meanwhile are reported if the collection supports delta', async t => {
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
    changed: 0,
    objects: [
      { id: 'gone', change: 'deleted' },
      { id: 'new', change: 'created' },
    ],
  })
  t.equal(graph({ path: '/users', delta: true, filter: "department eq 'x'" }).drift, undefined)
})

t.test('a path must start with a slash and have no query, and a page must have 1 to 999 rows', t => {
  t.throws(() => graph({ path: 'users' }), { code: 'OPTION_INVALID' })
  t.throws(() => graph({ path: '/users?$top=5' }), {
    code: 'OPTION_INVALID',
    message: /without a query.*Set `select`, `filter`/,
  })
  for (const top of [0, 1000, 1.5])
    t.throws(() => graph({ path: '/users', top }), {
      code: 'OPTION_INVALID',
      message: `Expected top to be a whole number from 1 to 999, got ${top}`,
    })
  t.throws(() => graph({ path: '/subscribedSkus', top: 5 }), {
    code: 'OPTION_INVALID',
    message: '/subscribedSkus does not support top. Remove the option',
  })
  t.equal(listingUrl('/users', { paged: false }), '/users')
  t.end()
})

t.test('the id is requested even if it is not selected', async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: objects('a') }] })
  await readPages(graph({ path: '/users', select: ['mail'] }), ctx)
  t.strictSame(asked, ['/users?$select=id,mail&$top=999'])
})

t.test('collections without pages are requested without $top, and counted by listing them again', async t => {
  for (const path of [
    '/directoryRoles',
    '/directoryRoles/11111111-2222-4333-8444-555555555555/members',
    '/directoryRoleTemplates',
    '/subscribedSkus',
    '/organization',
  ]) {
    const { ctx, asked } = graphScene({
      pages: [{ values: objects('a') }],
      replies: () => ({ status: 200, body: { value: objects('a') } }),
    })
    const source = graph({ path })
    await readPages(source, ctx)
    t.equal(await source.count!(ctx), 1)
    t.strictSame(asked, [path, path])
  }
})

/** The scene, with a client that refuses as `refuse` says. */
const refusing = (refuse: Partial<Pick<Graph, 'count' | 'pages'>>): Context => {
  const { ctx } = graphScene({ pages: [{ values: objects('a') }] })
  return Object.create(ctx, { graph: { value: { ...ctx.graph, ...refuse } } }) as Context
}
const error = (code: Code, status: number, message = 'Graph refused it.') =>
  new EntrapipeError(code, message, { facts: { status } })
const final = [
  error('GRAPH_REFUSED', 400),
  error('GRAPH_REFUSED', 501),
  error('GRAPH_REFUSED', 403),
  error('NOT_PERMITTED', 403),
  error('GRAPH_NOT_FOUND', 404),
]
const passing = [error('SIGN_IN_FAILED', 401), error('GRAPH_THROTTLED', 429), error('GRAPH_UNAVAILABLE', 503)]
const failing = (failure: Error) =>
  async function* () {
    throw failure
  }

t.test('a refused count is ignored; a failed count ends the run', async t => {
  const source = graph({ path: '/domains' })
  for (const failure of final)
    t.equal(await source.count!(refusing({ count: () => Promise.reject(failure) })), undefined, failure.code)
  for (const failure of passing)
    await t.rejects(source.count!(refusing({ count: () => Promise.reject(failure) })), failure)
})

t.test('a refused delta leaves the changes unknown; a failed delta ends the run', async t => {
  const source = graph({ path: '/users', delta: true })
  for (const failure of final) {
    const ctx = refusing({ pages: failing(failure) })
    t.equal(await source.present!(ctx), undefined, failure.code)
    t.equal(await source.drift!(ctx, { delta: '/users/delta?1' }), undefined, failure.code)
  }
  for (const failure of passing) {
    const ctx = refusing({ pages: failing(failure) })
    await t.rejects(source.present!(ctx), failure)
    await t.rejects(source.drift!(ctx, { delta: '/users/delta?1' }), failure)
  }
})

t.test('a property that Graph does not know is a usage error with the nearest name of its type', async t => {
  const unknown = async (words: string, options: object = {}) => {
    const ctx = refusing({ pages: failing(error('GRAPH_REFUSED', 400, `Graph refused GET /x: ${words}`)) })
    const { code, exit, fix, facts } = await readPages(graph({ path: '/x', ...options }), ctx).then(
      () => Promise.reject(new Error('read')),
      (why: EntrapipeError) => why,
    )
    return { code, exit, fix, type: facts['type'], property: facts['property'] }
  }
  const usage = { code: 'PROPERTY_UNKNOWN', exit: 2 }
  t.strictSame(await unknown("Could not find a property named 'dispalyName' on type 'microsoft.graph.user'."), {
    ...usage,
    fix: "Did you mean 'displayName'?",
    type: 'user',
    property: 'dispalyName',
  })
  t.strictSame(
    await unknown("Could not find a property named 'dispalyName' on type 'Microsoft.DirectoryServices.Group'."),
    { ...usage, fix: "Did you mean 'displayName'?", type: 'group', property: 'dispalyName' },
  )
  t.strictSame(await unknown("Could not find a property named 'ownedObjects' on type 'microsoft.graph.user'."), {
    ...usage,
    fix: undefined,
    type: 'user',
    property: 'ownedObjects',
  })
  t.strictSame(await unknown("Could not find a property named 'x' on type 'microsoft.graph.unheardOf'."), {
    ...usage,
    fix: undefined,
    type: 'unheardOf',
    property: 'x',
  })
  const mixed = "Could not find a property named 'department' on type 'microsoft.graph.directoryObject'."
  const asked = { type: 'directoryObject', property: 'department' }
  t.strictSame(await unknown(mixed, { filter: "department eq 'Sales'" }), { ...usage, fix: filterRows, ...asked })
  t.strictSame(await unknown(mixed, { orderby: 'department' }), { ...usage, fix: undefined, ...asked })
})

t.test('a path that Graph does not have is a usage error with the nearest collection', async t => {
  const told = async (path: string, segment: string) => {
    const words = `Graph refused GET ${path}: Resource not found for the segment '${segment}'.`
    const ctx = refusing({ pages: failing(error('GRAPH_REFUSED', 400, words)) })
    const { code, message, fix } = await readPages(graph({ path }), ctx).then(
      () => Promise.reject(new Error('read')),
      (why: EntrapipeError) => why,
    )
    return { code, message, fix }
  }
  t.strictSame(await told('/usres', 'usres'), {
    code: 'OPTION_INVALID',
    message: "Graph has no /usres: 'usres' is not part of its addresses.",
    fix: 'Did you mean /users?',
  })
  t.strictSame(await told('/users/1/mangers', 'mangers'), {
    code: 'OPTION_INVALID',
    message: "Graph has no /users/1/mangers: 'mangers' is not part of its addresses.",
    fix: 'Check the path against the reference of Microsoft Graph v1.0.',
  })
})

t.test('one object in place of a collection is a usage error, and so it is in words of Graph', async t => {
  for (const [status, words] of [
    [200, 'The reply to GET /users/1/manager is not a collection.'],
    [400, 'Graph refused GET /users/1/manager: The requested resource is not a collection. Query options …'],
  ] as const) {
    const ctx = refusing({ pages: failing(error('GRAPH_REFUSED', status, words)) })
    await t.rejects(readPages(graph({ path: '/users/1/manager' }), ctx), {
      code: 'OPTION_INVALID',
      message: '/users/1/manager is one object, not a collection.',
    })
  }
})

t.test('the error for a refused $top names the option that omits it; other errors are unchanged', async t => {
  const top = error('GRAPH_REFUSED', 400, "Graph refused GET /x: Query option 'Top' is not allowed.")
  await t.rejects(readPages(graph({ path: '/x' }), refusing({ pages: failing(top) })), {
    code: 'GRAPH_REFUSED',
    message: top.message,
    fix: /`paged: false`/,
  })
  const other = error('GRAPH_REFUSED', 400)
  const refused = await readPages(graph({ path: '/x' }), refusing({ pages: failing(other) })).catch(
    (why: unknown) => why,
  )
  t.equal(refused, other)
})

t.test('a path selects its property and returns the part as a column', async t => {
  const { ctx, asked } = graphScene({
    pages: [
      {
        values: [
          { id: 'a', employeeOrgData: { division: 'Retail', costCenter: '1' }, mail: null },
          { id: 'b', employeeOrgData: null, mail: 'b' },
        ],
      },
    ],
  })
  const source = graph({ path: '/users', select: ['mail', 'employeeOrgData/division', '@odata.type'] })
  const [page] = await readPages(source, ctx)
  t.strictSame(asked, ['/users?$select=id,mail,employeeOrgData&$top=999'])
  t.strictSame(
    page?.rows.map(({ value }) => value),
    [
      { id: 'a', mail: null, 'employeeOrgData/division': 'Retail' },
      { id: 'b', mail: 'b', 'employeeOrgData/division': null },
    ],
  )
  t.match(await source.describe!(ctx), { parts: ['employeeOrgData/division'] })
  const both = graphScene({ pages: [{ values: [{ id: 'a', x: { y: 1 } }] }] })
  const [kept] = await readPages(graph({ path: '/users', select: ['x', 'x/y'] }), both.ctx)
  t.strictSame(kept?.rows[0]?.value, { id: 'a', x: { y: 1 }, 'x/y': 1 })
})

t.test('numeric ids are string keys, and the value is unchanged', async t => {
  const { ctx } = graphScene({ pages: [{ values: [{ id: 7 }, { id: 8 }] }] })
  t.strictSame(
    (await readPages(graph({ path: '/odd' }), ctx)).flatMap(({ rows }) => rows),
    [
      { key: '7', value: { id: 7 } },
      { key: '8', value: { id: 8 } },
    ],
  )
})

t.test('an object without an id is an error', async t => {
  for (const id of [undefined, null, '', {}]) {
    const { ctx } = graphScene({ pages: [{ values: [{ id: 'a' }, { id }] }] })
    await t.rejects(readPages(graph({ path: '/odd' }), ctx), {
      code: 'GRAPH_REFUSED',
      message: 'Graph returned an object without an id in /odd.',
      facts: { path: '/odd' },
    })
  }
})
