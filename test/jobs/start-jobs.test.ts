import { once } from 'node:events'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import { hasEnded, type Job } from '../../src/jobs/job.ts'
import { startJobs } from '../../src/jobs/start-jobs.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openTables } from '../../src/store/tables/open-tables.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { jobDesk } from './job-bed.ts'
import { jobsProcesses, untilJob } from './jobs-process.ts'

t.test(
  'jobs survive kill -9 of the process that runs them, and SIGTERM hands them over: nothing is lost or doubled',
  async t => {
    const desk = await jobDesk(t)
    const environment = fakeEnvironment(desk.folder, { ENTRAPIPE_STORE: desk.path('store') })
    const runs = openStore({ environment, clock: systemClock })
    const tables = await openTables(runs.folder, systemClock)
    const store = jobStore(tables, systemClock)
    t.teardown(async () => {
      await tables.close()
      await runs.close()
    })
    const { start, submit, said } = jobsProcesses(t, { ENTRAPIPE_STORE: desk.path('store') })
    const until = (id: string, is: (job: Job) => boolean): Promise<Job> => untilJob(store, id, is)
    const many = 400
    const first = await start()
    await desk.writes()
    await desk.slowly(300)
    const id = await submit(first, {
      ...{ pipeline: 'users create', params: {}, tenant: 'sandbox' },
      paths: { from: desk.newPeople('in.csv', 'zoe', many) },
    })
    await desk.hasSent()
    const { run } = await until(id, job => job.run !== undefined)

    await t.test('a second process is refused meanwhile', async t => {
      await t.rejects(
        startJobs({
          store: runs,
          environment,
          clock: systemClock,
          slots: 1,
          say: () => undefined,
          newOutput: async name => name,
        }),
        {
          code: 'SERVER_ACTIVE',
          message: /Another entrapipe serve uses the state folder/,
        },
      )
    })

    first.kill('SIGKILL')
    await once(first, 'exit')
    const second = await start()
    await until(id, ({ state }) => state === 'running')
    second.kill('SIGTERM')
    const [status] = (await once(second, 'exit')) as [number]
    t.equal(status, 0, said())
    t.match((await store.get(id)).state, /^(?:interrupted|queued|done)$/)
    await desk.slowly(0)
    const third = await start()
    const exported = await submit(third, {
      ...{ pipeline: 'export users', params: { select: ['id'] }, tenant: 'sandbox' },
      paths: { to: desk.path('users.jsonl') },
    })
    const ended = await until(id, ({ state }) => hasEnded(state))
    t.match(ended, { state: 'done', run, counts: { rows: many, pending: 0, failed: 0, unknown: 0 } }, said())
    t.strictSame(
      await desk.created('zoe'),
      Array.from({ length: many }, () => 1),
    )
    t.match(await until(exported, ({ state }) => hasEnded(state)), { state: 'done' }, said())
    t.equal((await desk.look(at => at.list({ writes: true }))).length, 1, 'it was one run')
    third.kill('SIGTERM')
    await once(third, 'exit')
  },
)
