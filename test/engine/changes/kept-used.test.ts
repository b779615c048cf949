import t from 'tap'
import { sandboxBed } from './sandbox-bed.ts'

t.test('a run with changes that is resumed after its intake has used what all its processes have', async t => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 12)
  const group = await bed.newGroup()
  bed.input(users.map(member => [{ kind: 'add-member', value: { group, member } }]))
  const first = bed.graph.usage()
  const limited = await bed.change({ mostChanges: 5 })
  t.equal(limited.end, 'pending')
  const between = bed.graph.usage()
  t.strictSame(limited.manifest!.used, {
    requests: between.requests - first.requests,
    units: between.units - first.units,
    writes: between.writes - first.writes,
    throttled: 0,
  })
  t.ok(limited.manifest!.used!.requests > 0)
  // What others do with the client in between is not counted.
  await bed.ids('/users?$select=id&$top=100')
  const start = bed.graph.usage()
  const rest = await bed.change({}, { resume: limited.run })
  t.equal(rest.end, 'done')
  const last = bed.graph.usage()
  t.equal(rest.manifest!.used!.requests, between.requests - first.requests + last.requests - start.requests)
  t.ok(last.requests > start.requests)
})
