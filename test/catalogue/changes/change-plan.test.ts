import t from 'tap'
import type { Graph } from '../../../src/core/graph.ts'
import { changePlan } from '../../../src/catalogue/changes/change-plan.ts'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import { sandboxBed } from '../../engine/changes/sandbox-bed.ts'

type Object = { readonly id: string; readonly [property: string]: unknown }
const firstOf = async (graph: Pick<Graph, 'request'>, url: string): Promise<readonly Object[]> =>
  (await graph.request<{ readonly value: readonly Object[] }>({ method: 'GET', url })).body.value

t.test('a group that the command names and that does not exist is refused once, before a row is read', async t => {
  const { graph, run, store, control } = await sandboxBed(t, [])
  const plan = await changePlan('add-member', { from: 'in.jsonl' }, { group: 'Sales Taem' })
  const operations = await loadOperations()
  await t.rejects(run(plan, { graph, operations, changing: { lagBoundMs: 0 } }), {
    code: 'GROUP_UNKNOWN',
    fix: /"Sales Team"/,
  })
  t.strictSame(await store.list(), [])
  t.match(JSON.parse(await control('GET', '/counters')), { writes: {} })
})

t.test('an application that the command names is found by id, appId or name, and rows get its id', async t => {
  const { graph, run } = await sandboxBed(t, [])
  const operations = await loadOperations()
  const [app] = await firstOf(graph, '/applications?$select=id,appId,displayName&$top=1')
  const [user] = await firstOf(graph, '/users?$select=id&$top=1')
  const folder = t.testdir({ 'in.jsonl': `${JSON.stringify({ member: user!.id })}\n` })
  const counts: unknown[] = []
  for (const application of [app!.id, String(app!['appId']), String(app!['displayName'])]) {
    const plan = await changePlan('add-app-owner', { from: `${folder}/in.jsonl` }, { application })
    const { manifest } = await run(plan, { graph, operations, changing: { lagBoundMs: 0 } })
    counts.push([manifest!.counts.done, manifest!.counts.unchanged])
  }
  t.strictSame(counts, [
    [1, 0],
    [0, 1],
    [0, 1],
  ])
  const owners = await firstOf(graph, `/applications/${app!.id}/owners?$select=id`)
  t.ok(owners.some(({ id }) => id === user!.id))
  const unknown = await changePlan('add-app-owner', { from: 'in.jsonl' }, { application: 'No such app' })
  await t.rejects(run(unknown, { graph, operations, changing: { lagBoundMs: 0 } }), {
    code: 'OBJECT_UNKNOWN',
    message: /has no application with the id, name or appId "No such app"\.$/,
  })
})
