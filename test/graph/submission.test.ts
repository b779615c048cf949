import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { credentialOf, makeToken, refused } from './fixtures.ts'
import type { Asked, Scripted } from './scripted-server.ts'
import {
  chain,
  entriesOf,
  failing,
  graphLike,
  one,
  opened,
  patch,
  throttled,
  type EntryReply,
  type Named,
} from './submitted.ts'

t.test('single requests are sent twenty at a time, and each ends with its own reply', async t => {
  const { submit, drained, asked, ends, departures } = await opened(
    t,
    graphLike({ u3: [{ status: 400, body: { error: { code: 'Request_BadRequest' } } }] }),
  )
  for (let at = 0; at < 25; at++) await submit(one(`u${at}`))
  await drained()
  t.strictSame(
    departures().map(names => names.length),
    [20, 5],
  )
  t.strictSame(
    asked.flatMap(entriesOf).filter(({ dependsOn }) => dependsOn),
    [],
  )
  t.strictSame(
    ends(),
    Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`u${at}`, `answered ${at === 3 ? 400 : 204} after 1`]).toSorted(),
    ),
  )
})

t.test('a request that is not batched is sent by itself, with the announced id and its own headers', async t => {
  const { submit, drained, asked, departures, left, ends } = await opened(t, at =>
    at.url.endsWith('$batch') ? graphLike()(at) : { status: 202 },
  )
  await submit(one('a'))
  await submit(one('u', { unbatched: true, headers: { 'content-type': 'application/scim+json' } }))
  await submit(one('b'))
  await drained()
  t.strictSame(departures().toSorted(), [['a', 'b'], ['u']])
  const alone = asked.find(({ url }) => !url.endsWith('$batch'))!
  t.match(alone, { method: 'PATCH', body: { description: 'u' }, headers: { 'content-type': 'application/scim+json' } })
  t.equal(alone.headers['client-request-id'], left.find(([leaving]) => leaving!.unit.name === 'u')![0]!.clientRequestId)
  t.strictSame(ends(), { a: 'answered 204 after 1', b: 'answered 204 after 1', u: 'answered 202 after 1' })
  await t.rejects(submit(chain('c', 2, { unbatched: true })), { code: 'OPTION_INVALID' })
})

t.test('a chain is sent alone, and each request depends on the one before', async t => {
  const { submit, drained, asked, departures } = await opened(t, graphLike())
  await submit(one('a'))
  await submit(chain('c', 3))
  await submit(one('b'))
  await drained()
  t.strictSame(departures().toSorted(), [
    ['a', 'b'],
    ['c0', 'c1', 'c2'],
  ])
  t.strictSame(
    asked.map(batch => entriesOf(batch).map(({ dependsOn }) => dependsOn)).find(entries => entries.length === 3),
    [undefined, ['1'], ['2']],
  )
})

t.test('every attempt of every request is announced with its own id, which the request carries', async t => {
  const { submit, drained, asked, left, told } = await opened(t, graphLike({ b: [throttled('2')] }))
  await submit(one('a'))
  await submit(one('b'))
  await drained()
  const announced = left.map(requests => requests.map(({ clientRequestId }) => clientRequestId))
  t.strictSame(
    asked.map(batch => entriesOf(batch).map(({ headers }) => headers['client-request-id'])),
    announced,
  )
  t.equal(new Set(announced.flat()).size, 3)
  t.strictSame(
    left.map(requests => requests.map(({ unit, at, attempt }) => [unit.name, at, attempt])),
    [
      [
        ['a', 0, 1],
        ['b', 0, 1],
      ],
      [['b', 0, 2]],
    ],
  )
  t.strictSame(
    told.flat().map(({ unit, clientRequestId, attempts }) => [unit.name, clientRequestId, attempts]),
    [
      ['a', announced[0]![0], 1],
      ['b', announced[1]![0], 2],
    ],
  )
})

