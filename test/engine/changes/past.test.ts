import t from 'tap'
import { dueList } from '../../../src/engine/changes/due.ts'
import { pastTimes } from '../../../src/engine/changes/past.ts'
import { shownAt } from '../../../src/engine/changes/shown-at.ts'
import { steppedClock } from '../../stepped-clock.ts'

const start = Date.UTC(2026, 0, 1)
const hour = 3_600_000

t.test('a time ahead of the clock counts as the moment at which it was first met', async t => {
  const { clock, moveTo } = steppedClock(start)
  const past = pastTimes(clock)
  t.equal(past(start - 5), start - 5)
  t.equal(past(start + hour), start)
  moveTo(start + 1000)
  t.equal(past(start + hour), start)
  t.equal(past(start + 2 * hour), start + 1000, 'a later one is met now')
  moveTo(start - hour)
  t.equal(past(start + hour), start - hour, 'the clock was set back again')
})

t.test('what was written in the future is shown once the lag has passed', async t => {
  const { clock, moveTo } = steppedClock(start)
  const showing = { past: pastTimes(clock), lagBoundMs: 30_000 }
  t.equal(shownAt(showing, [undefined]), 0)
  t.equal(shownAt(showing, [undefined, start - 1000]), start + 29_000)
  t.equal(shownAt(showing, [start + hour, start - 1000]), start + 30_000)
  moveTo(start + 30_000)
  t.equal(shownAt(showing, [start + hour]), start + 30_000)
})

t.test('items become due no later than they were meant to when the clock is set back', async t => {
  const { clock, moveTo, slept } = steppedClock(start)
  const due = dueList<string>(clock)
  due.add(['one'], start + 10_000)
  moveTo(start - hour)
  t.strictSame(due.take(), [])
  void due.next(new AbortController().signal)
  t.strictSame(slept, [10_000])
  moveTo(start - hour + 10_000)
  t.strictSame(due.take(), ['one'])
})
