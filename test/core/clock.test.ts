import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'

t.test('a sleep of months does not end at once', async t => {
  const warnings: Error[] = []
  const warn = (warning: Error) => void warnings.push(warning)
  process.on('warning', warn)
  t.teardown(() => process.off('warning', warn))
  const end = new AbortController()
  const slept = systemClock.sleep(2 ** 33, end.signal)
  await new Promise(setImmediate)
  end.abort(new Error('enough'))
  await t.rejects(slept, { message: 'enough' })
  // Node warns of a timer that is too long, and lets it ring after a millisecond.
  t.strictSame(warnings, [])
})