t.test('an attempt is announced after the wait for quota and before its bytes are sent', async t => {
  const order: string[] = []
  let taken = 0
  const { submit, drained } = await opened(
    t,
    asked => {
      order.push('asked')
      return graphLike()(asked)
    },
    {
      budget: {
        async take() {
          order.push('take')
          return taken++ === 0 ? 5_000 : 0
        },
        settle: async () => {},
        pause: async () => {},
      },
    },
    {
      async leaving() {
        await new Promise(resolve => setImmediate(resolve))
        order.push('announced')
      },
    },
  )
  await submit(one('a'))
  await drained()
  t.strictSame(order, ['take', 'take', 'announced', 'asked'])
})

t.test('a refused token, a throttled batch and a failed connection each count as an attempt', async t => {
  const { submit, drained, left, told, asked } = await opened(
    t,
    (asked, nth) =>
      nth === 0
        ? refused(401, 'InvalidAuthenticationToken')
        : nth === 1
          ? { status: 429, headers: { 'retry-after': '3' } }
          : graphLike()(asked),
    { credential: credentialOf([makeToken({ jti: '1' }), makeToken({ jti: '2' })]) },
  )
  await submit(chain('c', 2))
  await drained()
  t.strictSame(
    left.map(requests => requests.map(({ at, attempt }) => [at, attempt])),
    [1, 2, 3].map(attempt => [
      [0, attempt],
      [1, attempt],
    ]),
  )
  t.equal(new Set(left.flat().map(({ clientRequestId }) => clientRequestId)).size, 6)
  t.equal(asked[1]?.headers.authorization, `Bearer ${makeToken({ jti: '2' })}`)
  t.match(told, [
    [
      { end: 'answered', attempts: 3 },
      { end: 'answered', attempts: 3 },
    ],
  ])
})

t.test('if the callback throws, nothing is sent and every request is reported as not sent', async t => {
  const full = new Error('the disk is full')
  const { submit, drained, asked, ends, told } = await opened(
    t,
    graphLike(),
    {},
    {
      leaving: async () => {
        throw full
      },
    },
  )
  for (const name of ['a', 'b']) await submit(one(name))
  await submit(chain('c', 2))
  await t.rejects(drained(), full)
  await t.rejects(submit(one('d')), full)
  t.strictSame(asked, [])
  const notSent = 'not-sent after 0'
  t.strictSame(ends(), { a: notSent, b: notSent, c0: notSent, c1: notSent })
  t.ok(told.flat().every(ending => ending.end === 'not-sent' && ending.error === full))
})

t.test('if an ending cannot be recorded the rest stops, and requests already sent are still reported', async t => {
  const full = new Error('the disk is full')
  const told: string[] = []
  const { submit, drained } = await opened(
    t,
    graphLike(),
    {},
    {
      async ended(endings) {
        told.push(...endings.map(({ unit, end }) => `${unit.name} ${end}`))
        throw full
      },
    },
  )
  await submit(one('a'))
  await t.rejects(drained(), full)
  await t.rejects(submit(one('b')), full)
  t.strictSame(told, ['a answered'])
})

t.test('a throttled request waits for its own Retry-After, not for that of another', async t => {
  const { submit, drained, slept, ends, departures } = await opened(
    t,
    graphLike({ a: [throttled('7')], b: [throttled('2.5')], c: [throttled()] }),
    { budget: { take: async () => 0, settle: async () => {}, pause: async () => {} } },
  )
  for (const name of ['a', 'b', 'c', 'd']) await submit(one(name))
  await drained()
  t.strictSame(slept.toSorted(), [2_500, 500, 7_000].toSorted())
  t.strictSame(departures().slice(1).flat().toSorted(), ['a', 'b', 'c'])
  t.strictSame(ends(), {
    a: 'answered 204 after 2',
    b: 'answered 204 after 2',
    c: 'answered 204 after 2',
    d: 'answered 204 after 1',
  })
})

t.test('requests settled by a reply are reported at once, while others still wait', async t => {
  const { submit, drained, told } = await opened(t, graphLike({ b: [throttled('5')] }))
  for (const name of ['a', 'b', 'c']) await submit(one(name))
  await drained()
  t.strictSame(
    told.map(endings => endings.map(({ unit }) => unit.name)),
    [['a', 'c'], ['b']],
  )
})

