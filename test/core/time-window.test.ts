import t from 'tap'
import { hoursIn, hoursOf, isTimeZone, wallTime, windowText, type TimeWindow } from '../../src/core/time-window.ts'

const window = (hours: string, timeZone = 'Europe/Berlin'): TimeWindow => ({ ...hoursIn(hours)!, timeZone })
const at = (iso: string): number => Date.parse(iso)
const next = (hours: string, from: string, timeZone?: string): string | undefined => {
  const ms = hoursOf(window(hours, timeZone)).nextChange(at(from))
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
const isOpen = (hours: string, time: string, timeZone?: string) => hoursOf(window(hours, timeZone)).isOpen(at(time))

t.test('hours are two different times of a day', async t => {
  t.strictSame(hoursIn('22:00-05:00'), { from: 1320, to: 300 })
  t.strictSame(hoursIn(' 9:05 - 24:00 '), { from: 545, to: 1440 })
  for (const text of ['22-5', '22:00', '22:00-22:00', '25:00-05:00', '22:60-05:00', '24:00-05:00', '05:00-24:01', ''])
    t.equal(hoursIn(text), undefined, text)
  t.equal(windowText(window('9:05-24:00', 'UTC')), '09:05-24:00 (UTC)')
})

t.test('a time zone is one that this program knows', async t => {
  t.equal(isTimeZone('Asia/Kathmandu'), true)
  t.equal(isTimeZone('Europe/Berlyn'), false)
  t.equal(isTimeZone(''), false)
})

t.test('a window is open from its first minute, and closed from its last one', async t => {
  t.equal(isOpen('09:00-17:00', '2026-01-15T07:59:59.999Z'), false)
  t.equal(isOpen('09:00-17:00', '2026-01-15T08:00:00Z'), true)
  t.equal(isOpen('09:00-17:00', '2026-01-15T15:59:59.999Z'), true)
  t.equal(isOpen('09:00-17:00', '2026-01-15T16:00:00Z'), false)
  t.equal(next('09:00-17:00', '2026-01-15T08:30:20Z'), '2026-01-15T16:00:00.000Z')
  t.equal(next('09:00-17:00', '2026-01-15T16:00:00Z'), '2026-01-16T08:00:00.000Z')
})

t.test('a window over midnight closes on the next day', async t => {
  t.equal(isOpen('22:00-05:00', '2026-01-15T21:00:00Z'), true)
  t.equal(isOpen('22:00-05:00', '2026-01-15T23:30:00Z'), true)
  t.equal(isOpen('22:00-05:00', '2026-01-16T04:00:00Z'), false)
  t.equal(next('22:00-05:00', '2026-01-15T23:30:00Z'), '2026-01-16T04:00:00.000Z')
})

t.test('an hour that does not exist shortens a window, or closes it for the day', async t => {
  // On 29 March 2026 clocks in Berlin go from 02:00 to 03:00, which is 01:00 UTC.
  t.equal(next('22:00-02:30', '2026-03-28T23:00:00Z'), '2026-03-29T01:00:00.000Z')
  t.equal(next('02:30-04:00', '2026-03-28T23:00:00Z'), '2026-03-29T01:00:00.000Z')
  t.equal(next('02:00-03:00', '2026-03-28T23:00:00Z'), '2026-03-30T00:00:00.000Z')
})

t.test('a window is open both times in an hour that is repeated', async t => {
  // On 25 October 2026 clocks in Berlin go from 03:00 back to 02:00, which is 01:00 UTC.
  t.equal(next('02:00-03:00', '2026-10-25T00:00:00Z'), '2026-10-25T02:00:00.000Z')
  t.equal(next('22:00-02:30', '2026-10-24T23:00:00Z'), '2026-10-25T00:30:00.000Z')
  t.equal(next('22:00-02:30', '2026-10-25T00:30:00Z'), '2026-10-25T01:00:00.000Z')
  t.equal(next('22:00-02:30', '2026-10-25T01:00:00Z'), '2026-10-25T01:30:00.000Z')
})

t.test('a window of the whole day never closes', async t => {
  t.equal(next('00:00-24:00', '2026-03-28T23:00:00Z'), undefined)
  t.equal(isOpen('00:00-24:00', '2026-03-28T23:00:00Z'), true)
})

t.test('zones with a quarter of an hour are right', async t => {
  t.equal(next('08:00-09:00', '2026-01-15T00:00:00Z', 'Asia/Kathmandu'), '2026-01-15T02:15:00.000Z')
  t.equal(wallTime(at('2026-01-15T02:15:00Z'), 'Asia/Kathmandu'), '2026-01-15 08:00 (Asia/Kathmandu)')
})
