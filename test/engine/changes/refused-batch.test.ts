import t from 'tap'
import { clientBetween, refuse } from './between.ts'
import { sandboxBed } from './sandbox-bed.ts'
import type { Bed } from './scenes.ts'

const linksOf = async (bed: Bed, count: number) => {
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, count)
  const group = await bed.newGroup()
  bed.input(users.map(member => [{ kind: 'add-member', value: { group, member } }]))
  return { users, members: async () => (await bed.ids(`/groups/${group}/members?$select=id`)).length }
}

for (const [status, code] of [
  [401, 'SIGN_IN_FAILED'],
  [403, 'NOT_PERMITTED'],
] as const)
  t.test(`a batch that is refused with ${status} stops the run, and no row is to blame`, async t => {
    const bed = await sandboxBed(t, [])
    const { members } = await linksOf(bed, 45)
    const graph = await clientBetween(t, bed, () => refuse(status, 'Forbidden'))
    await t.rejects(bed.change({}, { graph }), { code })
    const { id } = (await bed.store.list())[0]!
    t.strictSame(await bed.rowsOf(id), [])
    t.match(await bed.change({}, { resume: id }), { end: 'done', manifest: { counts: { done: 45, failed: 0 } } })
    t.equal(await members(), 45)
  })

t.test('a chain that is refused for its content is divided until the row at fault is alone', async t => {
  const bed = await sandboxBed(t, [])
  const { users, members } = await linksOf(bed, 45)
  const graph = await clientBetween(t, bed, ({ body, pass }) =>
    body.includes(users[7]!) ? refuse(400, 'BadRequest') : pass(),
  )
  const { run } = await bed.change({}, { graph })
  t.match(await bed.store.get(run), { manifest: { counts: { done: 44, failed: 1 } } })
  t.equal(await members(), 44)
  const rows = await bed.store.read(run, reader => reader.readRows({ limit: 100 }))
  t.match(rows[7]?.result, { key: 8, outcome: 'failed', status: 400, code: 'BadRequest' })
})