t.test('a request that stays throttled ends as not sent, with its Retry-After', async t => {
  const { submit, drained, told } = await opened(
    t,
    graphLike({ a: Array.from({ length: 99 }, () => throttled('10')) }),
    { waitBudgetMs: 35_000 },
  )
  await submit(one('a'))
  await submit(one('b'))
  await drained()
  t.match(
    told.flat().find(({ unit }) => unit.name === 'a'),
    {
      end: 'not-sent',
      attempts: 4,
      retryAfterMs: 10_000,
      error: { code: 'GRAPH_THROTTLED', facts: { sent: false, path: '/groups/a' } },
    },
  )
})

for (const [what, script] of [
  [
    'the connection is reset after sending',
    (asked: Asked, nth: number) => (nth === 0 ? { drop: true } : graphLike()(asked)),
  ],
  [
    'the reply breaks off',
    (asked: Asked, nth: number) => ({ ...graphLike()(asked), ...(nth === 0 && { resetAfter: 20 }) }),
  ],
  [
    'the reply is truncated JSON',
    (asked: Asked, nth: number) => (nth === 0 ? { body: '{"responses":[{"id":"1","status":204}' } : graphLike()(asked)),
  ],
  [
    'the reply lacks the entries',
    (asked: Asked, nth: number) => (nth === 0 ? { body: { responses: [] } } : graphLike()(asked)),
  ],
  ['the reply is no batch', (asked: Asked, nth: number) => (nth === 0 ? { body: {} } : graphLike()(asked))],
  ['the batch has no reply body', (asked: Asked, nth: number) => (nth === 0 ? { status: 204 } : graphLike()(asked))],
  ...[500, 502, 503, 504].map(
    status =>
      [
        `the batch is answered ${status}`,
        (asked: Asked, nth: number) => (nth === 0 ? { status } : graphLike()(asked)),
      ] as const,
  ),
  ...[500, 502, 503, 504].map(
    status =>
      [
        `the entries are answered ${status}`,
        (asked: Asked, nth: number) =>
          graphLike(nth === 0 ? { a: [failing(status)], r: [failing(status)] } : {})(asked),
      ] as const,
  ),
] as const)
  t.test(`when ${what}, a change is lost and not retried, and a repeatable one is retried`, async t => {
    const { submit, drained, told, ends, departures } = await opened(
      t,
      script as (asked: Asked, nth: number) => Scripted,
    )
    await submit(one('a'))
    await submit(one('r', { repeatable: true }))
    await drained()
    t.strictSame(ends(), { a: 'lost after 1', r: 'answered 204 after 2' })
    t.strictSame(departures(), [['a', 'r'], ['r']])
    t.match(
      told.flat().find(({ unit }) => unit.name === 'a'),
      {
        error: {
          code: 'GRAPH_UNAVAILABLE',
          facts: { sent: true },
          message: /PATCH \/groups\/a .* It is not known whether the request was carried out\.$/,
        },
      },
    )
    t.match(
      told.flat().find(({ unit }) => unit.name === 'r'),
      { lostBefore: true },
    )
  })

t.test('a request that an earlier attempt may have carried out never ends as not sent', async t => {
  const { submit, drained, ends } = await opened(
    t,
    graphLike({ r: [failing(503), ...Array.from({ length: 99 }, () => throttled('10'))] }),
    { waitBudgetMs: 25_000 },
  )
  await submit(one('r', { repeatable: true }))
  await drained()
  t.match(ends(), { r: /^lost after / })
})

t.test('if no connection can be made every request is not sent, even if it was announced', async t => {
  const { submit, drained, stop, told, left } = await opened(t, [], { waitBudgetMs: 1_000 })
  await stop()
  await submit(chain('c', 2))
  await drained()
  t.match(told, [
    [
      { end: 'not-sent', error: { code: 'GRAPH_UNAVAILABLE', facts: { sent: false } } },
      { end: 'not-sent', error: { code: 'GRAPH_UNAVAILABLE' } },
    ],
  ])
  t.ok(left.length > 1)
})

