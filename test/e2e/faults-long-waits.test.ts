import t, { type Test } from 'tap'
import { readFileSync } from 'node:fs'
import { systemClock } from '../../src/core/clock.ts'
import type { Environment } from '../../src/core/environment.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { FaultRule } from '../../src/sandbox/faults/types.ts'
import { csv } from '../../src/sinks/csv.ts'
import { users } from '../../src/sources/users.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { TenantSettings } from '../../src/tenants/choose-tenant.ts'
import { openGraph } from '../../src/tenants/connect.ts'
import { fakeClock } from '../fake-clock.ts'
import { openBed, tenantOf } from './bed.ts'

const bed = await openBed(t, { users: 400 })
const desk = bed.desk({ config: false })
let runs = 0

/** An export by the library, on a clock on which nobody waits. */
const exported = async (t: Test, ...rules: readonly FaultRule[]) => {
  await bed.faults(...rules)
  const { clock, slept } = fakeClock(systemClock.now())
  const store = desk.path(`store-${++runs}`)
  const environment: Environment = {
    variable: name => (name === 'ENTRAPIPE_STORE' ? store : undefined),
    cwd: desk.folder,
    home: desk.folder,
    tmp: desk.folder,
    platform: process.platform,
  }
  const opened = openStore({ environment, clock })
  const signal = new AbortController().signal
  const graph = await openGraph('bed', tenantOf(bed.sandbox) as unknown as TenantSettings, {
    environment,
    clock,
    budget: opened.budget,
    readOnly: true,
    tell: () => undefined,
    signal,
  })
  const to = `${runs}.csv`
  t.teardown(async () => {
    await graph.close()
    await opened.close()
  })
  const ended = execute({
    pipeline: 'long waits',
    params: {},
    plan: {
      source: users({ select: ['id', 'displayName'], top: 100 }) as never,
      sink: csv({ to, columns: ['id', 'displayName'] }),
    },
    graph,
    store: opened,
    places: destinationAt,
    clock,
    environment,
    signal,
    version: '0.0.0',
    codeHash: 'same',
  })
  return { ended, slept, text: () => readFileSync(desk.path(to), 'utf8') }
}

const undisturbed = await exported(t)
await undisturbed.ended
const wanted = undisturbed.text()

const page = (nth: number, rule: Omit<FaultRule, 'match' | 'nth'>): FaultRule => ({ match: 'GET /users', nth, ...rule })

t.test('a Retry-After above 180 s is waited for completely', async t => {
  const { ended, slept, text } = await exported(
    t,
    page(2, { fault: '429', retryAfter: 200 }),
    page(4, { fault: '503', retryAfter: 600 }),
  )
  t.match(await ended, { end: 'done', manifest: { completeness: 'complete' } })
  t.strictSame(slept, [200_000, 600_000])
  t.equal(text(), wanted)
})

t.test('a decimal Retry-After is waited for to the millisecond', async t => {
  const { ended, slept, text } = await exported(t, page(2, { fault: '429', retryAfter: 2.128 }))
  t.match(await ended, { end: 'done' })
  t.strictSame(slept, [2_128])
  t.equal(text(), wanted)
})

t.test('without a Retry-After the waits grow, and the export continues until the wait budget is spent', async t => {
  const { ended, slept, text } = await exported(t, { match: 'GET /users', fault: '503', times: 12 })
  t.match(await ended, { end: 'done' })
  t.equal(slept.length, 12)
  for (const [at, ms] of slept.entries()) t.ok(ms <= Math.min(60_000, 500 * 2 ** at), `wait ${at + 1}: ${ms}`)
  t.equal(text(), wanted)
})

t.test('a service that never recovers is given up when the wait budget is spent, not before', async t => {
  const { ended, slept } = await exported(t, { match: 'GET /users', fault: '503', retryAfter: 100 })
  await t.rejects(ended, { code: 'GRAPH_UNAVAILABLE', exit: 75, retryable: true })
  t.strictSame(
    slept,
    Array.from({ length: 9 }, () => 100_000),
  )
})

t.test('endless throttling fails when the wait budget is exhausted, and is reported as throttling', async t => {
  const { ended, slept } = await exported(t, { match: 'GET /users', fault: '429', retryAfter: 300 })
  await t.rejects(ended, { code: 'GRAPH_THROTTLED', exit: 75, retryAfterMs: 300_000 })
  t.strictSame(slept, [300_000, 300_000, 300_000])
})
