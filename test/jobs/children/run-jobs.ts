import { startJobs } from '../../../src/jobs/start-jobs.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import { openPostgresQueue } from '../../../src/jobs/postgres-queue.ts'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { openPostgresTables } from '../../../src/store/tables/postgres-tables.ts'
import { openStore } from '../../../src/store/open-store.ts'

const openShared = async (url: string) => ({
  tables: await openPostgresTables(openPostgres({ url, clock: systemClock })),
  queue: await openPostgresQueue(url),
})

// Runs the jobs of a store, as `serve` does. A message is a job to submit.
const environment = processEnvironment()
const store = openStore({ environment, clock: systemClock })
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const url = environment.variable('DATABASE_URL')
const clock = systemClock
const shared = url === undefined ? {} : { shared: await openShared(url) }
const started = await startJobs({ store, environment, clock, slots: 2, say, newOutput: async name => name, ...shared })
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
