import t from 'tap'
import { members } from '../../src/sources/members.ts'
import { graphScene, readPages } from './graph-context.ts'

const group = { id: '5e2c3a1b-0000-4000-8000-000000000001', displayName: 'Sales', mail: 'sales@contoso.com' }
const other = { id: '5e2c3a1b-0000-4000-8000-000000000002', displayName: 'Sales', mail: null }
const found = (...groups: object[]) => ({ replies: () => ({ status: 200, body: { value: groups } }) })

t.test('a group is found by its name, and asked for once', async t => {
  const { ctx, asked } = graphScene({ ...found(group), pages: [{ values: [{ id: 'a' }] }] })
  const source = members({ group: "O'Neill" })
  await source.check!(ctx)
  await readPages(source, ctx)
  t.strictSame(asked, [
    "/groups?$filter=displayName%20eq%20'O''Neill'&$select=id,displayName,mail&$top=20",
    `/groups/${group.id}/members?$top=999`,
  ])
})

t.test('an id is looked up by itself, and transitive members are another collection', async t => {
  const { ctx, asked } = graphScene({ replies: () => ({ status: 200, body: group }), pages: [{ values: [] }] })
  await readPages(members({ group: group.id, transitive: true, select: ['displayName'] }), ctx)
  t.strictSame(asked, [
    `/groups/${group.id}?$select=id,displayName,mail`,
    `/groups/${group.id}/transitiveMembers?$select=id,displayName&$top=999`,
  ])
})

t.test('members of one type are read by a cast, from the index', async t => {
  const { ctx, asked, headers } = graphScene({ ...found(group), pages: [{ values: [] }] })
  await readPages(members({ group: 'Sales', type: 'user' }), ctx)
  t.equal(asked[1], `/groups/${group.id}/members/microsoft.graph.user?$top=999&$count=true`)
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
})

t.test('a name that fits two groups stops and lists them', async t => {
  const { ctx } = graphScene(found(group, other))
  await t.rejects(members({ group: 'Sales' }).check!(ctx), {
    code: 'GROUP_AMBIGUOUS',
    message: `2 groups are called "Sales": ${group.id} (sales@contoso.com), ${other.id}.`,
    exit: 2,
  })
})

t.test('a group that is not there is named, with its tenant', async t => {
  const byName = graphScene(found())
  await t.rejects(members({ group: 'Nobody' }).check!(byName.ctx), {
    code: 'GROUP_UNKNOWN',
    message: 'There is no group called "Nobody" in tenant contoso.',
  })
  const byId = graphScene({ replies: () => ({ status: 404, body: undefined }) })
  await t.rejects(members({ group: group.id }).check!(byId.ctx), { code: 'GROUP_UNKNOWN' })
})

t.test('what is selected has to be a property of some kind of member', t => {
  t.doesNotThrow(() => members({ group: 'x', select: ['userPrincipalName', 'deviceId', 'appId'] }))
  t.throws(() => members({ group: 'x', select: ['userPrincipleName'] }), { code: 'PROPERTY_UNKNOWN' })
  t.end()
})

t.test('who may not read the group may read its members, where it is named by its id', async t => {
  const { ctx, asked } = graphScene({
    replies: () => ({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } }),
    pages: [{ values: [{ id: 'a' }] }],
  })
  const source = members({ group: group.id })
  await source.check!(ctx)
  const [page] = await readPages(source, ctx)
  t.equal(page?.rows.length, 1)
  t.equal(asked.at(-1), `/groups/${group.id}/members?$top=999`)
})

t.test('filter, order and search have to be right for some kind of member', t => {
  t.throws(() => members({ group: 'x', filter: "departmnt eq 'x'" }), {
    code: 'PROPERTY_UNKNOWN',
    message: "Property 'departmnt' is not a property of user. Did you mean 'department'?",
  })
  t.throws(() => members({ group: 'x', filter: "department = 'x'" }), { code: 'FILTER_INVALID' })
  t.throws(() => members({ group: 'x', orderby: 'dipslayName' }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => members({ group: 'x', search: '"dipslayName:x"' }), { code: 'PROPERTY_UNKNOWN' })
  for (const filter of ["startsWith(displayName,'A')", "operatingSystem eq 'Windows'", "isof('microsoft.graph.user')"])
    t.doesNotThrow(() => members({ group: 'x', filter }), filter)
  t.doesNotThrow(() => members({ group: 'x', orderby: 'displayName', search: '"displayName:a"' }))
  t.end()
})

t.test('the type of a member comes without being selected', async t => {
  for (const [select, query] of [
    [['@odata.type', 'displayName'], '$select=id,displayName&$top=999'],
    [['@odata.type'], '$select=id&$top=999'],
  ] as const) {
    const { ctx, asked } = graphScene({ replies: () => ({ status: 200, body: group }), pages: [{ values: [] }] })
    await readPages(members({ group: group.id, select }), ctx)
    t.equal(asked[1], `/groups/${group.id}/members?${query}`)
  }
  t.throws(() => members({ group: 'x', select: ['@odata.etag'] }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => members({ group: 'x', select: ['*'] }), { code: 'PROPERTY_UNKNOWN', message: /--preset all/ })
})
