import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import type { Fields } from '../../../src/core/json.ts'
import type { Drift } from '../../../src/core/manifest.ts'
import { plan } from '../../../src/engine/plan.ts'
import { createGraph } from '../../../src/graph/create-graph.ts'
import { memoryBudget } from '../../../src/graph/memory-budget.ts'
import type { Kind, Mutation } from '../../../src/sandbox/directory/types.ts'
import { jsonl } from '../../../src/sinks/jsonl.ts'
import { directoryListing } from '../../../src/sources/graph/directory-listing.ts'
import { shardKeys } from '../../../src/sources/graph/sharding/shard-key.ts'
import { openBed, rowsOf } from '../../e2e/bed.ts'
import { bed as planBed } from '../../engine/plan-bed.ts'
import { random } from '../../programs/random.ts'

const bed = await openBed(t, { users: 6_000 })
const { directory } = bed

const kinds = [
  { kind: 'user', path: '/users', by: shardKeys.user, key: 'userPrincipalName', created: 'createdDateTime' },
  { kind: 'group', path: '/groups', by: shardKeys.group, key: 'mailNickname', created: 'createdDateTime' },
  { kind: 'device', path: '/devices', by: shardKeys.device, key: 'displayName', created: 'registrationDateTime' },
  { kind: 'application', path: '/applications', by: undefined, key: 'displayName', created: 'createdDateTime' },
  { kind: 'servicePrincipal', path: '/servicePrincipals', by: undefined, key: 'displayName', created: undefined },
] as const
type Case = (typeof kinds)[number]

const idsOf = (kind: Kind): readonly string[] =>
  directory.collection(kind).slice({ order: 'default', view: 'direct' }, 100_000, ['id']).ids

const others: Readonly<Record<Case['kind'], Fields>> = {
  user: { displayName: 'Drift', accountEnabled: true },
  group: { displayName: 'Drift', mailEnabled: false, securityEnabled: true, groupTypes: [] },
  device: { accountEnabled: true },
  application: {},
  servicePrincipal: {},
}

for (const [kind, count] of [
  ['group', 500],
  ['application', 400],
  ['servicePrincipal', 400],
] as const)
  await bed.mutate(
    ...Array.from({ length: count }, (_, nth): Mutation => {
      const name = `${String.fromCharCode(97 + (nth % 26))}${nth}`
      const values = { displayName: name, ...(kind === 'group' && { mailNickname: name }) }
      const created = kind === 'servicePrincipal' ? {} : { createdDateTime: '2026-01-01T00:00:00Z' }
      return { do: 'create', kind, values: { ...others[kind], ...values, ...created } }
    }),
  )

/** Objects that no test has created: one that is renamed within the second in which it was created counts as created. */
const original = new Set(kinds.flatMap(({ kind }) => idsOf(kind)))

/** A token for Graph, from the control endpoint. */
const { accessToken: token } = await bed.control<{ readonly accessToken: string }>('POST', '/tokens', {})
const graph = createGraph({
  tenant: { name: 'bed', id: bed.sandbox.tenantId },
  rootUrl: bed.sandbox.baseUrl,
  credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
  budget: memoryBudget(systemClock),
  quotas: {},
  clock: systemClock,
})
t.teardown(() => graph.close())

/** What became of the objects of a kind while they were read. */
interface Truth {
  readonly created: readonly string[]
  readonly deleted: readonly string[]
  readonly changed: readonly string[]
}

let named = 0

/** The values of an object that is new, or renamed into another shard. */
const valuesOf = ({ kind, key }: Case, next: () => number): Fields => {
  const name = `${String.fromCharCode(97 + Math.floor(next() * 26))}${String.fromCharCode(97 + Math.floor(next() * 26))}.drift${++named}`
  return { [key]: kind === 'user' ? `${name}@${directory.domain}` : name }
}

/** Deletes and renames so many objects each, and creates some, in a random order. Returns the steps. */
const stepsOf = (one: Case, each: number, creates: number, next: () => number) => {
  const { kind } = one
  const ids = idsOf(kind).filter(id => original.has(id))
  const taken = (): string => ids.splice(Math.floor(next() * ids.length), 1)[0]!
  const deleted = Array.from({ length: each }, taken)
  const changed = Array.from({ length: each }, taken)
  const create = (): Mutation => ({
    do: 'create',
    kind,
    values: {
      ...others[kind],
      ...valuesOf(one, next),
    },
  })
  const mutations: (() => Mutation)[] = [
    ...Array.from({ length: creates }, () => create),
    ...deleted.map(id => (): Mutation => ({ do: 'delete', kind, id })),
    ...changed.map(id => (): Mutation => ({ do: 'update', kind, id, values: valuesOf(one, next) })),
  ]
  const order = mutations.map(mutation => [next(), mutation] as const).toSorted(([a], [b]) => a - b)
  return { steps: order.map(([, mutation]) => mutation), deleted, changed }
}

