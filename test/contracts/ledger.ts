import type { Test } from 'tap'
import type { KeptEntry, KeptNewEntry, LedgerRecord, LedgerState } from '../../src/store/ledger-types.ts'
import type { RunRecord } from '../../src/store/run-store.ts'
import { mark, member, settlement } from './ledger-rows.ts'
import type { RunStoreGiven } from './run-store.ts'

const none: Readonly<Record<LedgerState, number>> = { waiting: 0, pending: 0, sent: 0, settled: 0 }
const ordinals = (rows: readonly { readonly ordinal: number }[]) => rows.map(({ ordinal }) => ordinal)

/** Runs the contract of a ledger; `given` makes an empty store each time. */
export const ledgerContract = (t: Test, given: (t: Test) => RunStoreGiven | Promise<RunStoreGiven>): void => {
  const work = { pipeline: 'contract', params: {}, codeHash: 'c', resumable: true, writes: true }

  const filled = async (t: Test, entries: readonly KeptNewEntry[]) => {
    const { store, other, move } = await given(t)
    const run = await store.create(work)
    const ledger = (await run.phase('main')).ledger()
    await ledger.add(entries)
    await ledger.arrange()
    /** The ledger, after its process died and another one acquired the run. */
    const again = async (): Promise<readonly [RunRecord, LedgerRecord]> => {
      await run.release()
      const next = await other.hold(run.id)
      return [next, (await next.phase('main')).ledger()]
    }
    return { run, ledger, other, move, again }
  }

  t.test('rows are claimed by their first lock, then in the order of intake, page by page', async t => {
    const { run, ledger } = await filled(t, [
      member(1, 'b'),
      member(2, 'a'),
      member(3, 'b', { locks: ['b', 'c'] }),
      member(4, 'a'),
      member(5, 'B'),
    ])
    const all = await ledger.claim(10)
    t.strictSame(
      all.map(({ key, locks }) => [key, locks]),
      [
        [5, ['B']],
        [2, ['a']],
        [4, ['a']],
        [1, ['b']],
        [3, ['b', 'c']],
      ],
    )
    t.strictSame(all[1], {
      ordinal: 2,
      key: 2,
      step: 0,
      row: { kind: 'add-member', value: { group: 'a', member: 'm2' } },
      about: 'a/m2',
      locks: ['a'],
      state: 'pending',
      attempts: 0,
    })
    const paged: KeptEntry[] = []
    for (let page = await ledger.claim(2); page.length > 0;) {
      paged.push(...page)
      const last = page.at(-1)!
      page = await ledger.claim(2, { lock: last.locks[0]!, ordinal: last.ordinal })
    }
    t.strictSame(paged, all)
    t.strictSame(await ledger.count(), { ...none, pending: 5 })
    await run.release()
  })

  t.test('what was added is read back unchanged', async t => {
    const entry: KeptNewEntry = {
      key: 'a/1',
      step: 0,
      row: { kind: 'update', value: { 'ü\u0000': ['x', { y: null }] }, expected: { z: 1.5 } },
      about: 'user',
      ordered: true,
      locks: ['user'],
      sealed: 'sealed text',
      input: { columns: [['name', 'n'], ['password']], sealed: 'input' },
    }
    const { run, ledger } = await filled(t, [entry, { ...member(7, 'g'), key: '7' }])
    const [read] = (await ledger.claim(10)).filter(({ ordinal }) => ordinal === 1)
    t.strictSame(read, {
      ordinal: 1,
      key: 'a/1',
      step: 0,
      row: entry.row,
      about: 'user',
      locks: ['user'],
      sealed: 'sealed text',
      state: 'pending',
      attempts: 0,
    })
    const [first, second] = await ledger.entries({ limit: 10 })
    const { sealed: _, ...open } = read!
    t.strictSame(first, { ...open, hasSecrets: true }, 'readers get no secrets')
    t.strictSame(second?.key, '7', 'a text is no number')
    t.strictSame(await ledger.sealed([2, 1]), [{ ordinal: 1, key: 'a/1', step: 0, sealed: 'sealed text' }])
    await run.release()
  })

  t.test('rows that share a sealed text each have it, whatever is between them', async t => {
    const shared = (key: number, sealed: string) =>
      member(key, 'g', { sealed, input: { columns: [['password']], sealed: key === 5 ? 'its own' : sealed } })
    const { run, ledger } = await filled(t, [
      shared(1, 'one'),
      shared(2, 'one'),
      member(3, 'g'),
      shared(4, 'one'),
      shared(5, 'other'),
      shared(6, 'other'),
    ])
    const texts = ['one', 'one', undefined, 'one', 'other', 'other']
    t.strictSame(
      (await ledger.claim(10)).map(({ sealed }) => sealed),
      texts,
    )
    t.strictSame(
      (await ledger.sealed([2, 3, 6])).map(({ key, sealed }) => [key, sealed]),
      [
        [2, 'one'],
        [6, 'other'],
      ],
    )
    t.strictSame(await Promise.all([1, 3, 4, 6].map(key => ledger.sealedOf(key, 0))), [
      'one',
      undefined,
      'one',
      'other',
    ])
    const inputs = ['one', 'one', undefined, 'one', 'its own', 'other']
    t.strictSame(
      (await run.readPending()).map(({ input }) => input?.sealed),
      inputs,
    )
    await ledger.settle((await ledger.entries({ limit: 10 })).map(entry => settlement(entry, 'done')))
    t.strictSame(
      (await run.readRows()).map(({ input }) => input?.sealed),
      inputs,
    )
    await run.release()
  })

  t.test('a marked row is sent, is not claimed, and is found by the next holder', async t => {
    const { ledger, again } = await filled(t, [member(1, 'a'), member(2, 'a'), member(3, 'b')])
    await ledger.markSent([mark(1, 1, { was: 'x' }), mark(3)])
    t.strictSame(ordinals(await ledger.claim(10)), [2])
    await ledger.markSent([mark(1, 2, { was: 'later' })])
    const [run, next] = await again()
    t.strictSame(await next.count(), { ...none, pending: 1, sent: 2 })
    const sent = await next.sent(10)
    t.match(sent, [
      { ordinal: 1, state: 'sent', attempts: 2, firstSentAt: 1001, lastSentAt: 2001, before: { was: 'x' } },
      { ordinal: 3, state: 'sent', attempts: 1, firstSentAt: 1003, lastSentAt: 1003, before: {} },
    ])
    t.strictSame(ordinals(await next.sent(1)), [1])
    t.strictSame(ordinals(await next.sent(10, 1)), [3])
    t.strictSame(await next.attempts([3, 1, 2]), [
      { ordinal: 3, attempt: 1, client: 'client 3/1', atMs: 1003 },
      { ordinal: 1, attempt: 1, client: 'client 1/1', atMs: 1001 },
      { ordinal: 1, attempt: 2, client: 'client 1/2', atMs: 2001 },
    ])
    await run.release()
  })

  t.test('a withdrawn attempt leaves the row as it was before it', async t => {
    const { run, ledger } = await filled(t, [member(1, 'a'), member(2, 'a')])
    const before = await ledger.claim(10)
    await ledger.markSent([mark(1), mark(2)])
    t.strictSame(await ledger.withdraw([mark(1), mark(2)]), [])
    t.strictSame(await ledger.claim(10), before)
    t.strictSame(await ledger.attempts([1, 2]), [])
    await ledger.markSent([mark(1, 2, { was: 'now' })])
    const once = await ledger.sent(10)
    t.match(once, [{ attempts: 1, firstSentAt: 2001, before: { was: 'now' } }])
    await ledger.markSent([mark(1, 3)])
    t.strictSame(await ledger.withdraw([mark(1, 3)]), [1], 'it is still sent')
    t.strictSame(await ledger.sent(10), once)
    await ledger.markSent([mark(1, 3)])
    await ledger.withdraw([mark(1, 2)])
    t.match(await ledger.sent(10), [{ attempts: 1, firstSentAt: 3001, lastSentAt: 3001 }])
    t.strictSame(
      (await ledger.attempts([1])).map(({ attempt }) => attempt),
      [3],
    )
    await run.release()
  })

  t.test(
    'a refused row that is sent again keeps its attempts, and what is read before the next one counts',
    async t => {
      const { run, ledger } = await filled(t, [member(1, 'a')])
      await ledger.markSent([mark(1, 1, { was: 'first' })])
      await ledger.resend([1])
      const [row] = await ledger.claim(10)
      t.match(row, { state: 'pending', attempts: 1, lastSentAt: 1001 })
      t.notOk(row && ('before' in row || 'firstSentAt' in row))
      await ledger.markSent([mark(1, 2, { was: 'second' })])
      t.match(await ledger.sent(10), [{ attempts: 2, firstSentAt: 2001, lastSentAt: 2001, before: { was: 'second' } }])
      await run.release()
    },
  )

  t.test(
    'a lost row that is sent again keeps when it was first sent, and what is read before the next one counts',
    async t => {
      const { run, ledger } = await filled(t, [member(1, 'a')])
      await ledger.markSent([mark(1, 1, { was: 'first' })])
      await ledger.resend([1], 'lost')
      await ledger.markSent([mark(1, 2, { was: 'second' })])
      t.match(await ledger.sent(10), [{ attempts: 2, firstSentAt: 1001, lastSentAt: 2001, before: { was: 'second' } }])
      await run.release()
    },
  )

  t.test('a row whose attempt got no reply stays known as lost, until it is reopened', async t => {
    const { ledger, again } = await filled(t, [member(1, 'a'), member(2, 'a')])
    await ledger.markSent([mark(1), mark(2)])
    await ledger.resend([1], 'lost')
    await ledger.resend([2])
    await ledger.markSent([mark(1, 2)])
    await ledger.resend([1])
    const [run, next] = await again()
    t.strictSame(
      (await next.claim(10)).map(({ ordinal, lost }) => [ordinal, lost]),
      [
        [1, true],
        [2, undefined],
      ],
    )
    await next.settle([settlement((await next.claim(1))[0]!, 'failed')])
    await next.reopen({ outcomes: ['failed'] })
    t.notOk('lost' in (await next.claim(1))[0]!)
    await run.release()
  })

  t.test('a reply that leaves a row open is remembered until the row is sent again', async t => {
    const { ledger, again } = await filled(t, [member(1, 'a'), member(2, 'a'), member(3, 'a')])
    await ledger.markSent([mark(1), mark(2), mark(3)])
    await ledger.answered([
      { ordinal: 1, how: true },
      { ordinal: 3, how: 'refused' },
    ])
    const [run, next] = await again()
    const answers = async () => (await next.sent(10)).map(({ ordinal, answered }) => [ordinal, answered])
    t.strictSame(await answers(), [
      [1, true],
      [2, undefined],
      [3, 'refused'],
    ])
    await next.resend([1], 'lost')
    await next.markSent([mark(1, 2)])
    t.strictSame(await answers(), [
      [1, undefined],
      [2, undefined],
      [3, 'refused'],
    ])
    await run.release()
  })

  t.test('what rows need of other rows is known by both, in their phase', async t => {
    const { store } = await given(t)
    const run = await store.create({ ...work, phases: ['one', 'two'] })
    const [one, two] = [(await run.phase('one')).ledger(), (await run.phase('two')).ledger()]
    const made = (key: number | string) => ({ key, step: 0, waits: 'made' }) as const
    await one.add([member(1, 'a', { needs: [made(2)] })])
    await one.clear()
    t.strictSame(await one.needy(9), [])
    const after = { key: '2', step: 1, waits: 'after' } as const
    await one.add([member(1, 'a', { needs: [made(2), after] }), member(2, 'b'), member(3, 'c', { needs: [made('2')] })])
    await one.arrange()
    await two.add([member(1, 'a', { needs: [made(2)] }), member(2, 'b')])
    await two.arrange()
    t.match(await one.needy(1), [{ ordinal: 1, needs: [made(2), after] }])
    t.strictSame(ordinals(await one.needy(9, 1)), [3])
    t.strictSame(
      [ordinals(await one.neededBy({ key: 2, step: 0 })), ordinals(await two.neededBy({ key: 2, step: 0 }))],
      [[1], [4]],
    )
    t.strictSame(await one.neededBy({ key: '2', step: 1 }), [], 'order alone needs no object')
    t.match(
      [await one.find({ key: 2, step: 0 }), await two.find({ key: 2, step: 0 })],
      [{ ordinal: 2 }, { ordinal: 5 }],
    )
    t.equal(await one.find({ key: '2', step: 0 }), undefined, 'a number is another key than a text')
    t.equal(await one.firstOf(1), undefined)
    await one.wait([{ ordinal: 1, for: 2, waits: 'made' }])
    t.match(
      [await one.firstOf(1), await one.waitingFor([2])],
      [{ ordinal: 2 }, [{ ordinal: 1, needs: [made(2), after] }]],
    )
    t.strictSame(await one.waiting(), { same: 0, then: 0, after: 0, made: 1 })
    await run.release()
  })

  t.test('each phase has a ledger of its own', async t => {
    const { store, other } = await given(t)
    const run = await store.create({ ...work, phases: ['empty', 'one', 'two'] })
    const ledgerOf = async (of: RunRecord, name: string) => (await of.phase(name)).ledger()
    const [empty, one, two] = [await ledgerOf(run, 'empty'), await ledgerOf(run, 'one'), await ledgerOf(run, 'two')]
    await empty.arrange()
    await one.add([
      member(1, 'b'),
      member(2, 'a'),
      member(3, 'a', { about: 'same' }),
      member(4, 'a', { about: 'same' }),
    ])
    await one.arrange()
    await one.wait([{ ordinal: 4, for: 3, waits: 'same' }])
    await two.clear()
    await two.add([member(1, 'z'), member(2, 'a'), member(9, 'c', { about: 'same' })])
    t.strictSame(await two.count(), { ...none, pending: 3 })
    await two.clear()
    t.strictSame(await two.count(), none)
    await two.add([member(1, 'z', { sealed: 'of two' }), member(2, 'a'), member(3, 'a', { about: 'same' })])
    await two.arrange()
    t.strictSame(await empty.count(), none)
    t.strictSame(await one.count(), { ...none, waiting: 1, pending: 3 })
    t.strictSame(await two.count(), { ...none, pending: 3 })
    const same = async (ledger: LedgerRecord) => {
      const found = []
      for await (const page of ledger.sameAbout(({ row }) => JSON.stringify(row))) found.push(...page)
      return found.map(({ entries }) => ordinals(entries))
    }
    t.strictSame([await same(empty), await same(one), await same(two)], [[], [[3, 4]], []])
    t.strictSame(
      [ordinals(await one.claim(9)), ordinals(await two.claim(9))],
      [
        [2, 3, 1],
        [6, 7, 5],
      ],
    )
    t.strictSame(ordinals(await two.claim(9, { lock: 'a', ordinal: 6 })), [7, 5])
    await one.markSent([mark(1)])
    await two.markSent([mark(5), mark(6)])
    await t.rejects(one.clear(), { code: 'RUN_UNDECIDED' })
    t.strictSame([ordinals(await one.sent(9)), ordinals(await two.sent(9))], [[1], [5, 6]])
    t.strictSame(await one.waiting(), { same: 1, then: 0, after: 0, made: 0 })
    t.strictSame(await two.waiting(), { same: 0, then: 0, after: 0, made: 0 })
    const row = (ordinal: number, key: number) => ({ ordinal, key, step: 0 })
    await one.settle([settlement(row(1, 1), 'failed'), settlement(row(3, 3), 'done')])
    await two.settle([settlement(row(5, 1), 'failed')])
    t.strictSame([(await one.stranded(9)).length, (await two.stranded(9)).length], [1, 0])
    for (const backwards of [false, true]) {
      const outcomes = ['failed', 'done'] as const
      const failed = async (ledger: LedgerRecord) => ordinals(await ledger.entries({ limit: 9, backwards, outcomes }))
      t.strictSame([await failed(one), await failed(two)], [backwards ? [3, 1] : [1, 3], [5]])
    }
    t.strictSame(ordinals(await one.entries({ limit: 9 })), [1, 2, 3, 4])
    t.strictSame(ordinals(await two.entries({ limit: 9, backwards: true })), [7, 6, 5])
    t.strictSame([await one.sealedOf(1, 0), await two.sealedOf(1, 0)], [undefined, 'of two'])
    await run.finish('done')
    const next = await other.hold(run.id, undefined, true)
    t.equal(await (await ledgerOf(next, 'two')).reopen({ outcomes: ['failed'] }), 1)
    t.strictSame(await (await ledgerOf(next, 'one')).count(), { waiting: 1, pending: 1, sent: 0, settled: 2 })
    t.strictSame(await (await ledgerOf(next, 'two')).count(), { waiting: 0, pending: 2, sent: 1, settled: 0 })
    t.match(await next.phase('one').countResults(), { done: 1, failed: 1 })
    t.match(await next.phase('two').countResults(), { failed: 1 })
    await next.release()
  })

  t.test(
    'a row of several steps counts once, with the first of pending, unknown, failed, skipped, done and unchanged',
    async t => {
      const cases = [
        [['done', undefined], 'pending'],
        [['failed', undefined], 'pending'],
        [['unknown', 'skipped'], 'unknown'],
        [['failed', 'skipped'], 'failed'],
        [['done', 'failed'], 'failed'],
        [['done', 'skipped'], 'skipped'],
        [['unchanged', 'done'], 'done'],
        [['unchanged', 'unchanged'], 'unchanged'],
      ] as const
      const entries = cases.flatMap((_, at) => [member(at + 1, 'a'), member(at + 1, 'a', { step: 1 })])
      const { run, ledger, other } = await filled(t, entries)
      await run.phase('main').appendResults(0, [{ key: 99, operation: 'add-member', outcome: 'failed' }])
      await ledger.settle(
        cases.flatMap(([steps], at) =>
          steps.flatMap((outcome, step) =>
            outcome === undefined ? [] : [settlement({ ordinal: 2 * at + step + 1, key: at + 1, step }, outcome)],
          ),
        ),
      )
      t.strictSame(await other.read(run.id, look => look.phase('main').countRows()), {
        ...{ pending: 2, unknown: 1, failed: 3, skipped: 1, waiting: 0, done: 1, unchanged: 1 },
      })
      await run.release()
    },
  )

  t.test('a settled row has its result, is counted, and stays settled', async t => {
    const { run, ledger, other } = await filled(t, [member(1, 'a'), member(2, 'a'), member(3, 'a')])
    await ledger.markSent([mark(2)])
    const rows = await ledger.entries({ limit: 10 })
    await ledger.settle([
      { ordinal: 2, result: { ...settlement(rows[1]!, 'done').result, id: 'object' } },
      settlement(rows[2]!, 'failed'),
    ])
    const seen = await other.read(run.id, async look => [
      await look.phase('main').ledger().count(),
      await look
        .phase('main')
        .ledger()
        .entries({ limit: 10, outcomes: ['done'] }),
      (await look.phase('main').readResults()).map(({ key, outcome, phase }) => [key, outcome, phase]),
      await look.countResults(),
    ])
    t.match(seen, [
      { ...none, pending: 1, settled: 2 },
      [{ ordinal: 2, state: 'settled', outcome: 'done', id: 'object', before: {} }],
      [
        [2, 'done', 'main'],
        [3, 'failed', 'main'],
      ],
      { done: 1, failed: 1 },
    ])
    await t.rejects(ledger.settle([settlement(rows[0]!, 'done'), settlement(rows[1]!, 'failed')]), { code: 'INTERNAL' })
    t.strictSame(await ledger.count(), { ...none, pending: 1, settled: 2 }, 'a refused call has no effect')
    t.match(await run.countResults(), { done: 1, failed: 1 })
    await run.release()
  })

  t.test('a call about a row in another state is refused as a whole', async t => {
    const { run, ledger } = await filled(t, [member(1, 'a'), member(2, 'a'), member(3, 'a')])
    const [first, second] = await ledger.claim(10)
    await ledger.settle([settlement(first!, 'unchanged')])
    await ledger.wait([{ ordinal: 3, for: 2, waits: 'after' }])
    const calls: Readonly<Record<string, () => Promise<void>>> = {
      'a settled row is sent': () => ledger.markSent([mark(2), mark(1)]),
      'a waiting row is sent': () => ledger.markSent([mark(2), mark(3)]),
      'a row that does not exist is sent': () => ledger.markSent([mark(2), mark(4)]),
      'an attempt that was not announced is withdrawn': async () => void (await ledger.withdraw([mark(2)])),
      'a pending row is sent again': () => ledger.resend([2]),
      'a pending row is answered': () => ledger.answered([{ ordinal: 2, how: true }]),
      'a pending row is released': () => ledger.release([3, 2]),
      'a settled row waits': () => ledger.wait([{ ordinal: 1, for: 2, waits: 'same' }]),
      'a row is settled twice at once': () => ledger.settle([settlement(second!, 'done'), settlement(second!, 'done')]),
    }
    for (const [what, call] of Object.entries(calls)) await t.rejects(call(), { code: 'INTERNAL' }, what)
    t.strictSame(await ledger.count(), { waiting: 1, pending: 1, sent: 0, settled: 1 })
    t.strictSame(await ledger.attempts([1, 2, 3]), [])
    await run.release()
  })

  t.test('rows about the same thing are found, in the order of intake', async t => {
    const about = (key: number, text: string, more: Partial<KeptNewEntry> = {}) =>
      member(key, 'g', { about: text, ...more })
    const many = Array.from({ length: 3000 }, (_, at) => about(100 + at, `pair ${at % 1500}`))
    const { run, ledger } = await filled(t, [
      about(1, 'x'),
      about(2, 'y'),
      about(3, 'x', { ordered: true, sealed: 's' }),
      about(4, 'X'),
      about(5, 'x', { row: { kind: 'remove-member', value: {} } }),
      ...many,
    ])
    const groups = []
    const digestOf = (change: object): string => JSON.stringify(change)
    for await (const page of ledger.sameAbout(digestOf)) groups.push(...page)
    t.equal(groups.length, 1501)
    const kind = 'add-member'
    t.strictSame(
      groups.find(each => each.about === 'x'),
      {
        about: 'x',
        entries: [
          {
            ordinal: 1,
            key: 1,
            step: 0,
            kind,
            ordered: false,
            digest: digestOf({ key: 1, step: 0, row: member(1, 'g').row }),
          },
          {
            ordinal: 3,
            key: 3,
            step: 0,
            kind,
            ordered: true,
            digest: digestOf({ key: 3, step: 0, row: member(3, 'g').row, sealed: 's' }),
          },
          {
            ordinal: 5,
            key: 5,
            step: 0,
            kind: 'remove-member',
            ordered: false,
            digest: digestOf({ key: 5, step: 0, row: { kind: 'remove-member', value: {} } }),
          },
        ],
      },
    )
    t.strictSame(
      groups
        .filter(each => each.about !== 'x')
        .map(each => ordinals(each.entries).join())
        .sort(),
      Array.from({ length: 1500 }, (_, at) => `${at + 6},${at + 1506}`).sort(),
    )
    await run.release()
  })

  t.test('a row that waits is claimed once it is released', async t => {
    const { ledger, again, move } = await filled(t, [
      member(1, 'a'),
      member(1, 'a', { step: 1, waits: 'then' }),
      member(2, 'a'),
      member(3, 'a'),
    ])
    await ledger.wait([
      { ordinal: 4, for: 3, waits: 'same' },
      { ordinal: 3, for: 1, waits: 'after' },
    ])
    t.strictSame(ordinals(await ledger.claim(10)), [1])
    t.strictSame(await ledger.waitingFor([3, 1]), [
      { ordinal: 4, key: 3, step: 0, kind: 'add-member', about: 'a/m3', for: 3, waits: 'same' },
      { ordinal: 2, key: 1, step: 1, kind: 'add-member', about: 'a/m1', for: 1, waits: 'then' },
      { ordinal: 3, key: 2, step: 0, kind: 'add-member', about: 'a/m2', for: 1, waits: 'after' },
    ])
    t.strictSame(await ledger.stranded(10), [])
    const [first] = await ledger.claim(10)
    await ledger.settle([settlement(first!, 'done')])
    const [run, next] = await again()
    const stranded = await next.stranded(10)
    t.match(stranded, [
      { row: { ordinal: 2, for: 1, waits: 'then' }, first: { key: 1, outcome: 'done', target: 'row 1' } },
      { row: { ordinal: 3, for: 1, waits: 'after' }, first: { key: 1, outcome: 'done', target: 'row 1' } },
    ])
    t.strictSame(ordinals((await next.stranded(1)).map(({ row }) => row)), [2])
    const { releasedAt: _, ...before } = (await next.entries({ limit: 1, after: 1 }))[0]!
    move(5000)
    await next.release([2])
    t.strictSame(await next.claim(10), [
      { ...before, state: 'pending', releasedAt: before.state && (await next.claim(1))[0]!.releasedAt },
    ])
    t.strictSame(ordinals(await next.waitingFor([1, 3])), [3, 4])
    t.strictSame(await next.count(), { waiting: 2, pending: 1, sent: 0, settled: 1 })
    await run.release()
  })

  t.test('rows that wait are read with the row for which they wait, page by page', async t => {
    const { run, ledger } = await filled(t, [
      member(1, 'b'),
      member(1, 'a', { step: 1, waits: 'then' }),
      member(2, 'a'),
      member(3, 'a'),
    ])
    await ledger.wait([{ ordinal: 4, for: 1, waits: 'same' }])
    const seen = async (limit: number, after?: number) =>
      (await ledger.waitingEntries(limit, after)).map(({ ordinal, waits, waitsFor }) => [ordinal, waits, waitsFor])
    t.strictSame(await seen(9), [
      [2, 'then', 1],
      [4, 'same', 1],
    ])
    t.strictSame(await seen(1, 2), [[4, 'same', 1]])
    await run.release()
  })

  t.test(
    'a row that waited for one that was not sent, or is about something else, is released without a time',
    async t => {
      const about = 'a/both'
      const { run, ledger } = await filled(t, [
        ...[member(1, 'a'), member(2, 'a'), member(3, 'a', { about }), member(4, 'a', { about })],
        ...[member(5, 'a'), member(6, 'a')],
      ])
      await ledger.wait([
        { ordinal: 2, for: 1, waits: 'after' },
        { ordinal: 4, for: 3, waits: 'after' },
        { ordinal: 6, for: 5, waits: 'after' },
      ])
      await ledger.markSent([mark(3), mark(5)])
      const rows = await ledger.entries({ limit: 9 })
      await ledger.settle([
        settlement(rows[0]!, 'unchanged'),
        settlement(rows[2]!, 'done'),
        settlement(rows[4]!, 'done'),
      ])
      await ledger.release([2, 4, 6])
      const [idle, sent, other] = (await ledger.claim(9)).map(({ releasedAt }) => releasedAt)
      t.equal(idle, 0)
      t.ok(sent! > 0)
      t.equal(other, 0, 'the directory need not show it')
      await run.release()
    },
  )

  t.test('what was written lately is read once, with when its reply came', async t => {
    const { run, ledger } = await filled(t, [member(1, 'a'), member(2, 'a'), member(3, 'a')])
    const year = 365 * 24 * 60 * 60_000
    const at = (ordinal: number) => ({ ...mark(ordinal), atMs: Date.now() })
    await ledger.markSent([at(1), at(2)])
    const rows = await ledger.entries({ limit: 9 })
    await ledger.settle([settlement(rows[0]!, 'done')])
    t.equal((await ledger.writtenSince(Date.now() - year)).open, 2, 'the second has no reply')
    await ledger.withdraw([mark(2)])
    const first = await ledger.writtenSince(Date.now() - year)
    t.equal(first.open, undefined)
    t.strictSame(
      first.rows.map(({ about }) => about),
      ['a/m1'],
    )
    t.strictSame(await ledger.writtenSince(Date.now() - year, first.number), { rows: [], number: undefined })
    await ledger.markSent([at(3)])
    t.strictSame(
      (await ledger.writtenSince(Date.now() - year, first.number)).rows.map(({ about }) => about),
      ['a/m3'],
    )
    t.strictSame((await ledger.writtenSince(Date.now() + year)).rows, [])
    await run.release()
  })

  t.test('an intake that starts over leaves nothing of the first, and is refused once anything was sent', async t => {
    const { run, ledger } = await filled(t, [member(1, 'a'), member(2, 'a')])
    const [first] = await ledger.claim(1)
    await ledger.settle([settlement(first!, 'failed')])
    await ledger.clear()
    t.strictSame(await ledger.count(), none)
    t.match(await run.countResults(), { failed: 0 })
    t.strictSame(await run.readResults(), [])
    await ledger.add([member(9, 'z')])
    t.strictSame(await ledger.count(), { ...none, pending: 1 }, 'also before it is arranged')
    t.match(await ledger.entries({ limit: 10 }), [{ ordinal: 1, key: 9, state: 'pending', attempts: 0 }])
    await ledger.arrange()
    await ledger.arrange()
    t.strictSame(ordinals(await ledger.claim(10)), [1])
    await ledger.markSent([mark(1)])
    await t.rejects(ledger.clear(), { code: 'RUN_UNDECIDED' })
    t.strictSame(await ledger.count(), { ...none, sent: 1 })
    await run.release()
  })

  t.test('rows are read in the order of intake and backwards, by outcome and by page', async t => {
    const { run, ledger } = await filled(
      t,
      Array.from({ length: 60 }, (_, at) => member(at + 1, `g${at % 7}`)),
    )
    const outcomes = ['done', 'failed', 'unchanged'] as const
    const rows = await ledger.claim(45)
    await ledger.settle(rows.map(row => settlement(row, outcomes[row.ordinal % 3]!)))
    for (const backwards of [false, true])
      for (const wanted of [undefined, ['done', 'failed'] as const]) {
        const paged: number[] = []
        for (let after: number | undefined; ;) {
          const page = await ledger.entries({
            limit: 7,
            backwards,
            ...(after !== undefined && { after }),
            ...(wanted && { outcomes: wanted }),
          })
          paged.push(...ordinals(page))
          if (page.length < 7) break
          after = page.at(-1)!.ordinal
        }
        const expected = wanted
          ? ordinals(rows).filter(ordinal => outcomes[ordinal % 3] !== 'unchanged')
          : Array.from({ length: 60 }, (_, at) => at + 1)
        t.strictSame(
          paged,
          expected.sort((a, b) => (backwards ? b - a : a - b)),
        )
      }
    t.strictSame(await ledger.entries({ limit: 10, outcomes: [] }), [])
    await run.release()
  })
}
