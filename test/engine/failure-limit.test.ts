import t from 'tap'
import { expectAtMost, type AtMost } from '../../src/core/at-most.ts'
import { failureLimit } from '../../src/engine/failure-limit.ts'
import { newProgress } from '../../src/engine/progress.ts'

/** Whether a run of so many rows goes on, and whether it may end. */
const judged = (maxFailed: AtMost | undefined, read: number, failed: number, unknown = 0): readonly boolean[] => {
  const progress = newProgress(0)
  progress.read = read
  progress.outcomes.failed = failed
  progress.outcomes.unknown = unknown
  const limit = failureLimit(maxFailed, progress)
  return [limit.during, limit.atEnd].map(judge => {
    try {
      judge()
      return true
    } catch {
      return false
    }
  })
}

t.test('a number of rows is checked at once, and unknown rows count as failed', async t => {
  t.strictSame(judged(2, 10, 2), [true, true])
  t.strictSame(judged(2, 10, 3), [false, false])
  t.strictSame(judged(2, 10, 2, 1), [false, false])
  t.strictSame(judged(0, 10, 1), [false, false])
})

t.test('a percentage is checked from 1,000 rows on, and at the end', async t => {
  t.strictSame(judged('5%', 999, 60), [true, false])
  t.strictSame(judged('5%', 1000, 50), [true, true])
  t.strictSame(judged('5%', 1000, 51), [false, false])
  t.strictSame(judged('0.1%', 1000, 2), [false, false])
})

t.test('one row that fails is a row, also before its page counts as read', async t => {
  for (const [read, failed, said] of [
    [0, 1, '1 row failed'],
    [1, 1, '1 of 1 row failed'],
    [2, 1, '1 of 2 rows failed'],
    [0, 2, '2 rows failed'],
  ] as const) {
    const progress = newProgress(0)
    Object.assign(progress, { read })
    progress.outcomes.failed = failed
    t.throws(() => failureLimit(0, progress).atEnd(), { message: `${said}, and the limit is 0.` })
  }
})

t.test('without a limit every row may fail', async t => t.strictSame(judged(undefined, 10, 10), [true, true]))

t.test('a limit that is neither a number of rows nor a percentage up to 100 is refused', async t => {
  for (const wrong of [-1, 1.5, '5', '101%', '5 %', '-5%', null, NaN])
    t.throws(() => expectAtMost('maxFailed', wrong), { code: 'OPTION_INVALID' }, String(wrong))
  for (const right of [0, 7, '5%', '0.5%', '100%']) t.doesNotThrow(() => expectAtMost('maxFailed', right))
})
