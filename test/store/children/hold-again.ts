/** Acquires a run at a time that it is told, says so, and waits to be killed. */
import { openStore } from '../../../src/store/open-store.ts'
import { environmentAt, handClock } from '../fixtures.ts'

const [, , folder, id, now] = process.argv as [string, string, string, string, string]
const store = openStore({ environment: environmentAt(folder), clock: handClock(Number(now)) })
await store.hold(id)
process.stdout.write('held\n')
setInterval(() => undefined, 60_000)
