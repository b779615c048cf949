import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import type { Child, ChildEnd } from '../../src/jobs/child.ts'
import type { ChildOrder } from '../../src/jobs/child-messages.ts'
import { askOthers } from '../../src/jobs/fleet/ask-others.ts'
import type { FleetWorker } from '../../src/jobs/fleet/workers.ts'
import type { Ticket } from '../../src/jobs/tickets.ts'
import { jobWorker } from '../../src/jobs/worker.ts'
import { ann, jobBed } from './job-bed.ts'

t.test('a worker reads shards of a job that another one runs, as long as that job goes on', async t => {
  const { desk, jobs, runs, store, worker, until } = await jobBed(t)
  await desk.slowly(200)
  const from = desk.newPeople('in.csv', 'kim', 300)
  const { id } = await jobs.submit({ pipeline: 'users create', params: {}, paths: { from }, tenant: 'sandbox' }, ann)
  const [ticket] = await store.tickets()
  const running = worker.run(ticket!)
  const { run } = await until(id, job => job.run !== undefined)

  const orders: ChildOrder[] = []
  const started = Promise.withResolvers<void>()
  const other = jobWorker({
    ...{ id: 'other', jobs: store, runs, clock: systemClock, changed: () => undefined, say: () => undefined },
    launch(order): Child {
      orders.push(order)
      started.resolve()
      const { promise: ended, resolve } = Promise.withResolvers<ChildEnd>()
      const stop = () => resolve({ type: 'end', end: 'closed' })
      return { pid: 1, cancel: stop, stop, kill: stop, ended }
    },
  })
  const share: Ticket = { ...ticket!, share: { run: run!, at: 0 } }
  await t.rejects(worker.run(share), 'the worker that runs the job leaves it to another one')
  await other.run({ ...share, share: { run: 'another', at: 0 } })
  t.strictSame(orders, [], 'a ticket for an earlier run is void')
  const helping = other.run(share)
  await started.promise
  t.match(orders, [{ job: id, share: run, run: undefined }])
  await t.rejects(other.run(share), 'it does so once')
  await jobs.cancel(id, ann)
  await helping
  await running
  await other.run(share)
  t.equal(orders.length, 1, 'a ticket of a job that has ended is void')
})

t.test('the other workers of a kind are asked once each, after jobs that wait', async t => {
  const live = ['one', 'two', 'three'].map(id => ({ id, kind: 'same' }) as FleetWorker)
  const sent: Ticket[] = []
  const ask = askOthers(
    'one',
    {
      kind: 'same',
      live: async () => [...live, { id: 'four', kind: 'another' } as FleetWorker],
      leave: async () => undefined,
    },
    { send: async tickets => void sent.push(...tickets) },
  )
  await ask({ job: 'j1', priority: 5, revision: 3, again: true }, 'r1', 10)
  const ticket = { job: 'j1', priority: 4, revision: 3, to: 'same' }
  t.strictSame(sent, [
    { ...ticket, share: { run: 'r1', at: 0 } },
    { ...ticket, share: { run: 'r1', at: 1 } },
  ])
  sent.length = 0
  await ask({ job: 'j1', priority: 5, revision: 3 }, 'r1', 2)
  t.equal(sent.length, 1, 'no more than there are shards left')
})