t.test('a batch that is refused as a whole was not carried out', async t => {
  const { submit, drained, told } = await opened(t, [refused(400, 'BadRequest', 'Invalid batch.')])
  await submit(one('a'))
  await drained()
  t.match(told, [[{ end: 'not-sent', why: 'refused', error: { code: 'GRAPH_REFUSED', facts: { path: '/$batch' } } }]])
})

t.test('if a request in a chain of twenty fails, earlier ones are answered and later ones not sent', async t => {
  const { submit, drained, told, ends, departures } = await opened(
    t,
    graphLike({ c9: [{ status: 400, body: { error: { code: 'Request_BadRequest' } } }] }),
  )
  await submit(chain('c', 20))
  await drained()
  t.strictSame(departures().length, 1)
  t.strictSame(
    ends(),
    Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [
        `c${at}`,
        at < 9 ? 'answered 204 after 1' : at === 9 ? 'answered 400 after 1' : 'not-sent after 1',
      ]).toSorted(),
    ),
  )
  t.match(
    told.flat().find(({ at }) => at === 10),
    {
      error: {
        code: 'GRAPH_REFUSED',
        facts: { status: 424, sent: false },
        message: /the request before it did not succeed/,
      },
    },
  )
})

t.test('a chain that is throttled in the middle continues there, in order', async t => {
  const { submit, drained, asked, ends, departures } = await opened(t, graphLike({ c2: [throttled('3')] }))
  await submit(chain('c', 5))
  await drained()
  t.strictSame(departures(), [
    ['c0', 'c1', 'c2', 'c3', 'c4'],
    ['c2', 'c3', 'c4'],
  ])
  t.strictSame(
    entriesOf(asked[1]!).map(({ url, dependsOn }) => [url, dependsOn]),
    [
      ['/groups/c2', undefined],
      ['/groups/c3', ['1']],
      ['/groups/c4', ['2']],
    ],
  )
  t.strictSame(ends(), {
    c0: 'answered 204 after 1',
    c1: 'answered 204 after 1',
    c2: 'answered 204 after 2',
    c3: 'answered 204 after 2',
    c4: 'answered 204 after 2',
  })
})

t.test('a Retry-After in a successful reply delays no other request', async t => {
  const odd = {
    c0: [{ status: 202, headers: { 'Retry-After': '60' } }],
    c1: [throttled('3')],
  }
  const { submit, drained, slept, ends } = await opened(t, graphLike(odd))
  await submit(chain('c', 2))
  await drained()
  t.strictSame(slept, [3000])
  t.strictSame(ends(), { c0: 'answered 202 after 1', c1: 'answered 204 after 2' })
})

t.test('an entry is answered even if its headers are empty or missing', async t => {
  const none = (headers: unknown): EntryReply => ({ status: 204, headers: headers as Record<string, string> })
  const { submit, drained, ends } = await opened(
    t,
    graphLike({ a: [none(null)], b: [none(undefined)], c: [none('x')] }),
  )
  for (const name of ['a', 'b', 'c']) await submit(one(name))
  await drained()
  t.strictSame(ends(), { a: 'answered 204 after 1', b: 'answered 204 after 1', c: 'answered 204 after 1' })
})

t.test(
  'an undecided request in a chain is lost, and later ones are not sent; a repeatable chain continues',
  async t => {
    const odd = () => graphLike({ c1: [failing(503)] })
    const { submit, drained, ends } = await opened(t, odd())
    await submit(chain('c', 3))
    await drained()
    t.strictSame(ends(), { c0: 'answered 204 after 1', c1: 'lost after 1', c2: 'not-sent after 1' })
    const again = await opened(t, odd())
    await again.submit(chain('c', 3, { repeatable: true }))
    await again.drained()
    t.strictSame(again.departures(), [
      ['c0', 'c1', 'c2'],
      ['c1', 'c2'],
    ])
    t.match(again.ends(), { c0: /204 after 1/, c1: /204 after 2/, c2: /204 after 2/ })
  },
)

