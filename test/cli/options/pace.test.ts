import t from 'tap'
import { paceOf } from '../../../src/cli/options/pace.ts'
import { machineTimeZone } from '../../../src/core/time-window.ts'

t.test('hours without a time zone are those of the computer', async t => {
  const window = { from: 60, to: 120 }
  t.strictSame(paceOf({ window }, false), { window: { ...window, timeZone: machineTimeZone() } })
  t.strictSame(paceOf({ window, timeZone: 'UTC' }, false), { window: { ...window, timeZone: 'UTC' } })
  t.strictSame(paceOf({ wave: 5, pause: 1000 }, false), { wave: { rows: 5, pauseMs: 1000 } })
  t.strictSame(paceOf({}, false), {})
})

t.test('only a run that is continued may wait for a window that is not named', async t => {
  t.throws(() => paceOf({ wait: true }, false), { code: 'USAGE' })
  t.strictSame(paceOf({ wait: true }, true), {})
})
