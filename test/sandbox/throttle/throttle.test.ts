import t from 'tap'
import { createThrottle, type ThrottleOptions } from '../../../src/sandbox/throttle/throttle.ts'

const at = (options: Partial<ThrottleOptions> = {}) => {
  const time = { ms: 1_000_000 }
  const clock = { now: () => time.ms, sleep: async () => undefined }
  const throttle = createThrottle({ mode: 'real', users: () => 1_000, tenantId: 'T', seed: 7, clock, ...options })
  const many = (count: number, method = 'GET', url = '/groups/1') =>
    Array.from({ length: count }, () => throttle.charge('A', method, url))
  return { time, throttle, many }
}

t.test('a large tenant accepts 8,000 units at once', async t => {
  const { many } = at()
  const verdicts = many(8_000)
  t.equal(verdicts.filter(verdict => verdict.refused).length, 0)
  t.strictSame(verdicts[0], { refused: false, units: 1, headers: {} })
  t.strictSame(verdicts[7_999]?.headers, { 'x-ms-throttle-limit-percentage': '1.00' })
})

t.test('above the limit, refusals grow more likely, and above 1.8 every request is refused', async t => {
  const { many } = at()
  many(8_000)
  const share = (count: number) => many(count).filter(verdict => verdict.refused).length / count
  const below11 = share(800)
  t.ok(below11 > 0.01 && below11 < 0.1, `from 1 to 1.1: ${below11}`)
  const below12 = share(800)
  t.ok(below12 > 0.1 && below12 < 0.2, `from 1.1 to 1.2: ${below12}`)
  many(4_600)
  t.ok(Math.abs(share(200) - 0.79) < 0.1)
  many(400)
  t.equal(share(100), 1)
})

t.test('a refusal names the quota, the app, the reason and the wait', async t => {
  const { many } = at()
  many(16_000)
  const [refused] = many(1)
  t.strictSame(Object.keys(refused?.headers ?? {}).sort(), [
    'Retry-After',
    'x-ms-throttle-information',
    'x-ms-throttle-limit-percentage',
    'x-ms-throttle-scope',
  ])
  t.match(refused?.headers, {
    'x-ms-throttle-limit-percentage': '1.80',
    'x-ms-throttle-scope': 'Tenant_Application/Read/A/T',
    'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
  })
  const waits = many(20).map(verdict => verdict.headers['Retry-After'])
  t.strictSame([...new Set(waits)].sort(), ['10', '10.000'])
})

t.test('a request after the requested wait is accepted', async t => {
  const { many, time } = at()
  many(16_000)
  time.ms += 10_001
  t.equal(many(1)[0]?.refused, false)
})

t.test('requests sent while throttled are counted', async t => {
  const { many, throttle } = at()
  many(9_000)
  const before = throttle.quotas().quotas.find(quota => quota.name === 'read')?.used['A'] ?? 0
  many(800)
  const after = throttle.quotas().quotas.find(quota => quota.name === 'read')?.used['A'] ?? 0
  t.equal(Number((after - before).toFixed(3)), 0.1)
})

t.test('a time scale of 10 makes windows and waits ten times shorter', async t => {
  const { many, throttle, time } = at({ timeScale: 10 })
  many(16_000)
  t.ok(many(10).every(verdict => ['1', '1.000'].includes(verdict.headers['Retry-After'] ?? '')))
  t.equal(throttle.quotas().quotas.find(quota => quota.name === 'read')?.windowMs, 1_000)
  time.ms += 1_001
  t.equal(many(1)[0]?.refused, false)
})

t.test('writes have a bucket of 3,000, and sign-in activity has its own', async t => {
  const writes = at().many(6_001, 'PATCH', '/users/1').at(-1)
  t.match(writes?.headers, {
    'x-ms-throttle-scope': 'Tenant_Application/Write/A/T',
    'x-ms-throttle-information': 'WriteLimitExceeded',
  })
  const reads = at().many(21, 'GET', '/users?$select=id,signInActivity')
  t.strictSame(
    reads.slice(0, 10).map(verdict => verdict.refused),
    Array(10).fill(false),
  )
  t.equal(reads.at(-1)?.refused, true)
})

t.test('small tenants have smaller quotas, which are published', async t => {
  const { throttle } = at({ users: () => 49, mode: 'off' })
  const { quotas, ...rest } = throttle.quotas()
  t.strictSame(rest, { mode: 'off', timeScale: 1, size: 'S' })
  t.strictSame(quotas[0], {
    name: 'read',
    capacity: 3_500,
    refillPerSecond: 350,
    windowMs: 10_000,
    scope: 'app-tenant',
    used: {},
  })
})

