import t from 'tap'
import { startDispatcher } from '../../src/jobs/dispatcher.ts'
import type { Ticket } from '../../src/jobs/tickets.ts'
import { fakeClock } from '../fake-clock.ts'

t.test('jobs start while schedules, or what is due, cannot be looked at', async t => {
  const ticket: Ticket = { job: 'j1', priority: 0, revision: 1 }
  const said: string[] = []
  const fails = async (): Promise<never> => {
    throw new Error('no such column')
  }
  let sent: (tickets: readonly Ticket[]) => void = () => undefined
  const first = new Promise<readonly Ticket[]>(resolve => (sent = resolve))
  const dispatcher = startDispatcher({
    jobs: { tickets: async () => [ticket], nextDue: async () => undefined, prune: async () => [] },
    queue: { send: async tickets => sent(tickets) },
    schedules: { tick: fails },
    due: { tick: fails },
    clock: fakeClock(0).clock,
    forget: async () => undefined,
    say: line => void said.push(line),
  })
  t.strictSame(await first, [ticket])
  await dispatcher.stop()
  t.match(said[0], /^Schedules cannot be looked at now, which is tried again: Error: no such column/)
  t.match(said[1], /^What is due cannot be looked at now/)
})
