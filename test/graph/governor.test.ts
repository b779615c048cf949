import t from 'tap'
import type { BoundWatch } from '../../src/graph/bound.ts'
import { createGovernor } from '../../src/graph/governor.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { fakeClock } from '../fake-clock.ts'

const unwatched: Pick<BoundWatch, 'held'> = { held: work => work }

const setting = (
  quotas = { read: { capacity: 10, windowMs: 1_000 }, write: { capacity: 2, windowMs: 1_000 } },
  places = 2,
  watch: Pick<BoundWatch, 'held'> = unwatched,
) => {
  const fake = fakeClock(0)
  const governor = createGovernor({
    tenantId: 't',
    budget: memoryBudget(fake.clock),
    quotas,
    clock: fake.clock,
    watch,
    concurrency: { start: places, most: places },
  })
  return { ...fake, governor }
}
const read = [{ quota: 'read', units: 5 }] as const
const write = [{ quota: 'write', units: 1 }] as const

t.test('requests wait until the quota has refilled', async t => {
  const { governor, clock } = setting()
  const times: number[] = []
  for (let nth = 0; nth < 4; nth++) {
    const turn = await governor.enter('app', read, 0)
    times.push(clock.now())
    turn.done(false)
  }
  t.strictSame(times, [0, 0, 500, 1_000])
  t.equal(governor.state().quotaWaitMs, 1_000)
})

t.test('a pause of one service does not delay another service of the same tenant', async t => {
  const { clock } = fakeClock(0)
  const budget = memoryBudget(clock)
  const options = {
    tenantId: 't',
    budget,
    quotas: { read: { capacity: 10, windowMs: 1_000 } },
    clock,
    watch: unwatched,
    waitBudgetMs: 9_000,
  }
  const governorOf = (budgetScope: string) => createGovernor({ ...options, budgetScope })
  await governorOf('first').pause('app', ['read'], 4_000_000)
  await t.rejects(governorOf('first').enter('app', read, 0), {
    code: 'GRAPH_THROTTLED',
    message: /asked this app to wait until 01:07 UTC, in 1 h 7 min/,
  })
  await t.resolves(governorOf('second').enter('app', read, 0))
})

t.test('two tenants of one app have separate buckets', async t => {
  const { clock, slept } = fakeClock(0)
  const budget = memoryBudget(clock)
  const quotas = { read: { capacity: 5, windowMs: 1_000 } }
  for (const tenantId of ['one', 'other'])
    (await createGovernor({ tenantId, budget, quotas, clock, watch: unwatched }).enter('app', read, 0)).done(false)
  t.strictSame(slept, [])
})

t.test('only waits for quota are reported', async t => {
  let held = 0
  const { governor } = setting(undefined, undefined, {
    held: async work => {
      held++
      return await work
    },
  })
  for (let nth = 0; nth < 3; nth++) (await governor.enter('app', read, 0)).done(false)
  t.equal(held, 1)
})

/** Spends the quota of writes, then asks for one more and a read. Answers who went when. */
const twoWritesThenBoth = async ({ governor, clock }: Pick<ReturnType<typeof setting>, 'governor' | 'clock'>) => {
  const order: string[] = []
  const go = async (name: string, charges: typeof read | typeof write) => {
    const turn = await governor.enter('app', charges, 0)
    order.push(`${name} at ${clock.now()}`)
    turn.done(false)
  }
  await go('write', write)
  await go('write', write)
  await Promise.all([go('write', write), go('read', read)])
  return order
}

t.test('writes without quota do not delay reads', async t => {
  const { governor, clock } = setting()
  const order = await twoWritesThenBoth({ governor, clock })
  t.strictSame(order, ['write at 0', 'write at 0', 'read at 0', 'write at 500'])
})

t.test('a request that waits for quota holds no slot, so writes do not delay reads even with one slot', async t => {
  const { governor, clock } = setting(undefined, 1)
  const order = await twoWritesThenBoth({ governor, clock })
  t.strictSame(order, ['write at 0', 'write at 0', 'read at 0', 'write at 500'])
  t.match(governor.state(), { inFlight: 0, waiting: 0, quotaWaitMs: 500 })
})

