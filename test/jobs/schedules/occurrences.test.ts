import t from 'tap'
import { nextOccurrence, type When } from '../../../src/jobs/schedules/occurrences.ts'
import { lastOccurrence } from '../../../src/jobs/schedules/last-occurrence.ts'
import { whenOf, type GivenWhen } from '../../../src/jobs/schedules/when.ts'

const berlin = 'Europe/Berlin'
const long = Date.parse('2026-01-01T00:00:00Z')

/** The next times of a schedule, from one to the next. */
const times = (when: When, from: string, many: number): readonly string[] => {
  const found: string[] = []
  for (let at: number | undefined = Date.parse(from); found.length < many;) {
    at = nextOccurrence(when, at)
    if (at === undefined) break
    found.push(`${new Date(at).toISOString().slice(0, 16)}Z`)
  }
  return found
}
const given = (when: GivenWhen): When => whenOf({ timeZone: berlin, ...when }, long)

t.test('a time that the clock skips in spring is the next one that it shows', async t => {
  t.strictSame(times(given({ daily: '02:30' }), '2026-03-28T00:00:00Z', 3), [
    '2026-03-28T01:30Z',
    '2026-03-29T01:00Z',
    '2026-03-30T00:30Z',
  ])
  t.strictSame(times(given({ weekly: 'sun@02:00' }), '2026-03-23T00:00:00Z', 2), [
    '2026-03-29T01:00Z',
    '2026-04-05T00:00Z',
  ])
})

t.test('several times of the hour that is skipped are one', async t => {
  t.strictSame(times(given({ cron: '*/20 2 * * *' }), '2026-03-28T01:30:00Z', 3), [
    '2026-03-28T01:40Z',
    '2026-03-29T01:00Z',
    '2026-03-30T00:00Z',
  ])
})

t.test('a time that the clock shows twice in autumn is the first', async t => {
  t.strictSame(times(given({ daily: '02:30' }), '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30Z', '2026-10-26T01:30Z'])
  t.strictSame(times(given({ cron: '*/30 2 * * *' }), '2026-10-24T12:00:00Z', 3), [
    '2026-10-25T00:00Z',
    '2026-10-25T00:30Z',
    '2026-10-26T01:00Z',
  ])
  t.strictSame(times(given({ cron: '0 */2 * * *' }), '2026-10-24T23:00:00Z', 3), [
    '2026-10-25T00:00Z',
    '2026-10-25T03:00Z',
    '2026-10-25T05:00Z',
  ])
})

t.test('from between the two, the second is not taken for a time of its own', async t => {
  t.strictSame(times(given({ daily: '02:30' }), '2026-10-25T00:45:00Z', 1), ['2026-10-26T01:30Z'])
})

t.test('a pattern of every hour goes on at its pace when the clock is set', async t => {
  const every = given({ cron: '*/30 * * * *' })
  t.strictSame(times(every, '2026-10-25T00:15:00Z', 4), [
    '2026-10-25T00:30Z',
    '2026-10-25T01:00Z',
    '2026-10-25T01:30Z',
    '2026-10-25T02:00Z',
  ])
  t.strictSame(times(every, '2026-03-29T00:45:00Z', 2), ['2026-03-29T01:00Z', '2026-03-29T01:30Z'])
  for (const cron of ['0 */1 * * *', '0 0-23 * * *', '0 0-11,12-23 * * *'])
    t.strictSame(
      times(given({ cron }), '2026-10-24T23:30:00Z', 3),
      ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
      cron,
    )
})

t.test('in a year, a daily schedule has one time for each day', async t => {
  for (const timeZone of [berlin, 'Australia/Lord_Howe', 'America/St_Johns', 'Africa/Cairo', 'UTC'])
    for (const daily of ['00:00', '00:30', '01:59', '02:15', '02:30', '03:00'])
      t.equal(
        times(given({ daily, timeZone }), '2026-01-05T00:00:00Z', 365).at(-1)?.slice(0, 7),
        '2027-01',
        `${timeZone} ${daily}`,
      )
})

