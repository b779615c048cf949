import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { fakeClock } from '../fake-clock.ts'
import { refused } from './fixtures.ts'
import { chain, entriesOf, graphLike, one, opened, patch, throttled, type Named } from './submitted.ts'

const reasons = (told: readonly (readonly { readonly unit: Named; readonly at: number }[])[]) =>
  Object.fromEntries(
    told.flat().map(ending => [`${ending.unit.name}${ending.at}`, 'why' in ending ? ending.why : 'none']),
  )

for (const method of ['settle', 'pause'] as const)
  t.test(`a change that was performed is answered even if the budget cannot ${method}`, async t => {
    const full = new EntrapipeError('DISK_FULL', 'The disk of budget.sqlite is full.')
    const budget = {
      take: async () => 0,
      settle: async () => {},
      pause: async () => {},
      [method]: async () => {
        throw full
      },
    }
    const headers = { 'x-ms-resource-unit': '7' }
    const { submit, drained, ends, told } = await opened(
      t,
      graphLike({
        a: [{ status: 204, headers }],
        b: [{ ...throttled('3'), headers: { 'Retry-After': '3', ...headers } }],
      }),
      { budget },
    )
    await submit(one('a'))
    if (method === 'pause') await submit(one('b'))
    await drained()
    t.equal(ends()['a'], 'answered 204 after 1')
    // The next request meets the error.
    await submit(one('c'))
    await drained()
    const next = told.flat().find(({ end, unit }) => end === 'not-sent' && unit.name !== 'a')
    t.match(next, { end: 'not-sent', why: 'unsent', error: { message: full.message } })
  })

t.test('closing the client loses requests that are under way: they may have been performed', async t => {
  const { graph, submit, drained, ends } = await opened(t, () => {
    void graph.close()
    return { silent: true }
  })
  await submit(one('a'))
  await drained()
  t.strictSame(ends(), { a: 'lost after 1' })
})

t.test('a round trip refused for its content is divided until the request at fault is alone', async t => {
  const { submit, drained, ends, told, departures } = await opened(t, asked =>
    entriesOf(asked).some(({ url }) => url === '/groups/u7')
      ? refused(400, 'BadRequest', 'Invalid batch payload format.')
      : graphLike()(asked),
  )
  for (let at = 0; at < 20; at++) await submit(one(`u${at}`))
  await drained()
  t.strictSame(
    departures()
      .map(names => names.length)
      .toSorted((a, b) => b - a),
    [20, 10, 10, 5, 5, 3, 2, 2, 1],
  )
  const { u7, ...others } = ends()
  t.match(u7, /^not-sent after /)
  t.strictSame(new Set(Object.values(others).map(end => end.replace(/ after .*/, ''))), new Set(['answered 204']))
  t.match(
    told.flat().find(({ unit }) => unit.name === 'u7'),
    { why: 'refused', error: { code: 'GRAPH_REFUSED' } },
  )
})

t.test(
  'a round trip refused for its content while the submission is interrupted blames none of its entries',
  async t => {
    const broken = Promise.withResolvers<void>()
    const left: string[] = []
    const { submit, drained, told } = await opened(
      t,
      async () => {
        await submit(one('c'))
        await broken.promise
        return refused(400, 'BadRequest', 'Invalid batch payload format.')
      },
      {},
      {
        leaving: async requests => {
          left.push(...requests.map(({ unit }) => unit.name))
          if (!left.includes('c')) return
          broken.resolve()
          throw new Error('stopped')
        },
      },
    )
    for (const name of ['a', 'b']) await submit(one(name))
    await t.rejects(drained(), { message: 'stopped' })
    t.strictSame(left, ['a', 'b', 'c'])
    t.strictSame(
      told
        .flat()
        .map(ending => [
          ending.unit.name,
          ending.end,
          'why' in ending && ending.why,
          'error' in ending && ending.error?.message,
        ])
        .toSorted(),
      ['a', 'b', 'c'].map(name => [name, 'not-sent', 'unsent', 'stopped']),
    )
  },
)

for (const [status, trips] of [
  [401, 2],
  [403, 1],
  [404, 1],
] as const)
  t.test(`a round trip refused with ${status} is not divided, and its requests are not to blame`, async t => {
    const { submit, drained, told, departures } = await opened(t, () => refused(status, 'Refused'))
    for (const name of ['a', 'b']) await submit(one(name))
    await drained()
    t.equal(departures().length, trips)
    t.strictSame(reasons(told), { a0: 'unsent', b0: 'unsent' })
    t.match(told.flat(), [{ error: { facts: { status } } }, { error: { facts: { status } } }])
  })

t.test('what was not performed says why: throttled, or behind one that did not succeed', async t => {
  const { submit, drained, told } = await opened(
    t,
    graphLike({ c1: Array.from({ length: 99 }, () => throttled('10')) }),
    { waitBudgetMs: 35_000 },
  )
  await submit(chain('c', 3))
  await drained()
  t.strictSame(reasons(told), { c0: 'none', c1: 'throttled', c2: 'chain' })
  const errors = Object.fromEntries(told.flat().map(ending => [ending.at, 'error' in ending && ending.error.message]))
  t.match(errors[1], /PATCH \/groups\/c1 /)
  t.match(errors[2], /PATCH \/groups\/c2 .* was not carried out, because the request before it did not succeed/)
})

t.test('what was throttled behind a lost request of its chain may be submitted again', async t => {
  const { submit, drained, told } = await opened(
    t,
    graphLike({ c1: [{ status: 504, headers: {}, body: {} }], c2: [throttled('10')] }),
  )
  await submit(chain('c', 4))
  await drained()
  t.strictSame(reasons(told), { c0: 'none', c1: 'none', c2: 'chain', c3: 'chain' })
  t.strictSame(
    told.flat().map(({ at, end }) => [at, end]),
    [
      [0, 'answered'],
      [1, 'lost'],
      [2, 'not-sent'],
      [3, 'not-sent'],
    ],
  )
})

