import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
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
  const bed = await withRows(t, async ({ ids, graph }) => {
    const users = await ids('/users?$select=id&$top=100')
    for (const at of [1, 2])
      await graph.request({
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
