import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { applications } from '../../src/sources/applications.ts'
import { deletedApplications } from '../../src/sources/deleted-applications.ts'
import { deletedGroups } from '../../src/sources/deleted-groups.ts'
import { deletedServicePrincipals } from '../../src/sources/deleted-service-principals.ts'
import { deletedUsers } from '../../src/sources/deleted-users.ts'
import { devices } from '../../src/sources/devices.ts'
import { groups } from '../../src/sources/groups.ts'
import { servicePrincipals } from '../../src/sources/service-principals.ts'
import { skus } from '../../src/sources/skus.ts'
import { users } from '../../src/sources/users.ts'
import type { Source } from '../../src/core/parts.ts'
import { graphScene, readPages } from './graph-context.ts'

const described = async (source: Source<unknown>): Promise<unknown> => source.describe!(graphScene({}).ctx)

t.test('every listing requests its own collection, with the largest page', async t => {
  t.strictSame(
    await Promise.all(
      [
        ...[users(), groups(), devices(), deletedUsers(), deletedGroups(), skus(), applications(), servicePrincipals()],
        ...[deletedApplications(), deletedServicePrincipals()],
      ].map(described),
    ),
    [
      { path: '/users', query: '$top=999', advanced: false },
      { path: '/groups', query: '$top=999', advanced: false },
      { path: '/devices', query: '$top=999', advanced: false },
      { path: '/directory/deletedItems/microsoft.graph.user', query: '$top=999', advanced: false },
      { path: '/directory/deletedItems/microsoft.graph.group', query: '$top=999', advanced: false },
      { path: '/subscribedSkus', query: '', advanced: false },
      { path: '/applications', query: '$top=999', advanced: false },
      { path: '/servicePrincipals', query: '$top=999', advanced: false },
      { path: '/directory/deletedItems/microsoft.graph.application', query: '$top=999', advanced: false },
      { path: '/directory/deletedItems/microsoft.graph.servicePrincipal', query: '$top=999', advanced: false },
    ],
  )
})

t.test('the id is always selected', async t => {
  t.match(await described(users({ select: ['mail'] })), { query: '$select=id,mail&$top=999' })
})

t.test('signInActivity makes the page smaller, as Graph does', async t => {
  t.match(await described(users({ select: ['id', 'signInActivity'] })), { query: '$select=id,signInActivity&$top=500' })
})

t.test('only a filter that requires an advanced query makes one', async t => {
  t.match(await described(users({ filter: "endsWith(mail,'@contoso.com')" })), { advanced: true })
  t.match(await described(users({ filter: "department ne 'Sales'" })), { advanced: true })
  t.match(await described(users({ filter: "department eq 'Sales'" })), { advanced: false })
  t.match(await described(users({ filter: "department eq 'Sales'", orderby: 'displayName' })), { advanced: true })
})

t.test('a listing that Graph would refuse is an error before anything is sent, with a suggestion', t => {
  t.throws(() => users({ select: ['departement'] }), {
    code: 'PROPERTY_UNKNOWN',
    message: "'departement' is not a property of user. Did you mean 'department'?",
  })
  t.throws(() => users({ filter: "departement eq 'x'" }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => users({ filter: "department = 'x'" }), { code: 'FILTER_INVALID' })
  t.throws(() => groups({ filter: 'createdDateTime ge 2020-01-01T00:00:00Z' }), { code: 'FILTER_INVALID' })
  t.throws(() => users({ select: ['aboutMe'] }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => users({ select: ['department/x'] }), {
    code: 'PROPERTY_UNKNOWN',
    message: /Did you mean 'department'/,
  })
  t.throws(() => users({ select: ['*'] }), { code: 'PROPERTY_UNKNOWN', message: /--preset all/ })
  t.throws(() => users({ top: 1000 }), { code: 'OPTION_INVALID', message: /from 1 to 999, got 1000/ })
  t.throws(() => skus({ top: 5 }), { code: 'OPTION_INVALID', message: /does not support top/ })
  t.end()
})

t.test(
  "a filter that Microsoft's pages disagree about is sent as an advanced query; if Graph refuses it, the error names both pages",
  async t => {
    const source = users({ filter: "displayName ge 'm'" })
    t.match(await described(source), { advanced: true, query: /displayName%20ge%20'm'/ })
    const refused = new EntrapipeError('GRAPH_REFUSED', 'Graph refused GET /users: Unsupported query.', {
      facts: { status: 400 },
    })
    const { ctx } = graphScene({})
    const failing = Object.create(ctx, {
      graph: {
        value: {
          ...ctx.graph,
          pages: () => {
            throw refused
          },
        },
      },
    }) as typeof ctx
    await t.rejects(readPages(source, failing), {
      code: 'GRAPH_REFUSED',
      message: refused.message,
      fix: /resources\/user lists it.*aad-advanced-queries does not.*filter the exported rows with `entrapipe filter`/,
    })
  },
)

t.test('a date without a time is sent with a time, and the rest of the filter as written', async t => {
  t.match(await described(users({ filter: 'employeeHireDate ge 2022-07-15' })), {
    query: /\$filter=employeeHireDate%20ge%202022-07-15T00:00:00Z/,
  })
  t.match(await described(users({ filter: "department  eq 'a'" })), { query: /department%20%20eq/ })
})

t.test('only deleted users can be filtered and sorted by deletedDateTime', async t => {
  t.match(await described(deletedUsers({ filter: 'deletedDateTime ge 2020-01-01', orderby: 'deletedDateTime' })), {
    advanced: true,
  })
  t.throws(() => users({ filter: 'deletedDateTime ge 2020-01-01' }), {
    code: 'FILTER_INVALID',
    message: 'Only deleted objects have a deletedDateTime. Use `entrapipe export deleted-users` to list them.',
  })
  t.throws(() => users({ orderby: 'deletedDateTime' }), { code: 'FILTER_INVALID' })
})

t.test('signInActivity has a pace: ten requests per minute, of 500 rows', async t => {
  const { ctx } = graphScene({})
  const paced = Object.create(ctx, {
    graph: {
      value: { ...ctx.graph, pace: (link: string) => (/signIn/.test(link) ? { perMinute: 10, burst: 10 } : undefined) },
    },
  }) as typeof ctx
  t.strictSame(users({ select: ['signInActivity'] }).pace!(paced), {
    rowsPerMinute: 5_000,
    rowsAtOnce: 5_000,
    why: 'Graph allows 10 requests per minute with signInActivity, 500 rows each',
  })
  t.equal(users({ select: ['mail'] }).pace!(paced), undefined)
})