t.test('the number of pending requests is limited, and more urgent ones go first', async t => {
  const { governor } = setting({ read: { capacity: 1_000, windowMs: 1_000 }, write: { capacity: 2, windowMs: 1_000 } })
  const order: string[] = []
  const first = await governor.enter('app', read, 0)
  const second = await governor.enter('app', read, 0)
  const go = async (name: string, priority: number) => {
    const turn = await governor.enter('app', read, priority)
    order.push(name)
    turn.done(false)
  }
  const waiting = Promise.all([go('plain', 0), go('later', 0), go('urgent', 1)])
  await new Promise(resolve => setImmediate(resolve))
  t.strictSame([order, governor.state().inFlight, governor.state().waiting], [[], 2, 3])
  first.done(false)
  second.done(false)
  await waiting
  // The first in line already waits for a place when the urgent one comes.
  t.strictSame(order, ['plain', 'urgent', 'later'])
  t.equal(governor.state().inFlight, 0)
})

t.test(
  'slots increase while all are used and requests succeed, and are halved when the service pushes back',
  async t => {
    const { clock, advance } = fakeClock(0)
    const quotas = { read: { capacity: 1_000, windowMs: 1_000 } }
    const concurrency = { start: 2, most: 4 }
    const budget = memoryBudget(clock)
    const governor = createGovernor({ tenantId: 't', budget, quotas, clock, watch: unwatched, concurrency })
    const enter = () => governor.enter('app', read, 0)
    for (let nth = 0; nth < 4; nth++) (await enter()).done(false)
    t.equal(governor.state().limit, 2, 'one was always free')
    const turns = [await enter(), await enter()]
    for (let nth = 0; nth < 2; nth++) {
      turns.shift()!.done(false)
      turns.push(await enter())
    }
    t.equal(governor.state().limit, 3)
    turns.push(await enter())
    t.equal(governor.state().inFlight, 3)
    advance(1)
    turns.shift()!.done(true)
    t.equal(governor.state().limit, 1)
    turns.shift()!.done(true)
    t.equal(governor.state().limit, 1, 'it was sent before the last decrease')
    turns.shift()!.done(false)
    t.match(governor.state(), { inFlight: 0, requests: 9, placeWaitMs: 0 })
  },
)

t.test('time spent waiting for a slot is reported separately from time spent waiting for quota', async t => {
  const { governor, advance } = setting()
  const turns = [await governor.enter('app', read, 0), await governor.enter('app', write, 0)]
  const third = governor.enter('app', write, 0)
  advance(30)
  turns[0]!.done(false)
  ;(await third).done(false)
  turns[1]!.done(false)
  t.match(governor.state(), { placeWaitMs: 30, quotaWaitMs: 0, sendMs: 60 })
})

t.test('a pause applies to all requests until its end', async t => {
  const { governor, clock } = setting()
  await governor.pause('app', ['read'], 7_000)
  const other = await governor.enter('other', read, 0)
  t.equal(clock.now(), 0)
  other.done(false)
  const turn = await governor.enter('app', read, 0)
  t.equal(clock.now(), 7_000)
  turn.done(false)
})

t.test('a request that gives up while waiting leaves nothing behind', async t => {
  const { governor } = setting(undefined, 1)
  const held = await governor.enter('app', read, 0)
  const controller = new AbortController()
  const waiting = [governor.enter('app', read, 0, controller.signal), governor.enter('app', read, 0, controller.signal)]
  controller.abort(new Error('stop'))
  for (const one of waiting) await t.rejects(one, /stop/)
  held.done(false)
  t.strictSame([governor.state().inFlight, governor.state().waiting], [0, 0])
  ;(await governor.enter('app', read, 0)).done(false)
})

t.test('a pause longer than the wait budget is not waited for', async t => {
  const { clock, slept } = fakeClock(0)
  const governor = createGovernor({
    tenantId: 't',
    budget: memoryBudget(clock),
    quotas: { read: { capacity: 10, windowMs: 1_000 } },
    clock,
    watch: unwatched,
    waitBudgetMs: 900_000,
  })
  await governor.pause('app', ['read'], 900_001)
  await t.rejects(governor.enter('app', read, 0), {
    code: 'GRAPH_THROTTLED',
    exit: 75,
    message: /to wait until .* UTC, in 16 min/,
    retryAfterMs: 900_001,
  })
  t.strictSame([slept, governor.state().inFlight, governor.state().waiting], [[], 0, 0])
  await governor.pause('other', ['read'], 900_000)
  ;(await governor.enter('other', read, 0)).done(false)
  t.strictSame(slept, [900_000])
})
