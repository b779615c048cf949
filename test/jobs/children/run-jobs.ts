import { startJobs } from '../../../src/jobs/start-jobs.ts'
import { openFleet } from '../../../src/cli/server/open-fleet.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import { openStore } from '../../../src/store/open-store.ts'

// Runs the jobs of a store, as `serve` does, or as a worker of a fleet. A message is a job to submit.
const environment = processEnvironment()
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const url = environment.variable('DATABASE_URL')
const files = environment.variable('FILES')
const clock = systemClock
const skills = { tenants: ['sandbox'], code: [], places: [] }
const own =
  url === undefined || files === undefined
    ? { store: openStore({ environment, clock: systemClock }), close: async () => undefined }
    : await openFleet({ url, files, skills, environment, clock, say })
const shared = 'shared' in own ? own.shared : undefined
const pace = environment.variable('PACE')
if (shared && pace !== undefined) Object.assign(shared.fleet, { pace: Number(pace) })
const { store } = own
const started = await startJobs({
  ...{ store, environment, clock, slots: 2, say, newOutput: async (name: string) => name },
  approval: environment.variable('APPROVAL') !== undefined,
  ...(shared && { shared }),
})
const person = { id: 'tenant/ann', name: 'ann@contoso.com' }
process.on('message', (wish: Parameters<typeof started.jobs.submit>[0]) => {
  void started.jobs.submit(wish, person).then(({ id }) => process.send!({ id }))
})
process.on('SIGTERM', () => {
  void started
    .stop()
    .then(() => own.close())
    .then(() => store.close())
    .then(() => process.exit(0))
})
process.send!({ rss: process.memoryUsage.rss() })
