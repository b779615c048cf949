/** Sends the rows of a ledger in batches, and says each mark and each settlement; it is killed by the test. */
import { systemClock } from '../../../src/core/clock.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { environmentAt, newRun } from '../fixtures.ts'

const store = openStore({ environment: environmentAt(process.argv[2]!), clock: systemClock })
const run = await store.create(newRun({ writes: true }))
const ledger = (await run.phase('main')).ledger()
await ledger.add(
  Array.from({ length: 20_000 }, (_, at) => ({
    key: at + 1,
    row: { kind: 'add-member', value: { group: `g${at % 7}`, member: `m${at}` } },
    about: `g${at % 7}/m${at}`,
    locks: [`g${at % 7}`],
  })),
)
await ledger.arrange()
process.stdout.write(`${run.id}\n`)
for (;;) {
  const rows = await ledger.claim(50)
  if (rows.length === 0) break
  const ordinals = rows.map(({ ordinal }) => ordinal)
  await ledger.markSent(ordinals.map(ordinal => ({ ordinal, attempt: 1, client: `c${ordinal}`, atMs: 1, before: {} })))
  process.stdout.write(`sent ${ordinals.join()}\n`)
  await ledger.settle(
    rows.map(({ ordinal, key }) => ({ ordinal, result: { key, operation: 'add-member', outcome: 'done' } })),
  )
  process.stdout.write(`settled ${ordinals.join()}\n`)
}
