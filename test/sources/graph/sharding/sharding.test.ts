import t from 'tap'
import type { Context, Origin } from '../../../../src/core/context.ts'
import type { Graph, GraphRequest } from '../../../../src/core/graph.ts'
import type { Shard, Source } from '../../../../src/core/parts.ts'
import type { Entity, Listing } from '../../../../src/sources/graph/listing.ts'
import { directoryListing } from '../../../../src/sources/graph/directory-listing.ts'
import { shardKeys, type ShardKey } from '../../../../src/sources/graph/sharding/shard-key.ts'
import { partContext } from '../../../contracts/part-context.ts'
import { sandboxGraph } from '../../sandbox-graph.ts'

const kinds = {
  users: { path: '/users', type: 'user', by: shardKeys.user },
  groups: { path: '/groups', type: 'group', by: shardKeys.group },
  devices: { path: '/devices', type: 'device', by: shardKeys.device },
}

/** A listing that is divided early, into small shards. */
const listing = (kind: keyof typeof kinds, options: Listing = {}, by: ShardKey = kinds[kind].by): Source<Entity> => {
  const { path, type } = kinds[kind]
  return directoryListing(kind, options, { path, type, delta: true, shards: { by, least: 100, rows: [20, 60] } })
}

/** A context that tells what was asked for. */
const sceneOf = (graph: Graph) => {
  const { ctx, origins } = partContext('/')
  const links: string[] = []
  const counted: string[] = []
  const seen: Graph = {
    ...graph,
    pages(link, options) {
      links.push(link)
      return graph.pages(link, options)
    },
    batch(requests, signal) {
      counted.push(...requests.map(({ url }) => url))
      return graph.batch(requests, signal)
    },
  }
  return { ctx: Object.create(ctx, { graph: { value: seen } }) as Context, origins, links, counted }
}

/** Reads all shards of a source, and those that remain of them, as a run does. */
const readShards = async (source: Source<Entity>, ctx: Context, between: () => Promise<void> = async () => {}) => {
  const shards: Shard[] = [...((await source.split?.(ctx)) ?? [{ name: source.kind }])]
  const names = shards.map(({ name }) => name)
  const rows = new Map<string, Entity>()
  let came = 0
  for (let shard = shards.shift(); shard; shard = shards.shift()) {
    for await (const { rows: found, rest } of source.read(ctx, shard)) {
      came += found.length
      for (const { key, value } of found) rows.set(String(key), value)
      for (const one of rest ?? []) {
        shards.push(one)
        names.push(one.name)
      }
    }
    await between()
  }
  return { ids: [...rows.keys()].sort(), rows, came, names }
}

const idsOf = async (graph: Graph, url: string): Promise<string[]> => {
  const ids: string[] = []
  for await (const { values } of graph.pages<Entity>(url)) ids.push(...values.map(({ id }) => id))
  return ids.sort()
}

const create = (graph: Graph, userPrincipalName: string): Promise<unknown> =>
  graph.request(userNamed(userPrincipalName))

const userNamed = (userPrincipalName: string): GraphRequest => ({
  method: 'POST',
  url: '/users',
  body: {
    accountEnabled: true,
    displayName: userPrincipalName,
    mailNickname: 'x',
    userPrincipalName,
    passwordProfile: { password: 'Long-enough-7!' },
  },
})

const domainOf = async (graph: Graph): Promise<string> => {
  for await (const { values } of graph.pages<Entity & { userPrincipalName: string }>(
    '/users?$select=id,userPrincipalName',
  ))
    for (const { userPrincipalName } of values)
      if (!userPrincipalName.includes('#')) return userPrincipalName.split('@')[1]!
  throw new Error('no user')
}

for (const [kind, people] of [
  ['users', 1_000],
  ['groups', 12_000],
  ['devices', 1_000],
] as const)
  t.test(`${kind} are read in shards that have each of them once`, async t => {
    const graph = await sandboxGraph(t, { users: people })
    const { ctx } = sceneOf(graph)
    const { ids, came, names } = await readShards(listing(kind, { select: ['id', 'displayName'] }), ctx)
    t.strictSame(ids, await idsOf(graph, `/${kind}?$select=id&$top=999`))
    t.equal(came, ids.length)
    t.ok(names.length > 8, `${names.length} shards`)
    t.equal(new Set(names).size, names.length)
  })

