/** Makes and ends runs, and takes from the budget, beside other processes that do the same. */
import { systemClock } from '../../../src/core/clock.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { environmentAt, newRun, withMain } from '../fixtures.ts'

const [, , folder, name, count] = process.argv as [string, string, string, string, string]
const store = openStore({ environment: environmentAt(folder), clock: systemClock })
let taken = 0
for (let at = 0; at < Number(count); at++) {
  const run = await withMain(await store.create(newRun({ target: `/out/${name}-${at}.csv` })))
  await run.appendResults(0, [{ key: at, operation: 'validate', outcome: 'failed' }])
  await run.finish('done')
  const bucket = { name: 'shared', capacity: 100, windowMs: 86_400_000 }
  if ((await store.budget.take([{ bucket, units: 1 }])) === 0) taken++
}
await store.close()
process.stdout.write(String(taken))
