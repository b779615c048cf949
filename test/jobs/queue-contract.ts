import type { Test } from 'tap'
import type { TicketQueue } from '../../src/jobs/queue.ts'
import type { Ticket } from '../../src/jobs/tickets.ts'

/** What a queue of tickets promises, wherever it is. It is left without workers. */
export const queueContract = async (t: Test, queue: TicketQueue): Promise<void> => {
  await t.test('tickets are taken once, the most urgent first, also if they are sent twice', async t => {
    const tickets = [0, 5, -5, 5].map((priority, at): Ticket => ({ job: `j${at}`, priority, revision: 1 }))
    // One at a time, as they are made: the earlier ones are older.
    for (const ticket of [...tickets, ...tickets]) await queue.send([ticket])
    const taken: Ticket[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    await queue.work(1, async ticket => {
      taken.push(ticket)
      if (taken.length === tickets.length) resolve()
    })
    await promise
    await queue.rest()
    t.strictSame(
      taken.map(({ job, again }) => [job, again]),
      [1, 3, 0, 2].map(at => [`j${at}`, false]),
    )
  })

  await t.test('as many are taken at a time as there are slots, and a ticket that fails is taken again', async t => {
    const taken: Ticket[] = []
    const [both, again] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await queue.work(2, async ticket => {
      taken.push(ticket)
      if (taken.length === 2) both.resolve()
      if (ticket.job === 'fails' && !ticket.again) {
        await both.promise
        throw new Error('on purpose')
      }
      if (ticket.job === 'fails') return again.resolve()
      await both.promise
    })
    await queue.send(['fails', 'works'].map(job => ({ job, priority: 0, revision: 1 })))
    await again.promise
    t.strictSame(taken.map(({ job }) => job).toSorted(), ['fails', 'fails', 'works'])
    await queue.rest()
  })
}
