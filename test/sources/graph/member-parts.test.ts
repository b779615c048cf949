import t from 'tap'
import type { Context } from '../../../src/core/context.ts'
import type { Graph, GraphReply, GraphRequest } from '../../../src/core/graph.ts'
import type { Entity } from '../../../src/sources/graph/listing.ts'
import { memberParts, type NamedPart } from '../../../src/sources/graph/member-parts.ts'
import { partContext } from '../../contracts/part-context.ts'
import { sandboxGraph } from '../sandbox-graph.ts'

const graph = await sandboxGraph(t, { users: 600 })
const rules = { least: 60, rows: [20, 40] as const }

const listed = async (url: string): Promise<readonly Entity[]> => {
  const found: Entity[] = []
  for await (const { values } of graph.pages<Entity>(url)) found.push(...values)
  return found
}
const idsAt = async (path: string, most: number): Promise<readonly string[]> =>
  (await listed(`${path}?$select=id&$top=${most}`)).slice(0, most).map(({ id }) => id)

/** A group with members of these. */
const groupWith = async (groupTypes: readonly string[], ids: readonly string[]): Promise<string> => {
  const isUnified = groupTypes.length > 0
  const body = {
    displayName: 'Mixed',
    mailNickname: 'mixed',
    mailEnabled: isUnified,
    securityEnabled: true,
    groupTypes,
  }
  const { id } = (await graph.request<Entity>({ method: 'POST', url: '/groups', body })).body
  for (let at = 0; at < ids.length; at += 20)
    await graph.request({
      method: 'PATCH',
      url: `/groups/${id}`,
      body: { 'members@odata.bind': ids.slice(at, at + 20).map(one => `https://graph.microsoft.com/v1.0/directoryObjects/${one}`) }, // prettier-ignore
    })
  return id
}

const users = await idsAt('/users', 200)
const devices = await idsAt('/devices', 90)
const servicePrincipals = await idsAt('/servicePrincipals', 2)
const nested = (await listed('/groups?$select=id,groupTypes,mailEnabled&$top=999'))
  .filter(one => one['mailEnabled'] === false)
  .slice(0, 2)
  .map(({ id }) => id)
const mixed = await groupWith([], [...users, ...devices, ...nested, ...servicePrincipals])
const path = `/groups/${mixed}/members`

/** A context whose client may change replies of a batch. */
const sceneOf = (
  change: (request: GraphRequest, reply: GraphReply, nth: number) => GraphReply = (_, reply) => reply,
) => {
  const asked: string[] = []
  let batches = 0
  const seen: Graph = {
    ...graph,
    async batch(requests, signal) {
      batches++
      asked.push(...requests.map(({ url }) => url))
      const replies = await graph.batch(requests, signal)
      return replies.map((reply, at) => change(requests[at]!, reply, batches))
    },
  }
  return { ctx: Object.create(partContext('/').ctx, { graph: { value: seen } }) as Context, asked }
}

/** Reads all parts, and those that remain of them. */
const readAll = async (parts: ReturnType<typeof memberParts>, ctx: Context) => {
  const open: NamedPart[] = [...((await parts.split(ctx)) ?? [])]
  const rows: Entity[] = []
  const names: string[] = []
  let asking = 0
  for (let one = open.shift(); one; one = open.shift()) {
    names.push(one.name)
    let isRead = false
    for await (const page of parts.read(ctx, one.part)) {
      rows.push(...page.rows.map(({ value }) => value))
      open.push(...(page.rest ?? []))
      isRead ||= page.rest === undefined
    }
    if (isRead && one.part.asksOmitted) asking++
  }
  return { rows, names, asking }
}

const text = (rows: readonly Entity[]): string =>
  rows
    .map(row => JSON.stringify(row))
    .toSorted()
    .join('\n')

const withCount = (reply: GraphReply, by: number): GraphReply => {
  const body = reply.body as Record<string, unknown>
  return { ...reply, body: { ...body, '@odata.count': Number(body['@odata.count']) + by } }
}
const isOf = (type: string, { url }: GraphRequest): boolean => url.includes(`/microsoft.graph.${type}?`)

for (const relation of ['members', 'transitiveMembers'])
  for (const select of [undefined, ['id', 'displayName', 'userPrincipalName', 'deviceId']])
    t.test(`the parts of ${relation} have the rows of the whole list${select ? ' of these columns' : ''}`, async t => {
      const own = `/groups/${mixed}/${relation}`
      const { rows, names, asking } = await readAll(memberParts({ path: own, select }, rules), sceneOf().ctx)
      t.equal(text(rows), text(await listed(`${own}?$top=999${select ? `&$select=${select.join(',')}` : ''}`)))
      t.equal(new Set(names).size, names.length)
      t.ok(names.length > 6, names.join('; '))
      // What the list omits is asked for once.
      t.equal(asking, 1)
    })

t.test('a group with fewer members is not divided, which takes one request', async t => {
  const { ctx, asked } = sceneOf()
  t.equal(await memberParts({ path }, { ...rules, least: 1_000 }).split(ctx), undefined)
  t.equal(asked.length, 6)
  t.equal(asked[1], `${path}/microsoft.graph.user?$top=1&$count=true`)
})

t.test('a Microsoft 365 group, whose members are users, has parts of users', async t => {
  const team = await groupWith(['Unified'], users)
  const parts = memberParts({ path: `/groups/${team}/members`, select: ['id'] }, rules)
  const { rows, names } = await readAll(parts, sceneOf().ctx)
  t.strictSame(rows.map(({ id }) => id).toSorted(), users.toSorted())
  t.ok(names.length > 3)
})

t.test('types that do not add up to the whole are counted again, and then the group is read as one', async t => {
  const never = sceneOf((request, reply) => (isOf('user', request) ? withCount(reply, -1) : reply))
  t.equal(await memberParts({ path }, rules).split(never.ctx), undefined)
  t.equal(never.asked.length, 18)
  const later = sceneOf((request, reply, nth) => (nth === 1 && isOf('user', request) ? withCount(reply, -1) : reply))
  t.ok((await memberParts({ path }, rules).split(later.ctx))!.length > 6)
})

t.test('a type that may not be read like this is not left out: the group is read as one', async t => {
  const refused: GraphReply = { status: 403, headers: {}, body: { error: { code: 'x' } }, attempts: 1 }
  const { ctx } = sceneOf((request, reply) => (isOf('device', request) ? refused : reply))
  t.equal(await memberParts({ path }, rules).split(ctx), undefined)
})

t.test('service principals are a part if the whole list has them', async t => {
  const by = servicePrincipals.length
  const { ctx } = sceneOf((request, reply) =>
    request.url.startsWith(`${path}?`)
      ? withCount(reply, by)
      : isOf('servicePrincipal', request)
        ? { ...reply, status: 200, body: { '@odata.count': by, value: [] } }
        : reply,
  )
  const found = await memberParts({ path }, rules).split(ctx)
  t.ok(found?.some(({ name }) => name === 'servicePrincipal'))
  t.notOk(found?.some(({ part }) => part.asksOmitted))
})

t.test('members of one type are divided by the beginning of their names', async t => {
  const { ctx } = sceneOf()
  const own = `${path}/microsoft.graph.device`
  const { rows, names } = await readAll(memberParts({ path: own, select: ['id'], type: 'device' }, rules), ctx)
  t.strictSame(rows.map(({ id }) => id).toSorted(), devices.toSorted())
  t.notOk(rows.some(row => '@odata.type' in row))
  t.ok(names.length > 2)
})