t.test('with mode off, nothing is refused', async t => {
  t.equal(
    at({ mode: 'off' })
      .many(20_000)
      .some(verdict => verdict.refused),
    false,
  )
})

const usedOf = (throttle: ReturnType<typeof createThrottle>) =>
  Object.fromEntries(
    throttle
      .quotas()
      .quotas.filter(({ used }) => Object.keys(used).length > 0)
      .map(({ name, capacity, used }) => [
        name,
        Object.fromEntries(Object.entries(used).map(([holder, share]) => [holder, Math.round(share * capacity)])),
      ]),
  )

t.test('a read is charged to the read quotas, a write to the write quotas too', async t => {
  const reading = at()
  reading.many(3, 'GET', '/groups/1')
  t.strictSame(usedOf(reading.throttle), { read: { A: 3 }, 'app-read': { A: 3 }, 'app-requests': { A: 3 } })
  const writing = at()
  writing.many(2, 'PATCH', '/users/1')
  t.strictSame(usedOf(writing.throttle), {
    read: { A: 2 },
    write: { A: 2 },
    'app-read': { A: 2 },
    'app-write': { A: 2 },
    'tenant-write': { T: 2 },
    'app-requests': { A: 2 },
  })
  const signIns = at()
  signIns.many(1, 'GET', '/users?$select=id,signInActivity')
  t.match(usedOf(signIns.throttle), { 'sign-in-activity': { A: 1 } })
})

t.test('each app has its own quotas, and all apps share the write quota of the tenant', async t => {
  const { throttle } = at()
  const write = (app: string) => throttle.charge(app, 'PATCH', '/users/1')
  for (const app of ['A', 'B', 'C', 'D', 'E', 'F', 'G'])
    for (let count = 0; count < 2_300; count++) if (write(app).refused) t.fail(`${app} is refused`)
  t.strictSame(usedOf(throttle)['write'], { A: 2_300, B: 2_300, C: 2_300, D: 2_300, E: 2_300, F: 2_300, G: 2_300 })
  t.strictSame(usedOf(throttle)['tenant-write'], { T: 16_100 })
  t.strictSame(write('H').headers, { 'x-ms-throttle-limit-percentage': '0.89' })
  for (let count = 0; count < 2_300; count++) write('H')
  const verdicts = Array.from({ length: 400 }, () => write('I'))
  const refused = verdicts.find(verdict => verdict.refused)
  t.match(refused?.headers, {
    'x-ms-throttle-scope': 'Tenant/Write/I/T',
    'x-ms-throttle-information': 'WriteLimitExceeded',
  })
})

t.test('usage drains evenly, and a flood drains within one window', async t => {
  const { many, time, throttle } = at()
  many(4_000)
  time.ms += 2_500
  t.strictSame(usedOf(throttle)['read'], { A: 2_000 })
  time.ms += 2_500
  t.strictSame(usedOf(throttle)['read'], { A: 0 })
  many(50_000)
  t.strictSame(usedOf(throttle)['read'], { A: 16_000 })
  time.ms += 10_000
  t.strictSame(usedOf(throttle)['read'], { A: 8_000 })
})

t.test('an app can send 3,000 writes at once, then 20 a second', async t => {
  const { many, time, throttle } = at()
  const refused = (count: number) => many(count, 'PATCH', '/groups/1').filter(verdict => verdict.refused).length
  t.equal(refused(3_000), 0, 'the burst')
  for (let second = 0; second < 300; second++) {
    time.ms += 1_000
    if (refused(20)) t.fail(`refused in second ${second}`)
  }
  t.strictSame(
    throttle
      .quotas()
      .quotas.filter(({ name }) => ['write', 'tenant-write', 'app-write'].includes(name))
      .map(({ name, capacity, refillPerSecond, scope }) => [name, capacity, Math.round(refillPerSecond), scope]),
    [
      ['write', 3_000, 20, 'app-tenant'],
      ['app-write', 35_000, 117, 'app'],
      ['tenant-write', 18_000, 60, 'tenant'],
    ],
  )
})

t.test('reads are accepted while writes are throttled', async t => {
  const { many } = at()
  many(6_001, 'PATCH', '/groups/1')
  t.equal(many(100).filter(verdict => verdict.refused).length, 0)
  t.equal(many(1, 'POST', '/groups')[0]?.refused, true)
})

t.test('at a time scale of 100, a wait is a hundredth of what it is in Graph', async t => {
  const { many } = at({ timeScale: 100 })
  const waits = many(9_000, 'PATCH', '/groups/1').slice(-20)
  t.strictSame([...new Set(waits.map(verdict => verdict.headers['Retry-After']))].sort(), ['1.5', '1.500'])
})
