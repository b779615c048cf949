import t from 'tap'
import { fakeClock } from '../../fake-clock.ts'
import { eventStream } from '../../../src/api/jobs/event-stream.ts'
import type { Job } from '../../../src/jobs/job.ts'
import type { JobEvent } from '../../../src/jobs/job-events.ts'

const job = (state: string): Job => ({ id: 'j1', state }) as Job
const shown = (one: Job): Job => one
const mayRead = async (): Promise<boolean> => true

t.test('events have their id, so that a browser continues behind the last one', async t => {
  async function* events(): AsyncGenerator<JobEvent> {
    yield { id: '2.0', event: 'state', data: job('running') }
    yield { id: '3.0', event: 'end', data: job('done') }
  }
  const { clock } = fakeClock()
  const still = { now: clock.now, sleep: () => new Promise<void>(() => undefined) }
  const lines: string[] = []
  const { signal } = new AbortController()
  for await (const line of eventStream(events(), { clock: still, signal, shown, mayRead })) lines.push(line)
  t.strictSame(lines, [
    ': events follow\n\n',
    'id: 2.0\nevent: state\ndata: {"id":"j1","state":"running"}\n\n',
    'id: 3.0\nevent: end\ndata: {"id":"j1","state":"done"}\n\n',
  ])
})

t.test('a comment comes every 15 seconds while nothing happens, until the reader goes', async t => {
  const { clock, slept } = fakeClock()
  const gone = new AbortController()
  let isOver = false
  async function* events(): AsyncGenerator<JobEvent> {
    try {
      await new Promise(resolve => gone.signal.addEventListener('abort', resolve))
    } finally {
      isOver = true
    }
  }
  const stream = eventStream(events(), { clock, signal: gone.signal, shown, mayRead })
  t.equal((await stream.next()).value, ': events follow\n\n')
  for (let at = 0; at < 3; at++) t.equal((await stream.next()).value, ': nothing new\n\n')
  t.strictSame(slept, [15_000, 15_000, 15_000])
  gone.abort()
  t.equal((await stream.next()).done, true)
  t.ok(isOver)
})

t.test('a reader whose sign-in is over gets nothing more, whether or not something happens', async t => {
  for (const everyMs of [1000, undefined]) {
    const { clock, advance } = fakeClock()
    let asked = 0
    const gone = new AbortController()
    async function* events(): AsyncGenerator<JobEvent> {
      if (everyMs === undefined) await new Promise(resolve => gone.signal.addEventListener('abort', resolve))
      for (;;) {
        advance(everyMs ?? 0)
        yield { id: '1.0', event: 'progress', data: job('running') }
      }
    }
    const timing = everyMs === undefined ? clock : { now: clock.now, sleep: () => new Promise<void>(() => undefined) }
    let lines = 0
    const options = { clock: timing, signal: gone.signal, shown, mayRead: async () => ++asked < 3 }
    for await (const _ of eventStream(events(), options)) lines++
    gone.abort()
    t.strictSame([asked, lines], [3, everyMs === undefined ? 3 : 46])
  }
})
