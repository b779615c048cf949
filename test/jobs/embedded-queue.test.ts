import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openEmbeddedQueue } from '../../src/jobs/embedded-queue.ts'
import type { Ticket } from '../../src/jobs/tickets.ts'
import { stateFolder } from '../../src/store/state-folder.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { queueContract } from './queue-contract.ts'

t.test('the queue of one machine keeps the contract of a queue, alone, and is empty at each start', async t => {
  const path = join(t.testdir({}), 'store')
  const folder = stateFolder(fakeEnvironment(t.testdirName, { ENTRAPIPE_STORE: path }))
  const first = await openEmbeddedQueue(folder)
  await queueContract(t, first)
  await t.rejects(openEmbeddedQueue(folder), { code: 'SERVER_ACTIVE' })
  await first.send([{ job: 'left', priority: 0, revision: 1 }])
  await first.close()

  const second = await openEmbeddedQueue(folder)
  const taken: Ticket[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  await second.send([{ job: 'new', priority: -9, revision: 1 }])
  await second.work(1, async ticket => {
    taken.push(ticket)
    if (ticket.job === 'new') resolve()
  })
  await promise
  t.strictSame(
    taken.map(({ job }) => job),
    ['new'],
  )
  await second.close()

  await t.test('a queue that a crash has damaged is made again', async t => {
    writeFileSync(join(path, 'jobs', 'queue', 'PG_VERSION'), 'damaged')
    const said: string[] = []
    const third = await openEmbeddedQueue(folder, line => said.push(line))
    t.match(said[0], /^The queue of jobs is made again: /)
    await third.close()
  })
})
