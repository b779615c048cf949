import t from 'tap'
import { isTimeZone } from '../../src/core/time-window.ts'
import { dayAt, daysAfter, daysBetween } from '../../src/hr/days.ts'

t.test('the day is that of the time zone', async t => {
  const now = Date.parse('2026-03-31T23:30:00Z')
  t.equal(dayAt(now, 'UTC'), '2026-03-31')
  t.equal(dayAt(now, 'Europe/Berlin'), '2026-04-01')
  t.equal(dayAt(now, 'America/Los_Angeles'), '2026-03-31')
  t.equal(dayAt(now, 'Pacific/Kiritimati'), '2026-04-01')
})

t.test('days are counted across months, leap days and the change of the clocks', async t => {
  t.equal(daysAfter('2028-02-28', 1), '2028-02-29')
  t.equal(daysAfter('2026-03-28', 2), '2026-03-30')
  t.equal(daysAfter('2026-01-01', -1), '2025-12-31')
  t.equal(daysBetween('2026-03-01', '2026-04-01'), 31)
})

t.test('a word that is no time zone is known as such', async t => {
  t.ok(isTimeZone('Asia/Kolkata'))
  t.notOk(isTimeZone('Berlin'))
  t.notOk(isTimeZone(''))
})