t.test('a repeatable request is not retried after a later one of its chain was carried out', async t => {
  const { submit, drained, ends, departures } = await opened(t, graphLike({}, ['/groups/c1']))
  await submit(chain('c', 3, { repeatable: true }))
  await drained()
  t.strictSame(departures().length, 1)
  t.strictSame(ends(), { c0: 'answered 204 after 1', c1: 'lost after 1', c2: 'answered 204 after 1' })
})

t.test('if the reply to a chain is lost, the whole chain is lost, unless all of it is repeatable', async t => {
  const script = (asked: Asked, nth: number): Scripted => (nth === 0 ? { drop: true } : graphLike()(asked))
  const mixed: Named = { name: 'c', requests: [patch('c0', { repeatable: true }), patch('c1')] }
  const { submit, drained, ends } = await opened(t, script)
  await submit(mixed)
  await drained()
  t.strictSame(ends(), { c0: 'lost after 1', c1: 'lost after 1' })
  const again = await opened(t, script)
  await again.submit(chain('c', 2, { repeatable: true }))
  await again.drained()
  t.strictSame(again.ends(), { c0: 'answered 204 after 2', c1: 'answered 204 after 2' })
})

t.test(
  'an entry whose token is refused is resent once, at once, with a new token, and is not sent if that is refused',
  async t => {
    const { submit, drained, ends, told, asked, slept } = await opened(
      t,
      graphLike({ a: [failing(401)], b: [failing(401), failing(401)] }),
      { credential: credentialOf([makeToken({ jti: '1' }), makeToken({ jti: '2' }), makeToken({ jti: '3' })]) },
    )
    for (const name of ['a', 'b', 'c']) await submit(one(name))
    await drained()
    t.strictSame(ends(), { a: 'answered 204 after 2', b: 'not-sent after 2', c: 'answered 204 after 1' })
    t.match(
      told.flat().find(({ unit }) => unit.name === 'b'),
      { why: 'unsent', error: { code: 'SIGN_IN_FAILED', facts: { status: 401 } } },
    )
    t.strictSame(
      asked.map(({ headers }) => headers.authorization),
      ['1', '2'].map(jti => `Bearer ${makeToken({ jti })}`),
    )
    t.strictSame(slept, [])
  },
)

t.test('on an abort, changes in flight are answered, reads are cut off, and nothing more is sent', async t => {
  const controller = new AbortController()
  const stop = new Error('stop')
  // The chain is under way, and the single request waits to be sent again.
  const reached = new Set<string>()
  const cut = Promise.withResolvers<void>()
  controller.signal.addEventListener('abort', () => setImmediate(cut.resolve))
  const reach = (what: string) => {
    if (reached.add(what).size === 3) controller.abort(stop)
  }
  const { submit, drained, asked, ends } = await opened(
    t,
    async asked => {
      const [first, ...others] = entriesOf(asked)
      if (first!.url === '/users') {
        reach('read')
        return { silent: true }
      }
      if (others.length === 0) return graphLike({ t: [throttled('600')] })(asked)
      reach('chain')
      await cut.promise
      return graphLike({ c1: [throttled('600')] })(asked)
    },
    {
      budget: { take: async () => 0, settle: async () => {}, pause: async () => {} },
      clock: { now: () => 0, sleep: (_ms, signal) => systemClock.sleep(3_600_000, signal) },
      onEvent: event => event.kind === 'retry' && reach('single'),
    },
    { signal: controller.signal },
  )
  await submit(chain('c', 2))
  await submit(one('t'))
  await new Promise(resolve => setImmediate(resolve))
  await submit({ name: 'r', requests: [{ method: 'GET', url: '/users' }] })
  await t.rejects(drained(), stop)
  await t.rejects(submit(one('late')), stop)
  t.strictSame(ends(), { c0: 'answered 204 after 1', c1: 'not-sent after 1', r: 'lost after 1', t: 'not-sent after 1' })
  t.equal(asked.length, 3)
})

