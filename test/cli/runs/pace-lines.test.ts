import t from 'tap'
import { paceLines, pausedLine, publicPace } from '../../../src/cli/runs/pace-lines.ts'

const window = { from: 1320, to: 300, timeZone: 'UTC' }
const pausedUntil = Date.UTC(2026, 0, 15, 22)

t.test('a run that is over does not pause', async t => {
  t.strictSame(paceLines({ pace: { window }, pausedUntil }, 'done'), ['Window 22:00-05:00 (UTC)'])
  t.strictSame(publicPace({ pace: { window }, pausedUntil }, 'discarded'), { window: '22:00-05:00', timeZone: 'UTC' })
  t.strictSame(paceLines({ pace: { wave: { rows: 1, pauseMs: 1000 } }, pausedUntil }, 'interrupted'), [
    'Waves of 1 change, then a pause of 1 s',
    'It is paused, and can continue at 2026-01-15 22:00 UTC.',
  ])
})

t.test('a closed window tells when the run can continue', async t => {
  const loadNote = async (name: string) => (name === 'pace' ? { window } : pausedUntil)
  t.equal(
    await pausedLine({ loadNote }),
    'The window 22:00-05:00 (UTC) is closed. The run can continue at 2026-01-15 22:00 UTC: run the same command again then, or resume it.',
  )
})
