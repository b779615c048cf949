import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { mark } from '../contracts/ledger-rows.ts'
import { newRun, storeIn } from './fixtures.ts'

t.test('the failures of a run that an earlier version recorded are read, in the order of their rows', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun())
  const failed = { operation: 'test', outcome: 'failed' } as const
  await run.appendResults(0, [
    { key: 7, ...failed, message: 'seven' },
    { key: 3, ...failed, message: 'three' },
  ])
  await run.finish('failed')
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file.exec(`drop table ledger; drop table work; drop table attempts; drop table intakes; alter table results drop column entry;
    alter table results rename column ordinal to place; pragma user_version = 1`)
  file.close()
  const read = await storeIn(t, folder).read(run.id, async run => [
    await run.readResults({ outcomes: ['failed'] }),
    await run.countResults(),
  ])
  t.match(read, [[{ message: 'seven' }, { message: 'three' }], { failed: 2 }])
  const held = await storeIn(t, folder).hold(run.id)
  t.match(await held.readFailures(), [{ result: { message: 'three' } }, { result: { message: 'seven' } }])
})

t.test('the ledger of a run that an earlier version recorded belongs to the phase that filled it', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun({ writes: true, phases: ['one', 'two'] }))
  const two = await run.phase('two')
  await two
    .ledger()
    .add(
      [1, 2].map(key => ({ key, row: { kind: 'add-member', value: {} }, about: `${key}`, digest: '', locks: ['g'] })),
    )
  await two.ledger().arrange()
  await two.ledger().markSent([mark(1)])
  await two.saveNote('intake', {})
  await run.release()
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file.exec('drop table intakes; alter table work drop column lost; pragma user_version = 4')
  file.close()
  const counts = await storeIn(t, folder).read(run.id, run =>
    Promise.all(['one', 'two'].map(phase => run.phase(phase).ledger().count())),
  )
  t.strictSame(counts, [
    { waiting: 0, pending: 0, sent: 0, settled: 0 },
    { waiting: 0, pending: 1, sent: 1, settled: 0 },
  ])
})