t.test('a day that a month lacks is its last one', async t => {
  const months = (monthly: string, timeZone = 'UTC') => times(given({ monthly, timeZone }), '2027-12-31T12:00:00Z', 4)
  t.strictSame(months('31@01:00'), ['2028-01-31T01:00Z', '2028-02-29T01:00Z', '2028-03-31T01:00Z', '2028-04-30T01:00Z'])
  t.strictSame(months('last@01:00'), months('31@01:00'))
  t.strictSame(months('30@01:00'), ['2028-01-30T01:00Z', '2028-02-29T01:00Z', '2028-03-30T01:00Z', '2028-04-30T01:00Z'])
  t.strictSame(times(given({ monthly: '29@01:00', timeZone: 'UTC' }), '2027-01-30T00:00:00Z', 2), [
    '2027-02-28T01:00Z',
    '2027-03-29T01:00Z',
  ])
  t.strictSame(months('5@01:00')[1], '2028-02-05T01:00Z')
})

t.test('a schedule of one time has no other', async t => {
  t.strictSame(times(whenOf({ at: '2026-12-01T02:30:00+01:00' }, long), '2026-11-30T00:00:00Z', 5), [
    '2026-12-01T01:30Z',
  ])
})

t.test('what is wrong is named in one sentence', async t => {
  const fails = (when: GivenWhen, message: RegExp): void =>
    void t.throws(() => whenOf(when, long), { code: 'OPTION_INVALID', message })
  fails({}, /^A schedule has one of at, cron, daily, weekly, monthly, and none was given\.$/)
  fails({ daily: '02:30', cron: '* * * * *' }, /cron and daily were given/)
  fails({ daily: '02:30' }, /^timeZone is missing/)
  fails({ daily: '02:30', timeZone: 'Mars/Olympus' }, /time zone such as Europe\/Berlin, got "Mars\/Olympus"/)
  for (const daily of ['24:00', '2:5', '02:60', 'noon', '']) fails({ daily, timeZone: 'UTC' }, /a time such as 02:30/)
  for (const weekly of ['mon', 'day@02:30', 'monkey@02:30', 'mon@25:00', 'mon@02:30@1', ',mon@02:30'])
    fails({ weekly, timeZone: 'UTC' }, /mon,thu@02:30/)
  for (const monthly of ['0@02:30', '32@02:30', 'first@02:30', '1', '-1@02:30'])
    fails({ monthly, timeZone: 'UTC' }, /last@02:30/)
  for (const cron of ['* * * *', '0 * * * * *', '61 * * * *', '@daily', 'x y z a b'])
    fails({ cron, timeZone: 'UTC' }, /five fields/)
  fails({ cron: '0 2 31 2 *', timeZone: 'UTC' }, /^cron 0 2 31 2 \* never comes\.$/)
  fails({ at: '2025-01-01T00:00:00Z' }, /^at 2025-01-01T00:00:00Z is over\.$/)
  fails({ at: '2027-01-01' }, /with its zone/)
  fails({ at: '2027-01-01T00:00:00Z', timeZone: 'UTC' }, /^timeZone has no effect on at/)
})

t.test('the last of the times that have passed is found, however many there were', async t => {
  const last = (when: GivenWhen, from: string, now: string) =>
    new Date(
      lastOccurrence(whenOf({ timeZone: 'UTC', ...when }, long), Date.parse(from), Date.parse(now)),
    ).toISOString()
  t.equal(last({ cron: '* * * * *' }, '2026-01-01T00:01:00Z', '2027-06-01T12:34:56Z'), '2027-06-01T12:34:00.000Z')
  t.equal(last({ daily: '02:30' }, '2026-02-01T02:30:00Z', '2026-12-24T02:29:59Z'), '2026-12-23T02:30:00.000Z')
  t.equal(last({ monthly: '31@00:00' }, '2026-01-31T00:00:00Z', '2026-07-30T23:59:59Z'), '2026-06-30T00:00:00.000Z')
  t.equal(last({ cron: '0 0 29 2 *' }, '2028-02-29T00:00:00Z', '2029-01-01T00:00:00Z'), '2028-02-29T00:00:00.000Z')
  t.equal(last({ cron: '0 0 29 2 *' }, '2028-02-29T00:00:00Z', '2035-01-01T00:00:00Z'), '2032-02-29T00:00:00.000Z')
  t.equal(last({ daily: '02:30' }, '2026-02-01T02:30:00Z', '2026-02-01T02:30:00Z'), '2026-02-01T02:30:00.000Z')
})
