import t from 'tap'
import { watchRun } from '../../../src/cli/jobs/watch-run.ts'
import { newProgress } from '../../../src/engine/progress.ts'
import type { FromChild } from '../../../src/jobs/child-messages.ts'
import { fakeClock } from '../../fake-clock.ts'

/** The first numbers that a job tells after it has read and written rows. */
const countsOf = async (writes: boolean) => {
  const { clock } = fakeClock()
  const progress = newProgress(clock.now())
  Object.assign(progress, { read: 500, written: 480 })
  progress.outcomes.failed = 20
  const { watch, stop } = watchRun({ notes: {}, clock, writes, send: async message => sent.resolve(message) })
  const sent = Promise.withResolvers<FromChild>()
  watch.begins(progress, () => undefined)
  const message = await sent.promise
  stop()
  return message.type === 'progress' ? message.counts : message
}

t.test('rows are done when an export has written them, and pending until changes are sent for them', async t => {
  const none = { unchanged: 0, waiting: 0, skipped: 0, unknown: 0 }
  t.strictSame(await countsOf(false), { ...none, done: 480, failed: 20, rows: 500, pending: 0 })
  t.strictSame(await countsOf(true), { ...none, done: 0, failed: 20, rows: 500, pending: 480 })
})
