import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { graph } from '../../../src/sinks/graph.ts'
import { undo } from '../../../src/sources/undo.ts'
import { sandboxBed } from './sandbox-bed.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)
const newUser = (at: number, domain: string) => ({
  kind: 'create-user',
  value: {
    userPrincipalName: `new${at}@${domain}`,
    displayName: `New ${at}`,
    passwordProfile: { password: `Fresh-start-${at}!` },
  },
})

const withRows = async (
  t: Parameters<typeof sandboxBed>[0],
  rows: (bed: Awaited<ReturnType<typeof sandboxBed>>) => unknown,
) => {
  const bed = await sandboxBed(t, [])
  const made = (await rows(bed)) as readonly (readonly object[])[]
  writeFileSync(join(bed.folder, 'in.jsonl'), made.map(steps => `${JSON.stringify({ steps })}\n`).join(''))
  return bed
}

t.test('users are created, and a second run changes nothing', async t => {
  const bed = await withRows(t, ({ sandbox }) => numbers(30).map(at => [newUser(at, sandbox.domain)]))
  t.match(await bed.change(), { end: 'done', manifest: { counts: { read: 30, done: 30, failed: 0, written: 0 } } })
  t.match(await bed.change(), { end: 'done', manifest: { counts: { read: 30, done: 0, unchanged: 30 } } })
})

t.test('members of several groups are added 20 to a request, and undone', async t => {
  let groups: readonly string[] = []
  const bed = await withRows(t, async ({ ids, graph: client }) => {
    const users = await ids('/users?$select=id&$top=100')
    for (const at of [1, 2])
      await client.request({
        method: 'POST',
        url: '/groups',
        body: { displayName: `Team ${at}`, mailEnabled: false, mailNickname: `team${at}`, securityEnabled: true },
      })
    groups = await ids("/groups?$select=id&$filter=startsWith(displayName,'Team ')")
    return users.slice(0, 50).flatMap(member => groups.map(group => [{ kind: 'add-member', value: { group, member } }]))
  })
  const before = bed.graph.usage().writes
  const { run } = await bed.change()
  t.match(await bed.store.get(run), { status: 'done', writes: true })
  t.equal(bed.graph.usage().writes - before, 6)
  for (const group of groups) t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 50)
})

t.test('a run is undone: users it created are deleted, and a second undo changes nothing', async t => {
  const bed = await withRows(t, ({ sandbox }) => numbers(3).map(at => [newUser(at, sandbox.domain)]))
  const { run } = await bed.change()
  const undoing = () =>
    bed.change(
      {},
      { plan: { source: undo({ run }), sink: graph(({ steps }: { steps: readonly OperationRow[] }) => steps) } },
    )
  t.match(await undoing(), { end: 'done', manifest: { counts: { read: 3, done: 3, failed: 0 } } })
  t.match(await undoing(), { end: 'done', manifest: { counts: { read: 3, done: 0, unchanged: 3 } } })
})

t.test('a dry run sends nothing, and counts what the run then does', async t => {
  const bed = await withRows(t, ({ sandbox }) => numbers(5).map(at => [newUser(at, sandbox.domain)]))
  const dry = await bed.change({ dryRun: true })
  t.match(dry, { end: 'done', changes: { pending: 5, preview: { send: { 'create-user': 5 }, writes: 5 } } })
  t.equal(bed.graph.usage().writes, 0)
  t.match(await bed.change(), { manifest: { counts: { done: 5 } } })
})
