import t from 'tap'
import { createFaultSchedule } from '../../../src/sandbox/faults/fault-schedule.ts'

const strikes = (schedule: ReturnType<typeof createFaultSchedule>, count: number, path = '/users', method = 'GET') =>
  Array.from({ length: count }, () => schedule.strike(method, path)?.fault ?? '-').join(' ')

t.test('nth strikes once, counted from when the rule was set', async t => {
  const schedule = createFaultSchedule(1)
  strikes(schedule, 5)
  schedule.add({ match: 'GET /users', nth: 3, fault: '429' })
  t.equal(strikes(schedule, 6), '- - 429 - - -')
})

t.test('a rule matches its own method and path only', async t => {
  const schedule = createFaultSchedule(1, [{ match: 'GET /users', fault: '503' }])
  t.equal(strikes(schedule, 1, '/users/1'), '-')
  t.equal(strikes(schedule, 1, '/users', 'POST'), '-')
  t.equal(strikes(schedule, 1), '503')
})

t.test('a star matches any characters', async t => {
  const schedule = createFaultSchedule(1, [{ match: 'GET /groups/*/members', fault: '503' }])
  t.equal(strikes(schedule, 1, '/groups/1/members'), '503')
  t.equal(strikes(schedule, 1, '/groups/1/owners'), '-')
})

t.test('every strikes each n-th request, at most as often as times says', async t => {
  t.equal(strikes(createFaultSchedule(1, [{ every: 2, times: 2, fault: 'reset' }]), 8), '- reset - reset - - - -')
})

t.test('random faults follow from the seed, at about the given rate', async t => {
  const drawn = (seed: number) => strikes(createFaultSchedule(seed, [{ rate: 0.25, fault: '500' }]), 1_000)
  t.equal(drawn(5), drawn(5))
  t.not(drawn(5), drawn(6))
  const hits = drawn(5).match(/500/g)?.length ?? 0
  t.ok(hits > 200 && hits < 300, `${hits}`)
})

t.test('the first of two rules strikes, and both count the request', async t => {
  const schedule = createFaultSchedule(1, [
    { nth: 1, fault: '500' },
    { nth: 2, fault: '502' },
  ])
  t.equal(strikes(schedule, 3), '500 502 -')
  t.strictSame(schedule.list(), [
    { nth: 1, fault: '500', matched: 3, struck: 1 },
    { nth: 2, fault: '502', matched: 3, struck: 1 },
  ])
})

t.test('a rule without a match does not strike sign-in', async t => {
  const schedule = createFaultSchedule(1, [{ fault: '500' }])
  t.equal(strikes(schedule, 1, '/oauth2/v2.0/token', 'POST'), '-')
})
