import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { safeRows } from '../../src/store/safe-rows.ts'
import { newRun, storeIn } from './fixtures.ts'

t.test(
  'a run has as many safe rows as its checkpoint says; none without a checkpoint, or where its file is gone',
  async t => {
    const store = storeIn(t, t.testdir())
    const run = await store.create(newRun())
    const rows = async () => safeRows(store, await store.get(run.id))
    t.equal(await rows(), undefined)
    await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, counters: { written: 40 } })
    t.equal(await rows(), 40)
    await run.release()
    t.equal(await rows(), 40)
    rmSync(join(store.folder.path, 'runs', run.id), { recursive: true })
    t.equal(await rows(), undefined)
  },
)

t.test('a run whose file or lock is damaged has no known safe rows, and can be discarded', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, counters: { written: 40 } })
  await run.release()
  const folder = join(store.folder.path, 'runs', run.id)
  for (const name of ['run.sqlite-wal', 'run.sqlite-shm']) rmSync(join(folder, name), { force: true })
  writeFileSync(join(folder, 'run.sqlite'), 'no database '.repeat(500))
  t.equal(await safeRows(store, await store.get(run.id)), undefined)
  await store.discard(run.id)
  t.equal((await store.get(run.id)).status, 'discarded')
})

t.test('a run whose lock is damaged is resumed as others are', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, counters: { written: 40 } })
  await run.release()
  writeFileSync(join(store.folder.path, 'runs', run.id, 'lock'), 'no database '.repeat(500))
  t.equal((await store.get(run.id)).status, 'interrupted')
  const resumed = await store.hold(run.id)
  t.equal(resumed.info.resumed, 1)
  t.equal((await store.get(run.id)).status, 'running')
  await resumed.release()
})