t.test(
  'a listing whose pages are limited is read in the largest shards, unless its filter is limited, too',
  async t => {
    const graph = await sandboxGraph(t, { users: 1_000 })
    const slow: Graph = {
      ...graph,
      pace: link => (/signInActivity/.test(link) ? { perMinute: 10, burst: 10 } : undefined),
    }
    const select = ['id', 'signInActivity']
    const { ids, came, names } = await readShards(listing('users', { select }), sceneOf(slow).ctx)
    t.strictSame([ids, came], [await idsOf(graph, '/users?$select=id&$top=999'), ids.length])
    const { names: usual } = await readShards(listing('users', { select: ['id'] }), sceneOf(slow).ctx)
    t.ok(names.length > 8 && names.length < usual.length / 2, `${names.length} and ${usual.length} shards`)

    const filter = 'signInActivity/lastSignInDateTime le 2100-01-01T00:00:00Z'
    const filtered = sceneOf(slow)
    t.strictSame((await readShards(listing('users', { select, filter }), filtered.ctx)).names, ['users'])
    t.strictSame(filtered.counted, [])
  },
)

t.test('users with odd names, and guests, are in some shard', async t => {
  const graph = await sandboxGraph(t, { users: 300 })
  const domain = await domainOf(graph)
  const odd = ["o'neill", "'quoted'", '#hash', '~tilde', '^caret', '!bang', '_under', '-dash', 'a', 'A.B', '0']
  for (const name of odd) await create(graph, `${name}@${domain}`)
  const { rows, ids, came } = await readShards(
    listing('users', { select: ['id', 'userPrincipalName'] }),
    sceneOf(graph).ctx,
  )
  const names = new Set([...rows.values()].map(({ userPrincipalName }) => String(userPrincipalName)))
  t.strictSame(
    odd.filter(name => !names.has(`${name}@${domain}`)),
    [],
  )
  t.strictSame([ids, came], [await idsOf(graph, '/users?$select=id&$top=999'), ids.length])
})

t.test('equal names, names that begin others, and names in other scripts are in some shard', async t => {
  const graph = await sandboxGraph(t, { users: 9_000 })
  const names = ['группа', 'グループ', '"quoted"', '*', 'kiosk', 'kiosk', 'Kiosk', 'Kiosk 2', '\u{1f600}', 'é']
  const ids: string[] = []
  for (const [nth, displayName] of names.entries()) {
    const body = { displayName, mailEnabled: false, securityEnabled: true, mailNickname: `odd${nth}` }
    ids.push((await graph.request<Entity>({ method: 'POST', url: '/groups', body })).body.id)
  }
  const source = listing('groups', { select: ['id', 'displayName'] }, shardKeys.device)
  const { rows, came, names: shards } = await readShards(source, sceneOf(graph).ctx)
  t.ok(shards.includes('groups (rest)'), shards.join('; '))
  t.strictSame(
    ids.map(id => rows.get(id)?.['displayName']),
    names,
  )
  t.strictSame([[...rows.keys()].sort(), came], [await idsOf(graph, '/groups?$select=id&$top=999'), rows.size])
})

t.test('users whose names all begin alike are divided by what follows', async t => {
  const graph = await sandboxGraph(t, { users: 10 })
  const domain = await domainOf(graph)
  const replies = await graph.batch(
    Array.from({ length: 200 }, (_, nth) => userNamed(`usr${String(nth).padStart(4, '0')}@${domain}`)),
  )
  t.strictSame([...new Set(replies.map(({ status }) => status))], [201])
  const { ids, came, names } = await readShards(listing('users', { select: ['id'] }), sceneOf(graph).ctx)
  t.strictSame([ids, came], [await idsOf(graph, '/users?$select=id&$top=999'), ids.length])
  t.ok(names.filter(name => name.includes('usr0')).length >= 4, names.join('; '))
})

t.test('a filter holds in each shard, and the shards are not advanced queries unless it is', async t => {
  const graph = await sandboxGraph(t, { users: 600 })
  for (const [filter, advanced] of [
    ["accountEnabled eq true and (usageLocation eq 'DE' or usageLocation eq 'US')", false],
    ["endsWith(userPrincipalName,'m') or accountEnabled eq true", true],
  ] as const) {
    const { ctx, links } = sceneOf(graph)
    const { ids, came } = await readShards(listing('users', { select: ['id'], filter }), ctx)
    const all: string[] = []
    const headers = { ConsistencyLevel: 'eventual' }
    const url = `/users?$select=id&$top=999&$count=true&$filter=${encodeURIComponent(filter)}`
    for await (const { values } of graph.pages<Entity>(url, { headers })) all.push(...values.map(({ id }) => id))
    t.strictSame([ids, came], [all.sort(), all.length])
    t.ok(links.length > 5)
    t.strictSame([...new Set(links.map(link => link.includes('$count=true')))], [advanced])
  }
})

