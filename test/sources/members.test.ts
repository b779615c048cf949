import t from 'tap'
import { graph } from '../../src/sources/graph.ts'
import { members } from '../../src/sources/members.ts'
import { graphScene, readPages } from './graph-context.ts'

const group = { id: '5e2c3a1b-0000-4000-8000-000000000001', displayName: 'Sales', mail: 'sales@contoso.com' }
const other = { id: '5e2c3a1b-0000-4000-8000-000000000002', displayName: 'Sales', mail: null }
/** The request for service principals, which the listing omits. */
const leftOut = `/groups/${group.id}?$select=id&$expand=members($select=id,displayName)`
const castOf = (relation: string) =>
  `/groups/${group.id}/${relation}/microsoft.graph.servicePrincipal?$select=id,displayName&$top=999&$count=true`
const isCast = (url: string): boolean => url.includes('/microsoft.graph.servicePrincipal?')
const nobody = { status: 200, body: { value: [] } }
const found = (...groups: object[]) => ({
  replies: (url: string) => (isCast(url) ? nobody : { status: 200, body: { value: groups } }),
})

t.test('a group is found by its name, with one request', async t => {
  const { ctx, asked } = graphScene({ ...found(group), pages: [{ values: [{ id: 'a' }] }] })
  const source = members({ group: "O'Neill" })
  await source.check!(ctx)
  await readPages(source, ctx)
  t.strictSame(asked, [
    "/groups?$filter=displayName%20eq%20'O''Neill'&$select=id,displayName,mail,visibility&$top=20",
    `/groups/${group.id}/members?$top=999`,
    leftOut,
    castOf('members'),
  ])
})

t.test('a group is found by its id, and transitive members are another collection', async t => {
  const { ctx, asked } = graphScene({ replies: () => ({ status: 200, body: group }), pages: [{ values: [] }] })
  await readPages(members({ group: group.id, transitive: true, select: ['displayName'] }), ctx)
  t.strictSame(asked, [
    `/groups/${group.id}?$select=id,displayName,mail,visibility`,
    `/groups/${group.id}/transitiveMembers?$select=id,displayName&$top=999`,
    leftOut,
    castOf('transitiveMembers'),
  ])
})

t.test('members of one type are listed with a cast, as an advanced query', async t => {
  const { ctx, asked, headers } = graphScene({ ...found(group), pages: [{ values: [] }] })
  const source = members({ group: 'Sales', type: 'user' })
  await source.count!(ctx)
  await readPages(source, ctx)
  t.strictSame(asked.slice(1, 3), [
    `/groups/${group.id}/members/microsoft.graph.user/$count`,
    `/groups/${group.id}/members/microsoft.graph.user?$top=999&$count=true`,
  ])
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
})

t.test('a name of two groups is an error that lists them', async t => {
  const { ctx } = graphScene(found(group, other))
  await t.rejects(members({ group: 'Sales' }).check!(ctx), {
    code: 'GROUP_AMBIGUOUS',
    message: `2 groups are named "Sales": ${group.id} (sales@contoso.com), ${other.id}.`,
    exit: 2,
  })
})

t.test('a missing group is an error that names the tenant', async t => {
  const byName = graphScene(found())
  await t.rejects(members({ group: 'Nobody' }).check!(byName.ctx), {
    code: 'GROUP_UNKNOWN',
    message: 'Tenant contoso has no group named "Nobody".',
  })
  const listed = graphScene({ replies: () => ({ status: 200, body: { value: [] } }) })
  await t.rejects(members({ group: 'Sales, Legal' }).check!(listed.ctx), {
    message: 'Tenant contoso has no group named "Sales, Legal".',
    fix: 'For several groups, give `group` once for each.',
  })
  const byId = graphScene({ replies: () => ({ status: 404, body: undefined }) })
  await t.rejects(members({ group: group.id }).check!(byId.ctx), { code: 'GROUP_UNKNOWN' })
})

