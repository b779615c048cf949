import t from 'tap'
import { EntrapipeError } from '../../../../src/core/errors.ts'
import type { Graph } from '../../../../src/core/graph.ts'
import type { Source } from '../../../../src/core/parts.ts'
import { plan } from '../../../../src/engine/plan.ts'
import { jsonl } from '../../../../src/sinks/jsonl.ts'
import { directoryListing } from '../../../../src/sources/graph/directory-listing.ts'
import type { Entity } from '../../../../src/sources/graph/listing.ts'
import { shardKeys } from '../../../../src/sources/graph/sharding/shard-key.ts'
import { bed } from '../../../engine/plan-bed.ts'
import { sandboxGraph } from '../../sandbox-graph.ts'

const users = (): Source<Entity> =>
  directoryListing(
    'users',
    { select: ['id', 'userPrincipalName'], top: 25 },
    {
      path: '/users',
      type: 'user',
      delta: true,
      shards: { by: shardKeys.user, least: 100, rows: [30, 60] },
    },
  )

/** A client that breaks off after so many pages and counts, and tells which filters were counted. */
const breaking = (graph: Graph, after: number, counted: string[] = []): Graph => {
  let left = after
  const use = (): void => {
    if (left-- <= 0) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
  }
  return {
    ...graph,
    async *pages(link, options) {
      for await (const page of graph.pages<never>(link, options)) {
        use()
        yield page
      }
    },
    async batch(requests, signal) {
      use()
      counted.push(...requests.map(({ url }) => url))
      return graph.batch(requests, signal)
    },
  }
}

const rowsOf = (text: string): readonly string[] => text.trim().split('\n').sort()

t.test(
  'a run that ends within its shards, again and again, has the rows of an undisturbed run when it is resumed',
  async t => {
    const graph = await sandboxGraph(t, { users: 700 })
    const { run, text, store } = bed(t)
    const planOf = (to: string) => plan({ source: users(), sink: jsonl({ to }), rowsPerCut: 60 })
    const whole = await run(planOf('out/whole.jsonl'), { graph })
    t.match(whole.manifest, { completeness: 'complete', counts: { repeated: 0 } })
    let ends = 0
    let manifest
    // The first four are too few for the 28 pages, however these are divided among the shards.
    for (const after of [3, 9, 6, 8, 14, 25, 60, Infinity]) {
      try {
        manifest = (await run(planOf('out/cut.jsonl'), { graph: breaking(graph, after) })).manifest
        break
      } catch (error) {
        if (!(error instanceof EntrapipeError && error.code === 'GRAPH_UNAVAILABLE')) throw error
        ends++
      }
    }
    t.ok(ends > 3)
    t.match(manifest, { completeness: 'complete', counts: whole.manifest!.counts })
    t.strictSame(rowsOf(text('out/cut.jsonl')), rowsOf(text('out/whole.jsonl')))
    t.strictSame(
      (await store.list({})).map(({ status }) => status),
      ['done', 'done'],
    )
  },
)

t.test('a listing that was divided is not divided again when its run is resumed', async t => {
  const graph = await sandboxGraph(t, { users: 700 })
  const { run } = bed(t)
  const planOf = () => plan({ source: users(), sink: jsonl({ to: 'out/x.jsonl' }), rowsPerCut: 60, shardsAtOnce: 1 })
  const first: string[] = []
  await t.rejects(run(planOf(), { graph: breaking(graph, 24, first) }), { code: 'GRAPH_UNAVAILABLE' })
  const later: string[] = []
  const { manifest } = await run(planOf(), { graph: breaking(graph, Infinity, later) })
  t.equal(manifest?.completeness, 'complete')
  t.ok(first.includes('/users/$count'))
  t.notOk(later.includes('/users/$count'))
})

t.test('a limit ends a divided listing at that row', async t => {
  const graph = await sandboxGraph(t, { users: 700 })
  const { run, text } = bed(t)
  const { manifest } = await run(plan({ source: users(), sink: jsonl({ to: 'out/x.jsonl' }), limit: 250 }), { graph })
  t.match(manifest, { completeness: 'complete', limit: 250, counts: { read: 250, written: 250 } })
  t.equal(new Set(rowsOf(text('out/x.jsonl'))).size, 250)
})
