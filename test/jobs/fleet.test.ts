import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import { hasEnded, type Job } from '../../src/jobs/job.ts'
import { openPostgres } from '../../src/store/postgres/database.ts'
import { migrate } from '../../src/store/postgres/migrations.ts'
import { openPostgresTables, tablesPart } from '../../src/store/tables/postgres-tables.ts'
import { postgres, withoutPostgres } from '../servers/postgres.ts'
import { jobDesk } from './job-bed.ts'
import { jobsProcesses, untilJob } from './jobs-process.ts'

t.test(
  'a process continues what another one was killed in, if they share their jobs in PostgreSQL',
  { skip: withoutPostgres },
  async t => {
    const server = await postgres(t)
    const url = await server.database()
    const database = openPostgres({ url, clock: systemClock })
    await migrate(database, [tablesPart])
    const store = jobStore(await openPostgresTables(database), systemClock)
    t.teardown(() => database.close())
    const desk = await jobDesk(t)
    const { start, submit, said } = jobsProcesses(t, { ENTRAPIPE_STORE: desk.path('store'), DATABASE_URL: url })
    const until = (id: string, is: (job: Job) => boolean): Promise<Job> => untilJob(store, id, is)
    const first = await start()
    const many = 400
    await desk.writes()
    await desk.slowly(300)
    const create = (child: ChildProcess, prefix: string, rows: number) =>
      submit(child, {
        ...{ pipeline: 'users create', params: {}, tenant: 'sandbox' },
        paths: { from: desk.newPeople(`${prefix}.csv`, prefix, rows) },
      })
    const id = await create(first, 'zoe', many)
    await desk.hasSent()
    const { run } = await until(id, job => job.run !== undefined)
    first.kill('SIGKILL')
    await once(first, 'exit')
    const second = await start()
    const next = await create(second, 'amy', 5)
    await desk.slowly(0)
    const ended = await until(id, ({ state }) => hasEnded(state))
    t.match(ended, { state: 'done', run, counts: { rows: many, pending: 0, failed: 0, unknown: 0 } }, said())
    t.ok((await store.audit({ job: id })).some(({ action }) => action === 'recover'))
    t.strictSame(
      await desk.created('zoe'),
      Array.from({ length: many }, () => 1),
    )
    t.match(await until(next, ({ state }) => hasEnded(state)), { state: 'done', counts: { done: 5 } }, said())
    second.kill('SIGTERM')
    await once(second, 'exit')
  },
)
