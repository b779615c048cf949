import t from 'tap'
import { licensedUsers } from '../../../src/catalogue/licences/licensed-users.ts'
import { reportPlan } from '../../../src/catalogue/licences/report-plan.ts'
import type { Context } from '../../../src/core/context.ts'
import { EntrapipeError } from '../../../src/core/errors.ts'
import { graphScene } from '../../sources/graph-context.ts'

const scene = (refusal?: EntrapipeError) => {
  const made = graphScene({
    pages: [{ values: [{ id: 'u' }] }],
    replies: () => {
      if (refusal) throw refusal
      return { status: 200, body: { value: [] } }
    },
  })
  const pace = (link: string) => (link.includes('signInActivity') ? { perMinute: 10, burst: 10 } : undefined)
  const ctx = Object.create(made.ctx, { graph: { value: { ...made.ctx.graph, pace } } }) as Context
  return { ...made, ctx }
}

const readAll = async ({ source }: ReturnType<typeof licensedUsers>, ctx: Context): Promise<number> => {
  let rows = 0
  for await (const page of source.read(ctx, { name: source.kind })) rows += page.rows.length
  return rows
}

t.test('licensed users are chosen by Graph, and the pace of their sign-ins is known before the first page', async t => {
  const { ctx, asked, headers } = scene()
  const users = licensedUsers()
  await users.source.check!(ctx)
  t.ok(users.hasSignIns())
  t.strictSame(users.source.pace!(ctx), {
    rowsPerMinute: 5000,
    rowsAtOnce: 5000,
    why: 'Graph allows 10 requests per minute with signInActivity, 500 rows each',
  })
  t.equal(await readAll(users, ctx), 1)
  const link = decodeURIComponent(asked.at(-1)!)
  t.match(link, '$filter=assignedLicenses/$count ne 0')
  t.match(link, /\$select=[\w,]*signInActivity/)
  t.strictSame(headers, [{ ConsistencyLevel: 'eventual' }])
})

t.test('users are read without sign-ins if Graph refuses these, and a note says so', async t => {
  const { ctx, asked, origins } = scene(new EntrapipeError('NOT_PERMITTED', 'no'))
  const users = licensedUsers()
  await users.source.check!(ctx)
  t.notOk(users.hasSignIns())
  t.equal(users.source.pace!(ctx), undefined)
  t.equal(await readAll(users, ctx), 1)
  t.notMatch(asked.at(-1), 'signInActivity')
  t.ok(origins.some(({ note }) => note?.includes('AuditLog.Read.All')))
})

t.test('sign-ins that are not wanted are neither read nor tried, and a note says so', async t => {
  const { ctx, asked, origins } = scene(new EntrapipeError('GRAPH_UNAVAILABLE', 'not asked'))
  const users = licensedUsers(false)
  await users.source.check!(ctx)
  t.notOk(users.hasSignIns())
  t.equal(await readAll(users, ctx), 1)
  t.notOk(asked.some(link => link.includes('signInActivity')))
  t.ok(origins.some(({ note }) => note?.startsWith('Sign-ins were not read')))
  t.throws(() => reportPlan({ to: 'x.csv', signIns: false, unusedDays: 30 }), {
    code: 'USAGE',
    message: /--no-sign-ins/,
  })
})

t.test('an outage is no refusal', async t => {
  const { ctx } = scene(new EntrapipeError('GRAPH_UNAVAILABLE', 'later'))
  await t.rejects(licensedUsers().source.check!(ctx), { code: 'GRAPH_UNAVAILABLE' })
})
