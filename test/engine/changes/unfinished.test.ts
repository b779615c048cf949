import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { csv } from '../../../src/sinks/csv.ts'
import { pending, sent } from '../../../src/store/ledger-tables.ts'
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

t.test(
  '--fresh brings what a killed process did not append into the audit log, and says that the run was ended',
  async t => {
    const { bed, run, plan } = await unfinished(t)
    const index = new DatabaseSync(join(bed.folder, 'store', 'runs', run, 'run.sqlite'))
    // As if the process had died before it appended the change.
    index.exec(`update facts set value = json_set(value, '$.sequence', 0) where name = 'note/audit'`)
    index.close()
    await bed.change({}, { plan: plan as never, fresh: true })
    const events: unknown[] = []
    for await (const lines of bed.store.audit.lines())
      for (const { entry } of lines) if (entry['run'] === run) events.push(entry['event'])
    t.strictSame(events, ['started', 'change', 'ended', 'change', 'discarded'])
  },
)

t.test('--fresh does not end a run of which it is not known what became of a change', async t => {
  const { bed, run, plan } = await unfinished(t)
  const file = new DatabaseSync(join(bed.folder, 'store', 'runs', run, 'run.sqlite'))
  const { changes } = file
    .prepare('update work set state = ?, attempts = 1, firstSentAt = 1, lastSentAt = 1 where state = ?')
    .run(sent, pending)
  file.close()
  t.equal(changes, 1)
  await t.rejects(bed.change({}, { plan: plan as never, fresh: true }), { code: 'RUN_UNDECIDED' })
  t.equal((await bed.store.get(run)).status, 'interrupted')
})
