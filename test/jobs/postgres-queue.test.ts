import t from 'tap'
import { openPostgresQueue } from '../../src/jobs/postgres-queue.ts'
import { postgres, withoutPostgres } from '../servers/postgres.ts'
import { queueContract } from './queue-contract.ts'

t.test('the queue of a fleet', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const url = await server.database()
  const queue = await openPostgresQueue(url)
  const other = await openPostgresQueue(url)
  t.teardown(() => Promise.all([queue.close(), other.close()]))
  await t.test('it keeps the contract of a queue', t => queueContract(t, queue))
  await t.test('a ticket is taken by one worker, and one that waits is there for the next', async t => {
    const taken: string[] = []
    const all = Promise.withResolvers<void>()
    const jobs = Array.from({ length: 20 }, (_, at) => `k${at}`)
    await other.send(jobs.map(job => ({ job, priority: 0, revision: 1 })))
    for (const worker of [queue, other])
      await worker.work(2, async ({ job }) => {
        taken.push(job)
        if (taken.length === jobs.length) all.resolve()
      })
    await all.promise
    t.strictSame(taken.toSorted(), jobs.toSorted())
  })
})