t.test('a request told to wait too long ends with its Retry-After, and takes no room', async t => {
  const { submit, drained, slept, told } = await opened(
    t,
    graphLike({ a: [throttled('150')], b: [throttled('4')] }),
    { budget: { take: async () => 0, settle: async () => {}, pause: async () => {} } },
    { longestWaitMs: 10_000 },
  )
  for (const name of ['a', 'b']) await submit(one(name))
  await drained()
  t.match(
    told.flat().find(({ unit }) => unit.name === 'a'),
    { end: 'not-sent', why: 'throttled', retryAfterMs: 150_000, attempts: 1 },
  )
  t.strictSame(slept, [4_000])
})

t.test('what a reply settled is recorded before the rest of its chain is sent', async t => {
  const order: string[] = []
  let first = true
  const { submit, drained } = await opened(
    t,
    graphLike({ c1: [throttled('1')] }),
    {},
    {
      leaving: requests => void order.push(`leaves ${requests.map(({ at }) => at).join(' ')}`),
      async ended(endings) {
        if (first) for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
        first = false
        order.push(`ended ${endings.map(({ at }) => at).join(' ')}`)
      },
    },
  )
  await submit(chain('c', 3))
  await drained()
  t.strictSame(order, ['leaves 0 1 2', 'ended 0', 'leaves 1 2', 'ended 1 2'])
})

t.test('requests that a broken chain left out are not charged', async t => {
  const { graph, submit, drained } = await opened(
    t,
    graphLike({ c1: [{ status: 400, body: { error: { code: 'Request_BadRequest' } } }] }),
  )
  await submit(chain('c', 20))
  await drained()
  t.match(graph.usage(), { writes: 2, units: 2 })
})

t.test('a few throttled entries of a batch leave the pace as it is; many slow it down', async t => {
  const limitAfter = async (throttledEntries: number): Promise<readonly [limit: number, waited: boolean]> => {
    const paused: number[] = []
    const budget = memoryBudget(fakeClock().clock)
    const { graph, submit, drained } = await opened(
      t,
      graphLike(Object.fromEntries(Array.from({ length: throttledEntries }, (_, at) => [`u${at}`, [throttled('3')]]))),
      { budget: { ...budget, take: async () => 0, pause: async (_, untilMs) => void paused.push(untilMs) } },
    )
    for (let at = 0; at < 20; at++) await submit(one(`u${at}`))
    await drained()
    return [graph.usage().limit, paused.length > 0]
  }
  t.strictSame(await limitAfter(2), [8, false])
  t.strictSame(await limitAfter(10), [4, true])
})

t.test('a throttled entry that names the quota pauses it', async t => {
  const paused: string[] = []
  const { submit, drained } = await opened(
    t,
    graphLike({
      u0: [{ status: 429, headers: { 'Retry-After': '3', 'x-ms-throttle-scope': 'Tenant_Application/Write/a/b' } }],
    }),
    { budget: { take: async () => 0, settle: async () => {}, pause: async ({ name }) => void paused.push(name) } },
  )
  for (let at = 0; at < 20; at++) await submit(one(`u${at}`))
  await drained()
  t.match(paused, [/^write\//])
})

t.test('the announced id is sent, even if the request has one of its own', async t => {
  const { submit, drained, asked, left } = await opened(t, graphLike())
  await submit({ name: 'a', requests: [patch('a', { headers: { 'Client-Request-Id': 'mine' } })] })
  await drained()
  t.strictSame(
    entriesOf(asked[0]!).map(({ headers }) => [headers['Client-Request-Id'], headers['client-request-id']]),
    [[undefined, left[0]![0]!.clientRequestId]],
  )
})

t.test('what may no longer leave when the connection is there is not written, and ends as not sent', async t => {
  const over = new EntrapipeError('LEASE_LOST', 'Another process holds the run.')
  const order: string[] = []
  let isOver = false
  const { submit, drained, asked, ends, told } = await opened(
    t,
    at => {
      order.push('asked')
      return graphLike()(at)
    },
    {},
    {
      leaving: async () => void order.push('leaving'),
      writing() {
        order.push('writing')
        if (isOver) throw over
      },
    },
  )
  await submit(one('a'))
  await drained()
  t.strictSame(order, ['leaving', 'writing', 'asked'])
  isOver = true
  await submit(chain('b', 2))
  await submit(one('c', { unbatched: true }))
  await drained()
  t.equal(asked.length, 1)
  t.strictSame(ends(), {
    a: 'answered 204 after 1',
    b0: 'not-sent after 1',
    b1: 'not-sent after 1',
    c: 'not-sent after 1',
  })
  t.strictSame(
    [...new Set(told.flat().flatMap(ending => (ending.end === 'not-sent' ? [ending.why, ending.error] : [])))],
    ['unsent', over],
  )
  isOver = false
  await submit(one('d'))
  await drained()
  t.match(ends(), { d: 'answered 204 after 1' }, 'the connection is still good')
})

t.test('an attempt that was lost stays lost when the next one may not leave', async t => {
  let writes = 0
  const { submit, drained, ends } = await opened(
    t,
    () => ({ drop: true }),
    {},
    {
      writing() {
        if (++writes > 1) throw new EntrapipeError('LEASE_LOST', 'Another process holds the run.')
      },
    },
  )
  await submit(one('a', { repeatable: true }))
  await drained()
  t.strictSame(ends(), { a: 'lost after 2' })
})