t.test('a request that is aborted while it is announced is not sent', async t => {
  const controller = new AbortController()
  const { submit, drained, asked, ends } = await opened(
    t,
    graphLike(),
    {},
    {
      signal: controller.signal,
      leaving: async () => controller.abort(new Error('stop')),
    },
  )
  await submit(one('a'))
  await t.rejects(drained(), { message: 'stop' })
  t.strictSame(ends(), { a: 'not-sent after 1' })
  t.strictSame(asked, [])
})

t.test('an abort without pending requests is reported by the next call', async t => {
  const stop = new Error('stop')
  for (const before of [0, 1]) {
    const controller = new AbortController()
    const { submit, drained, ends } = await opened(t, graphLike(), {}, { signal: controller.signal })
    if (before > 0) await submit(one('a'))
    await drained()
    controller.abort(stop)
    await t.rejects(drained(), stop)
    await t.rejects(submit(one('late')), stop)
    t.strictSame(ends(), before > 0 ? { a: 'answered 204 after 1' } : {})
  }
})

t.test('submit waits while four hundred requests are pending, and continues when some have ended', async t => {
  let open = (): void => {}
  const gate = new Promise<void>(resolve => (open = resolve))
  const { submit, drained, told } = await opened(t, graphLike(), {}, { leaving: () => gate })
  let taken = 0
  const filling = (async () => {
    for (; taken < 1_000; taken++) await submit(one(`u${taken}`))
  })()
  for (let turn = 0; turn < 200; turn++) await new Promise(resolve => setImmediate(resolve))
  t.equal(taken, 399, 'the four hundredth is accepted, and then submit waits')
  open()
  await filling
  await drained()
  t.equal(told.flat().length, 1_000)
  t.equal(new Set(told.flat().map(({ unit }) => unit.name)).size, 1_000)
})

t.test('each request is charged, and the charge is returned for those never sent', async t => {
  const { graph, submit, drained } = await opened(
    t,
    graphLike(),
    {},
    {
      leaving: async requests => {
        if (requests.length === 2) throw new Error('no')
      },
    },
  )
  await submit(chain('c', 3))
  await drained()
  t.match(graph.usage(), { units: 3, writes: 3, inFlight: 0 })
  await submit(chain('d', 2))
  await t.rejects(drained(), { message: 'no' })
  t.match(graph.usage(), { units: 3, writes: 3, inFlight: 0, waiting: 0 })
})

t.test('a POST without a body gets an empty one, because Graph refuses a batch without it', async t => {
  const { submit, drained, asked } = await opened(t, graphLike())
  await submit({ name: 'r', requests: [{ method: 'POST', url: '/directory/deletedItems/1/restore' }] })
  await submit({ name: 'd', requests: [{ method: 'DELETE', url: '/users/1' }] })
  await drained()
  t.match(entriesOf(asked[0]!), [{ body: {}, headers: { 'Content-Type': 'application/json' } }, { url: '/users/1' }])
  t.notOk('body' in entriesOf(asked[0]!)[1]!)
})

t.test('a read-only client accepts only reads, and a unit has one to twenty requests and no batch', async t => {
  const { submit, drained, asked } = await opened(t, graphLike(), { readOnly: true })
  await t.rejects(submit(one('a')), { code: 'GRAPH_READ_ONLY' })
  await t.rejects(submit({ name: 'm', requests: [{ method: 'GET', url: '/users/1' }, patch('a')] }), {
    code: 'GRAPH_READ_ONLY',
  })
  await submit({ name: 'r', requests: [{ method: 'GET', url: '/users/1' }] })
  await submit({ name: 'p', requests: [{ method: 'POST', url: '/users/1/checkMemberGroups', body: { groupIds: [] } }] })
  await drained()
  t.equal(asked.length, 1)
  for (const requests of [[], chain('c', 21).requests, [{ method: 'POST', url: '/$batch', body: {} } as const]])
    await t.rejects(submit({ name: 'x', requests }), { code: 'OPTION_INVALID' })
})