t.test('a listing that must not lag has no shard that is an advanced query', async t => {
  const graph = await sandboxGraph(t, { users: 1_000 })
  const { characters } = shardKeys.user
  // Names that begin otherwise are in a part of their own.
  const few = { ...shardKeys.user, characters: characters.replaceAll(/[a-h]/g, '') }
  const advanced = async (direct: boolean): Promise<readonly boolean[]> => {
    const { ctx, links } = sceneOf(graph)
    const shards = { by: few, least: 100, rows: [20, 60], direct } as const
    const source = directoryListing('users', { select: ['id'] }, { path: '/users', type: 'user', delta: true, shards })
    const { ids } = await readShards(source, ctx)
    t.strictSame(ids, await idsOf(graph, '/users?$select=id&$top=999'))
    return [...new Set(links.map(link => link.includes('$count=true')))].sort()
  }
  t.strictSame(await advanced(false), [false, true])
  t.strictSame(await advanced(true), [false])
})

t.test('a relation is expanded in each shard', async t => {
  const graph = await sandboxGraph(t, { users: 500 })
  const { ctx, links } = sceneOf(graph)
  const { rows, came } = await readShards(listing('users', { select: ['id', 'manager/displayName'] }), ctx)
  const whole = sceneOf(graph)
  const { rows: same } = await readShards(
    directoryListing('users', { select: ['id', 'manager/displayName'] }, { path: '/users', type: 'user' }),
    whole.ctx,
  )
  t.ok(links.length > 5)
  t.equal(came, same.size)
  t.strictSame(new Map([...rows].sort()), new Map([...same].sort()))
})

t.test(
  'a listing with a relation whose names begin with unknown characters is read in one piece, and a note says so',
  async t => {
    const graph = await sandboxGraph(t, { users: 500 })
    const { ctx, origins } = sceneOf(graph)
    const few = { ...shardKeys.user, characters: 'ab' }
    const { came } = await readShards(listing('users', { select: ['id', 'manager/displayName'] }, few), ctx)
    t.equal(came, 500)
    t.strictSame(origins, [
      {
        note: 'The listing was read in one piece, because Graph did not count its parts, or some of its rows are in none of them.',
      },
    ])
  },
)

t.test('small listings and limited ones are read as one', async t => {
  const graph = await sandboxGraph(t, { users: 300 })
  const { ctx, counted } = sceneOf(graph)
  const whole = [{ name: 'users' }]
  t.strictSame(await listing('users', { filter: "startsWith(displayName,'zz')" }).split!(ctx), whole)
  t.strictSame(await listing('users').split!(ctx, 99), whole)
  t.strictSame(counted, [])
  t.ok((await listing('users').split!(ctx)).length > 5)
})

t.test('a search and an order are read in one piece, and a note says so when the listing is large', async t => {
  const graph = await sandboxGraph(t, { users: 1_000 })
  const told = async (options: Listing): Promise<readonly Origin[]> => {
    const { ctx, origins } = sceneOf(graph)
    const source = listing('users', options)
    t.equal(source.split, undefined)
    await readShards(source, ctx)
    return origins
  }
  t.strictSame(await told({ orderby: 'displayName' }), [
    { note: 'The listing was read in one piece, because its rows are in order. Without that it is read in parallel.' },
  ])
  t.strictSame(await told({ search: '"userPrincipalName:a" OR "userPrincipalName:e" OR "displayName:a"' }), [
    {
      note: 'The listing was read in one piece, because a search cannot be divided. Without that it is read in parallel.',
    },
  ])
  t.strictSame(await told({ orderby: 'displayName', filter: "startsWith(displayName,'zz')" }), [])
})

t.test('users that are created, renamed and deleted meanwhile do not keep the others out', async t => {
  const graph = await sandboxGraph(t, { users: 400 })
  const domain = await domainOf(graph)
  const made = await graph.batch(
    Array.from({ length: 200 }, (_, nth) => userNamed(`${'amz'[nth % 3]}${nth}@${domain}`)),
  )
  const own = made.map(({ body }) => (body as Entity).id)
  const before = await idsOf(graph, '/users?$select=id&$top=999')
  const changed = new Set<string>()
  const { ids } = await readShards(listing('users', { select: ['id'] }), sceneOf(graph).ctx, async () => {
    const [renamed, deleted] = own.splice(0, 2)
    if (renamed === undefined || deleted === undefined) return
    const nth = own.length
    await create(graph, `new${nth}@${domain}`)
    await graph.request({
      method: 'PATCH',
      url: `/users/${renamed}`,
      body: { userPrincipalName: `${'zqx'[nth % 3]}${nth}moved@${domain}` },
    })
    await graph.request({ method: 'DELETE', url: `/users/${deleted}` })
    changed.add(renamed).add(deleted)
  })
  t.ok(changed.size > 10)
  t.strictSame(
    before.filter(id => !changed.has(id) && !ids.includes(id)),
    [],
  )
})
