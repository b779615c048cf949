import t, { type Test } from 'tap'
import { csv } from '../../../src/sinks/csv.ts'
import { sandboxBed } from './sandbox-bed.ts'

/** A run that sent one of two changes, and writes its rejects to a file. */
const unfinished = async (t: Test) => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")).slice(0, 2)
  bed.input(users.map(user => [{ kind: 'update-user', value: { user, jobTitle: 'Lead' } }]))
  const plan = { ...bed.plan, rejects: csv({ to: 'rejects.csv' }) }
  const { run, end } = await bed.change({ mostChanges: 1 }, { plan: plan as never })
  t.equal(end, 'pending')
  return { bed, run, plan }
}

t.test('an unfinished run of changes is not replaced, except with --fresh, and keeps its ledger', async t => {
  const { bed, run, plan } = await unfinished(t)
  await t.rejects(bed.change({}, { plan: plan as never }), { code: 'RUN_UNFINISHED', facts: { run } })
  const { progress } = await bed.change({}, { plan: plan as never, fresh: true })
  t.match(progress.outcomes, { done: 1, unchanged: 1 })
  t.equal((await bed.store.get(run)).status, 'discarded')
  const settled = await bed.store.read(run, async reader => {
    const entries = await reader.phase('main').ledger().entries({ limit: 10 })
    return entries.map(({ state }) => state === 'settled')
  })
  t.strictSame(settled.toSorted(), [false, true])
})

t.test('an export to the file of its rejects does not end it', async t => {
  const { bed, run } = await unfinished(t)
  const { source } = bed.plan
  await t.rejects(bed.run({ source, sink: csv({ to: 'rejects.csv' }) }), { code: 'RUN_UNFINISHED', facts: { run } })
  t.equal((await bed.store.get(run)).status, 'interrupted')
})