t.test('a group without an id, by id or by name, ends the run before its members are requested', async t => {
  for (const [group, body] of [
    ['4c7a1c2e-1111-4222-8333-444444444444', {}],
    ['Sales', { value: [{ displayName: 'Sales' }] }],
  ] as const) {
    const { ctx, asked } = graphScene({ replies: () => ({ status: 200, body }) })
    await t.rejects(members({ group }).check!(ctx), {
      code: 'GRAPH_REFUSED',
      message: /^Graph returned an object without an id in \/groups/,
    })
    t.equal(asked.length, 1)
  }
})

t.test(
  'a group that is not found names at most three groups that begin with its first word, the nearest first',
  async t => {
    const names = ['Sales APAC', 'Sales DACH', 'Sales EMEA', 'Sales Team']
    const { ctx, asked } = graphScene({
      replies: url => ({
        status: 200,
        body: {
          value: url.includes('startswith') ? names.map((displayName, at) => ({ id: `${at}`, displayName })) : [],
        },
      }),
    })
    await t.rejects(members({ group: 'Sales Taem' }).check!(ctx), {
      code: 'GROUP_UNKNOWN',
      message: 'Tenant contoso has no group named "Sales Taem".',
      fix: 'Groups with similar names: "Sales Team", "Sales APAC", "Sales DACH".',
    })
    t.equal(asked[1], "/groups?$filter=startswith(displayName,'Sales')&$select=id,displayName&$top=100")
  },
)

t.test('a selected name must be a property of at least one type of member', t => {
  t.doesNotThrow(() => members({ group: 'x', select: ['userPrincipalName', 'deviceId', 'appId'] }))
  t.throws(() => members({ group: 'x', select: ['userPrincipleName'] }), { code: 'PROPERTY_UNKNOWN' })
  t.end()
})

t.test('members are listed without permission to read the group, if it is given by id', async t => {
  const { ctx, asked } = graphScene({
    replies: () => ({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } }),
    pages: [{ values: [{ id: 'a' }] }],
  })
  const source = members({ group: group.id })
  await source.check!(ctx)
  const [page] = await readPages(source, ctx)
  t.equal(page?.rows.length, 1)
  t.strictSame(asked.slice(1), [`/groups/${group.id}/members?$top=999`, leftOut, castOf('members')])
})

