import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
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
  file.exec(`drop table ledger; drop table work; drop table attempts; alter table results drop column entry;
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
