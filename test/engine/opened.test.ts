import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { discard } from '../../src/engine/discard.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { environmentAt } from '../store/fixtures.ts'
import { brokeOff, numbers, planOf } from './breaking-numbers.ts'
import { bed } from './plan-bed.ts'

/** Two stores, each with an unfinished run into the same file. The partial of the first was removed by hand. */
const twoStores = async (t: Parameters<typeof bed>[0]) => {
  const { run, store, has, text, folder } = bed(t)
  const environment = environmentAt(join(folder, 'other'), { cwd: folder })
  const other = openStore({ environment, clock: systemClock })
  t.teardown(() => other.close())
  await t.rejects(run(planOf(numbers('a', { at: 50 }))), brokeOff)
  const [first] = await store.list()
  rmSync(join(folder, 'out/n.jsonl.partial'))
  const breaks: { at?: number } = { at: 50 }
  await t.rejects(run(planOf(numbers('a', breaks)), { store: other }), brokeOff)
  const remove = (from: Store, id: string) =>
    discard(
      { store: from, places: destinationAt, clock: systemClock, environment, signal: new AbortController().signal },
      id,
    )
  return { run, store, other, first: first!, breaks, has, text, remove }
}

t.test('a run that is discarded does not remove what a run of another store writes to its file by now', async t => {
  const { run, store, other, first, breaks, has, text, remove } = await twoStores(t)
  t.strictSame(await remove(store, first.id), [])
  t.equal((await store.get(first.id)).status, 'discarded')
  t.ok(has('out/n.jsonl.partial'))
  delete breaks.at
  t.match(await run(planOf(numbers('a', breaks)), { store: other }), { manifest: { resumed: 1 } })
  t.equal(text('out/n.jsonl').trim().split('\n').length, 60)
})

t.test('nor does a new run into the file take it for that of an earlier run', async t => {
  const { run, store, has } = await twoStores(t)
  await t.rejects(run(planOf(numbers('b'))), { code: 'FILE_UNWRITABLE', message: /already exists/ })
  t.ok(has('out/n.jsonl.partial'))
  t.equal((await store.list()).length, 1)
})

t.test('its own is removed, also by a process that knows only the store', async t => {
  const { other, has, remove } = await twoStores(t)
  const [second] = await other.list()
  t.match(await remove(other, second!.id), [/n\.jsonl\.partial$/])
  t.notOk(has('out/n.jsonl.partial'))
})