/** Exports all objects of a kind. While pages are read, the directory changes; one page may come without its rows. */
const exported = async (
  t: Parameters<typeof planBed>[0],
  one: Case,
  next: () => number,
  { drops }: { readonly drops?: number } = {},
) => {
  const { kind, path, by } = one
  const before = idsOf(kind)
  const each = Math.ceil(before.length * 0.017)
  // As many come as a dropped page has.
  const { steps, deleted, changed } = stepsOf(one, each, drops === undefined ? each : each + 60, next)
  const perPage = Math.max(1, Math.ceil(steps.length / Math.floor(before.length / 50)))
  let pages = 0
  let dropped = 0
  let isDropping = false
  bed.before(async (request, answer) => {
    const isPage = request.path === path && !/\bid in /.test(decodeURIComponent(request.query ?? ''))
    if (!isPage) return undefined
    pages++
    const some = steps.splice(0, perPage).map(make => make())
    if (some.length > 0) await bed.mutate(...some)
    if (drops === undefined || pages < drops || dropped > 0 || isDropping) return undefined
    isDropping = true
    const reply = await answer(request)
    const body = JSON.parse(reply.body!) as { readonly value: readonly unknown[] }
    isDropping = false
    if (body.value.length === 0) return reply
    dropped = body.value.length
    return { status: 200, headers: {}, body: JSON.stringify({ ...body, value: [] }) }
  })
  const { run, text, has } = planBed(t)
  const end = await run(
    plan({
      source: directoryListing(
        kind,
        { select: ['id'], top: 50 },
        { path, type: kind, delta: true, ...(by && { shards: { by, least: 100, rows: [60, 150] as const } }) },
      ),
      sink: jsonl({ to: 'out/rows.jsonl' }),
      rowsPerCut: 100,
    }),
    { graph },
  )
  bed.before()
  const after = idsOf(kind)
  const there = new Set(before)
  const truth: Truth = { created: after.filter(id => !there.has(id)), deleted, changed }
  const rows = has('out/rows.jsonl') ? rowsOf<{ readonly id: string }>(text('out/rows.jsonl')).map(({ id }) => id) : []
  return { end, manifest: end.manifest!, rows, before, after, truth, left: steps.length, dropped }
}

const namedAs = ({ objects }: Drift, change: string): readonly string[] =>
  objects.flatMap(object => (object.change === change ? [object.id] : [])).toSorted()

for (const one of kinds)
  t.test(
    `while 5 % of the ${one.kind}s come, go and move, every difference is explained, and nobody is read twice`,
    async t => {
      const { end, manifest, rows, before, after, truth, left } = await exported(t, one, random(one.kind))
      t.equal(left, 0, 'all changes were made while it was read')
      t.ok(truth.created.length + truth.deleted.length + truth.changed.length >= before.length * 0.05)
      t.strictSame([end.end, manifest.completeness], ['done', 'drifted'])
      if (one.by) t.ok((manifest.shards ?? 1) > 3, `${manifest.shards} shards`)
      t.equal(new Set(rows).size, rows.length)
      t.match(manifest.counts, { before: before.length, after: after.length, read: rows.length })
      const drift = manifest.drift!
      // A listing in one piece is in an order that names do not change, so delta does not track them.
      const moved = one.by ? truth.changed : []
      const changes = ['created', 'changed', 'deleted'].map(change => namedAs(drift, change))
      t.strictSame(changes, [truth.created.toSorted(), moved.toSorted(), truth.deleted.toSorted()])
      const explained = new Set(drift.objects.map(({ id }) => id))
      const [isRow, isThere] = [new Set(rows), new Set(after)]
      t.strictSame(
        [...after.filter(id => !isRow.has(id)), ...rows.filter(id => !isThere.has(id))].filter(
          id => !explained.has(id),
        ),
        [],
      )
      t.strictSame(
        [...truth.created, ...truth.changed].filter(id => !isRow.has(id)),
        [],
        'what came and moved is read at the end',
      )
    },
  )

for (const one of kinds)
  t.test(
    `a page of ${one.kind}s that is dropped makes the listing short, although as many come, go and move`,
    async t => {
      const { end, manifest, dropped, truth } = await exported(t, one, random(`${one.kind} dropped`), { drops: 4 })
      t.strictSame([end.end, manifest.completeness], ['short', 'short'])
      const missing = Number(/: (\d+) or more are missing/.exec(manifest.why!)?.[1])
      if (one.created)
        t.ok(
          missing <= dropped && missing > dropped - truth.deleted.length - truth.changed.length,
          `${missing} of ${dropped}`,
        )
    },
  )

t.test('what comes and moves after all is read is named, and not in the file', async t => {
  const [one] = kinds
  const { steps, changed } = stepsOf(one, 3, 3, random('too late'))
  const before = idsOf('user')
  let pages = 0
  bed.before(async ({ path }) => {
    if (path === '/users') pages++
    // The count at the end is asked once the late shard was read.
    if (path === '/users/$count' && pages > 0) await bed.mutate(...steps.splice(0).map(make => make()))
    return undefined
  })
  const { run, text } = planBed(t)
  const listing = { path: '/users', type: 'user', delta: true }
  const { manifest } = await run(
    plan({
      source: directoryListing('user', { select: ['id'] }, listing),
      sink: jsonl({ to: 'out/rows.jsonl' }),
    }),
    { graph },
  )
  bed.before()
  t.strictSame(steps, [])
  const rows = rowsOf<{ readonly id: string }>(text('out/rows.jsonl')).map(({ id }) => id)
  t.strictSame(rows.toSorted(), before.toSorted())
  const there = new Set(before)
  const created = idsOf('user').filter(id => !there.has(id))
  t.match(manifest, {
    completeness: 'drifted',
    drift: {
      created: 3,
      deleted: 3,
      changed: 3,
      evidence: { readCreated: 0, unreadCreated: 3, unreadChanged: 0, gone: 0 },
    },
  })
  t.strictSame(namedAs(manifest!.drift!, 'created'), created.toSorted())
  t.strictSame(namedAs(manifest!.drift!, 'changed'), changed.toSorted())
})
