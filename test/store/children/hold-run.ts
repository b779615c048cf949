/** Holds a run, writes checkpoints and results as fast as it can, and says so; it is killed by the test. */
import { systemClock } from '../../../src/core/clock.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { environmentAt, newRun, withMain } from '../fixtures.ts'

const store = openStore({ environment: environmentAt(process.argv[2]!), clock: systemClock })
const run = await withMain(await store.create(newRun()))
const scope = run.scope('1.dedupe')
const keys = scope.set('id')
const ids = run.ids()
process.stdout.write(`${run.id}\n`)
for (let cut = 1; ; cut++) {
  const page = Array.from({ length: 200 }, (_, at) => `${cut}/${at}`)
  keys.addAll(page)
  ids.addAll(page)
  await run.appendResults(
    cut - 1,
    page.map(key => ({ key, operation: 'validate', outcome: 'failed' })),
  )
  scope.advance(cut)
  // Ahead of the cut, as a source and its steps are.
  keys.addAll([`ahead of ${cut}`])
  await run.saveCheckpoint({
    cut,
    positions: { users: { cut } },
    ids: { length: ids.length, checksum: ids.checksum },
    states: { '1.dedupe': cut },
    mark: { cut },
    counters: { read: cut * 200 },
  })
  process.stdout.write(`${cut}\n`)
}