t.test('filter, order and search must be valid for at least one type of member', t => {
  t.throws(() => members({ group: 'x', filter: "departmnt eq 'x'" }), {
    code: 'PROPERTY_UNKNOWN',
    message: "'departmnt' is not a property of user. Did you mean 'department'?",
  })
  t.throws(() => members({ group: 'x', filter: "department = 'x'" }), { code: 'FILTER_INVALID' })
  t.throws(() => members({ group: 'x', orderby: 'dipslayName' }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => members({ group: 'x', search: '"dipslayName:x"' }), { code: 'PROPERTY_UNKNOWN' })
  for (const filter of ["startsWith(displayName,'A')", "operatingSystem eq 'Windows'", "isof('microsoft.graph.user')"])
    t.doesNotThrow(() => members({ group: 'x', filter }), filter)
  t.doesNotThrow(() => members({ group: 'x', orderby: 'displayName', search: '"displayName:a"' }))
  t.end()
})

t.test('the type of a member is returned without being selected', async t => {
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

t.test('each group is a shard whose rows name the group; a group given twice is listed once', async t => {
  const byUrl = (url: string) => (url.includes(other.id) ? { ...other, displayName: 'Support' } : group)
  const { ctx } = graphScene({
    replies: url => ({ status: 200, body: url.startsWith('/groups?') ? { value: [group] } : byUrl(url) }),
    pages: [
      {
        values: [{ id: 'a', displayName: 'Ann' }],
      },
    ],
    count: path => (path.includes(other.id) ? 3 : 4),
  })
  const source = members({ group: ['Sales', other.id, group.id], select: ['displayName'] })
  const shards = await source.split!(ctx)
  t.strictSame(shards, [
    { name: group.id, range: { id: group.id, displayName: 'Sales', visibility: null } },
    { name: other.id, range: { id: other.id, displayName: 'Support', visibility: null } },
  ])
  const read = await Promise.all(shards.map(async shard => readPages(source, ctx, undefined, shard)))
  t.strictSame(
    read.flat().flatMap(page => page.rows),
    [
      { key: `${group.id}/a`, value: { groupId: group.id, groupName: 'Sales', id: 'a', displayName: 'Ann' } },
      { key: `${other.id}/a`, value: { groupId: other.id, groupName: 'Support', id: 'a', displayName: 'Ann' } },
    ],
  )
  t.equal(await source.count!(ctx), 7)
  t.strictSame(await source.describe!(ctx), {
    path: [`/groups/${group.id}/members`, `/groups/${other.id}/members`],
    query: '$select=id,displayName&$top=999',
    advanced: false,
  })
})

t.test('the columns of the group can be selected for one group, and are not requested from Graph', async t => {
  for (const [select, query, value] of [
    [['groupName', 'mail'], '$select=id,mail', { groupName: 'Sales', id: 'a' }],
    [['groupId'], '$select=id', { groupId: group.id, id: 'a' }],
  ] as const) {
    const { ctx, asked } = graphScene({ ...found(group), pages: [{ values: [{ id: 'a' }] }] })
    const source = members({ group: 'Sales', select })
    const [page] = await readPages(source, ctx)
    t.equal(asked[1], `/groups/${group.id}/members?${query}&$top=999`)
    t.strictSame(page?.rows, [{ key: 'a', value }])
    t.strictSame(await source.split!(ctx), [{ name: 'members' }])
  }
})

t.test('a missing group, an empty name and an unknown type are errors', async t => {
  for (const bad of [[], ['Sales', ''], ' ', 7])
    t.throws(() => members({ group: bad as string }), { code: 'OPTION_INVALID', message: /members needs group/ })
  t.throws(() => members({ group: 'x', type: 'person' as 'user' }), {
    code: 'OPTION_INVALID',
    message: 'Expected type of members to be user, group, device, servicePrincipal or orgContact, got "person"',
  })
})

t.test('members returned with only type and id make a listing unverified, also after a resume', async t => {
  const device = (id: string) => ({
    '@odata.type': '#microsoft.graph.device',
    id,
    displayName: null,
    businessPhones: [],
  })
  const ann = { '@odata.type': '#microsoft.graph.user', id: 'a', displayName: 'Ann' }
  const pages = [
    { values: [ann, device('d1'), device('d2')], next: '/x?2', safe: '/x?2' },
    { values: [{ ...ann, id: 'b' }] },
  ]
  const first = graphScene({ ...found(group), pages })
  const why = `permission: Graph returned only type and id for members of "Sales", such as the device d1, because the sign-in has no permission to read more`
  const [page] = await readPages(members({ group: 'Sales' }), first.ctx)
  t.strictSame(first.origins.at(-1), { completeness: 'unverified', why })
  const second = graphScene({ ...found(group), pages: [{ values: [{ ...ann, id: 'b' }] }] })
  await readPages(members({ group: 'Sales' }), second.ctx, page!.position)
  t.strictSame(second.origins.at(-1), { completeness: 'unverified', why })
  // Mail is often empty, so only a missing name is an indication.
  const mails = graphScene({ ...found(group), pages })
  await readPages(members({ group: 'Sales', select: ['mail'] }), mails.ctx)
  t.strictSame(mails.origins, [])
})

t.test('service principals that Graph omits make a listing unverified, with their names', async t => {
  const principal = { '@odata.type': '#microsoft.graph.servicePrincipal', id: 's', displayName: 'Backup' }
  const replies = (url: string) =>
    url === leftOut
      ? {
          status: 200,
          body: { id: group.id, members: [principal, { '@odata.type': '#microsoft.graph.user', id: 'a' }] },
        }
      : isCast(url)
        ? nobody
        : { status: 200, body: { value: [group] } }
  const { ctx, origins } = graphScene({ replies, pages: [{ values: [{ id: 'a', displayName: 'Ann' }] }] })
  await readPages(members({ group: 'Sales' }), ctx)
  t.strictSame(origins, [
    {
      completeness: 'unverified',
      why: '"Sales" has service principals as members, which Graph omits from the listing: Backup',
    },
  ])
  const listed = graphScene({ replies, pages: [{ values: [principal] }] })
  await readPages(members({ group: 'Sales' }), listed.ctx)
  t.strictSame(listed.origins, [])
  for (const more of [{ type: 'user' as const }, { filter: "startsWith(displayName,'A')" }]) {
    const { ctx, asked } = graphScene({ replies, pages: [{ values: [] }] })
    await readPages(members({ group: 'Sales', ...more }), ctx)
    t.equal(asked.includes(leftOut), false)
  }
})

t.test(
  'service principals of nested groups, of owners, and of a path of Graph make a listing unverified, too',
  async t => {
    const nested = { '@odata.type': '#microsoft.graph.servicePrincipal', id: 'n', displayName: 'Nested' }
    for (const [source, relation, name] of [
      [members({ group: 'Sales', transitive: true }), 'transitiveMembers', 'Sales'],
      [members({ group: 'Sales', type: 'servicePrincipal' }), 'members', 'Sales'],
      [graph({ path: `/groups/${group.id}/members` }), 'members', group.id],
      [graph({ path: `/groups/${group.id}/transitiveMembers` }), 'transitiveMembers', group.id],
      [graph({ path: `/groups/${group.id}/owners` }), 'owners', group.id],
      [graph({ path: `/groups('${group.id}')/Members/microsoft.graph.servicePrincipal` }), 'members', group.id],
    ] as const) {
      const { ctx, origins } = graphScene({
        replies: url => ({ status: 200, body: { value: url === castOf(relation) ? [nested] : [group] } }),
        pages: [{ values: [{ id: 'a', displayName: 'Ann' }] }],
      })
      await readPages(source, ctx)
      const as = relation === 'owners' ? 'owners' : 'members'
      const why = `"${name}" has service principals as ${as}, which Graph omits from the listing: Nested`
      t.strictSame(origins, [{ completeness: 'unverified', why }])
    }
    for (const path of [`/groups/${group.id}/members/microsoft.graph.user`, '/groups', `/users/${group.id}/memberOf`]) {
      const { ctx, asked } = graphScene({ pages: [{ values: [] }] })
      await readPages(graph({ path }), ctx)
      t.strictSame(asked, [`${path}?$top=999`])
    }
  },
)

t.test('a resumed listing knows the service principals that were listed before', async t => {
  const principal = { '@odata.type': '#microsoft.graph.servicePrincipal', id: 's', displayName: 'Backup' }
  const replies = (url: string) =>
    url === leftOut
      ? { status: 200, body: { id: group.id, members: [principal] } }
      : isCast(url)
        ? nobody
        : { status: 200, body: { value: [group] } }
  const begun = graphScene({ replies, pages: [{ values: [principal], next: '/more', safe: '/more' }, { values: [] }] })
  const [first] = await readPages(members({ group: 'Sales' }), begun.ctx)
  t.strictSame((first?.position as { servicePrincipals?: unknown }).servicePrincipals, ['s'])
  const resumed = graphScene({ replies, pages: [{ values: [{ id: 'a', displayName: 'Ann' }] }] })
  await readPages(members({ group: 'Sales' }), resumed.ctx, first!.position)
  t.strictSame(resumed.origins, [])
})

t.test('a hidden membership that appears empty is unverified', async t => {
  const hidden = { ...group, visibility: 'HiddenMembership' }
  for (const [values, told] of [
    [[], 1],
    [[{ id: 'a', displayName: 'Ann' }], 0],
  ] as const) {
    const { ctx, origins } = graphScene({ ...found(hidden), pages: [{ values }] })
    await readPages(members({ group: 'Sales' }), ctx)
    t.equal(origins.length, told)
    if (told) t.match(origins, [{ completeness: 'unverified', why: /hidden.*Member\.Read\.Hidden/ }])
  }
})
