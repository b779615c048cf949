import { startJobs } from '../../../src/jobs/start-jobs.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import { openStore } from '../../../src/store/open-store.ts'

// Runs the jobs of a store, as `serve` does. A message is a job to submit.
const environment = processEnvironment()
const store = openStore({ environment, clock: systemClock })
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const started = await startJobs({ store, environment, clock: systemClock, slots: 2, say })
const person = { id: 'tenant/ann', name: 'ann@contoso.com' }
process.on('message', (wish: Parameters<typeof started.jobs.submit>[0]) => {
  void started.jobs.submit(wish, person).then(({ id }) => process.send!({ id }))
})
process.on('SIGTERM', () => {
  void started
    .stop()
    .then(() => store.close())
    .then(() => process.exit(0))
})
process.send!({ rss: process.memoryUsage.rss() })
