import type { Test } from 'tap'
import type { Outcome } from '../../src/core/result.ts'
import type { RunRecord, RunStore } from '../../src/store/run-store.ts'
import type { NewRun, RowResult } from '../../src/store/types.ts'
import { mark, member, settlement } from './ledger-rows.ts'
import type { RunStoreGiven } from './run-store.ts'

const dayMs = 86_400_000

const changing = (more: Partial<NewRun> = {}): NewRun => ({
  pipeline: 'add members',
  params: {},
  tenant: { id: 'one', name: 'one' },
  codeHash: 'c',
  resumable: true,
  writes: true,
  ...more,
})

const filled = async (run: RunRecord, rows = 3) => {
  const ledger = run.phase('main').ledger()
  await ledger.add(Array.from({ length: rows }, (_, at) => member(at + 1, 'a')))
  await ledger.arrange()
  return ledger
}

const countOf = (store: RunStore, id: string) => store.read(id, run => run.phase('main').ledger().count())

/** Runs the contract of runs that change the directory; `given` makes an empty store each time. */
export const writeRunContract = (t: Test, given: (t: Test) => RunStoreGiven | Promise<RunStoreGiven>): void => {
  t.test('an unfinished run is refused while another one of its pipeline changes the tenant', async t => {
    const { store, other } = await given(t)
    const first = await store.create(changing({ params: 1 }))
    await first.release()
    const second = await store.create(changing({ params: 2 }))
    await t.rejects(other.hold(first.id), { code: 'RUN_ACTIVE', facts: { run: second.id } })
    await second.finish('done')
    const held = await other.hold(first.id)
    await t.rejects(store.hold(second.id, undefined, true), { code: 'RUN_ACTIVE', facts: { run: first.id } })
    await held.release()
    t.match(await store.findUnfinished(first.info.identity), { id: first.id })
    t.equal(await store.findUnfinished(second.info.identity), undefined)
  })

  t.test('a discarded run has ended finally, and its ledger and results are kept', async t => {
    const { store, other, move } = await given(t)
    const run = await store.create(changing())
    const ledger = await filled(run)
    await ledger.markSent([mark(1)])
    await ledger.settle([settlement({ ordinal: 1, key: 1, step: 0 }, 'done')])
    await run.release()
    const removed: string[] = []
    await other.discard(run.id, async ({ id }) => void removed.push(id))
    t.strictSame(removed, [run.id])
    t.match(await store.get(run.id), { status: 'discarded' })
    t.strictSame(await countOf(store, run.id), { waiting: 0, pending: 2, sent: 0, settled: 1 })
    t.match(await store.read(run.id, look => look.countResults()), { done: 1 })
    t.equal(await store.findUnfinished(run.info.identity), undefined)
    for (const again of [false, true])
      await t.rejects(store.hold(run.id, undefined, again), { code: 'RUN_NOT_RESUMABLE' })
    move(30 * dayMs + 1)
    t.strictSame(await store.prune(), { pruned: [run.id], unfinished: [] })
    await t.rejects(countOf(store, run.id), { code: 'RUN_UNKNOWN' })
  })

  t.test('a run with a sent row is not discarded, and stays as it was', async t => {
    const { store, other } = await given(t)
    const run = await store.create(changing())
    const ledger = await filled(run)
    await ledger.markSent([mark(2)])
    await run.finish('interrupted', { error: { code: 'INTERRUPTED', message: 'stopped' } })
    const before = await store.get(run.id)
    const refusal = { code: 'RUN_UNDECIDED', facts: { run: run.id } }
    const removed: string[] = []
    await t.rejects(
      other.discard(run.id, async ({ id }) => void removed.push(id)),
      refusal,
    )
    t.strictSame(removed, [], 'its output is kept, too')
    t.strictSame(await store.get(run.id), before)
    const next = await other.hold(run.id)
    t.match(await next.phase('main').ledger().sent(10), [{ ordinal: 2 }])
    await next
      .phase('main')
      .ledger()
      .settle([settlement({ ordinal: 2, key: 2, step: 0 }, 'unknown')])
    await next.release()
    await store.discard(run.id)
    t.match(await store.get(run.id), { status: 'discarded' })
  })

  t.test('prune keeps a run with a sent row, however it has ended', async t => {
    const { store, other, move } = await given(t)
    const ended = async (params: number, isSent: boolean) => {
      const run = await store.create(changing({ params }))
      const ledger = await filled(run)
      if (isSent) await ledger.markSent([mark(1)])
      await run.finish('failed', { isOver: true })
      return run.id
    }
    const [undecided, decided] = [await ended(1, true), await ended(2, false)]
    move(30 * dayMs + 1)
    const { pruned, unfinished } = await other.prune()
    t.strictSame(pruned, [decided])
    t.strictSame(
      unfinished.map(({ id }) => id),
      [undecided],
    )
    t.strictSame(await countOf(store, undecided), { waiting: 0, pending: 2, sent: 1, settled: 0 })
  })

  t.test(
    'a row that waited is reopened to wait if the other row is open, and by itself if it failed by itself',
    async t => {
      const { store, other } = await given(t)
      const run = await store.create(changing())
      const ledger = await filled(run, 6)
      const row = (ordinal: number) => ({ ordinal, key: ordinal, step: 0 })
      await ledger.wait([
        { ordinal: 2, for: 1, waits: 'then' },
        { ordinal: 3, for: 2, waits: 'then' },
        { ordinal: 5, for: 4, waits: 'after' },
        { ordinal: 6, for: 5, waits: 'same' },
      ])
      await ledger.settle([settlement(row(1), 'failed'), settlement(row(2), 'skipped'), settlement(row(3), 'skipped')])
      await ledger.settle([settlement(row(4), 'done')])
      await ledger.release([5])
      await ledger.settle([settlement(row(5), 'failed'), settlement(row(6), 'failed')])
      await run.finish('done')
      const next = await other.hold(run.id, undefined, true)
      const again = next.phase('main').ledger()
      t.equal(await again.reopen({ outcomes: ['unknown'] }), 0)
      t.equal(await again.reopen({ outcomes: ['failed'] }), 2)
      t.strictSame(
        (await again.entries({ limit: 10 })).map(({ state }) => state),
        ['pending', 'waiting', 'waiting', 'settled', 'pending', 'waiting'],
      )
      await next.release()
    },
  )

  t.test(
    'results are read in the order of their rows, by outcome and by page, with the inputs that were kept',
    async t => {
      const { store, other } = await given(t)
      const run = await store.create(changing())
      const main = run.phase('main')
      await main.appendResults(0, [
        {
          key: 3,
          operation: 'add-member',
          outcome: 'failed',
          input: { columns: [['member', 'rejected']], sealed: 's' },
        },
        { key: 1, operation: 'add-member', outcome: 'failed' },
      ])
      const ledger = main.ledger()
      const input = (key: number) => ({ columns: [['member', `m${key}`] as const, ['password'] as const] })
      await ledger.add([
        member(2, 'z', { input: input(2) }),
        member(4, 'y', { input: input(4) }),
        member(4, 'y', { step: 1, waits: 'then' }),
        member(5, 'x', { input: input(5) }),
        member(6, 'w'),
      ])
      await ledger.arrange()
      await ledger.release([3])
      const row = (ordinal: number, key: number, step = 0) => ({ ordinal, key, step })
      await ledger.settle([settlement(row(4, 5), 'done'), settlement(row(3, 4, 1), 'failed')])
      await ledger.settle([settlement(row(2, 4), 'done'), settlement(row(1, 2), 'unknown')])
      await run.release()
      const all = [
        [1, 0, 'failed', undefined, false],
        [2, 0, 'unknown', input(2), true],
        [3, 0, 'failed', { columns: [['member', 'rejected']], sealed: 's' }, false],
        [4, 1, 'failed', input(4), true],
        [4, 0, 'done', input(4), true],
        [5, 0, 'done', input(5), true],
      ]
      const read = async (limit: number, outcomes?: readonly Outcome[]) =>
        other.read(run.id, async look => {
          const found: RowResult[] = []
          for (let page: readonly RowResult[] = []; ;) {
            const [last] = page.slice(-1)
            page = await look.readRows({ limit, ...(last && { after: last }), ...(outcomes && { outcomes }) })
            found.push(...page)
            if (page.length < limit) break
          }
          return found.map(each => [
            each.result.key,
            each.result.step ?? 0,
            each.result.outcome,
            each.input,
            each.isChange,
          ])
        })
      for (const limit of [1, 2, 4, 100]) {
        t.strictSame(await read(limit), all)
        t.strictSame(
          await read(limit, ['unknown', 'done']),
          all.filter(([, , outcome]) => outcome !== 'failed'),
        )
      }
      t.strictSame(await read(10, []), [])
      const left = { ordinal: 5, key: 6, step: 0, about: 'w/m6', operation: 'add-member' }
      t.match(await other.read(run.id, look => look.readPending()), [left])
      t.strictSame(await other.read(run.id, look => look.readPending({ after: 5 })), [])
      const next = await other.hold(run.id)
      await next
        .phase('main')
        .ledger()
        .settle([settlement(row(5, 6), 'failed')])
      await next.finish('done')
      t.strictSame(await read(4), [...all, [6, 0, 'failed', undefined, false]], 'also what a later process adds')
    },
  )

  t.test('an ended run is held again for a retry, and its rows are reopened by outcome', async t => {
    const { store, other } = await given(t)
    for (const end of [{ isOver: true }, {}]) {
      const run = await store.create(changing())
      const ledger = await filled(run, 5)
      await ledger.wait([{ ordinal: 5, for: 1, waits: 'same' }])
      await ledger.markSent([mark(1, 1, { was: 'x' }), mark(2), mark(3)])
      const row = (ordinal: number) => ({ ordinal, key: ordinal, step: 0 })
      await ledger.settle([
        settlement(row(1), 'failed'),
        settlement(row(2), 'unknown'),
        settlement(row(3), 'done'),
        { ...settlement(row(4), 'failed'), isFinal: true },
        settlement(row(5), 'failed'),
      ])
      await run.finish('failed', end)
      if (end.isOver) await t.rejects(other.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
      const next = await other.hold(run.id, undefined, true)
      const again = next.phase('main').ledger()
      t.equal(await again.reopen({ outcomes: ['failed'] }), 1)
      t.strictSame(
        (await again.entries({ limit: 10 })).map(({ state, outcome }) => [state, outcome]),
        [
          ['pending', undefined],
          ['settled', 'unknown'],
          ['settled', 'done'],
          ['settled', 'failed'],
          ['waiting', undefined],
        ],
      )
      await again.reopen({ outcomes: ['unknown'] })
      t.match(await again.sent(10), [{ ordinal: 2, firstSentAt: 1002, attempts: 1 }])
      await again.markSent([mark(1, 2, { was: 'y' })])
      t.match(await again.sent(1), [{ ordinal: 1, firstSentAt: 2001, attempts: 2, before: { was: 'y' } }])
      await again.withdraw([mark(1, 2)])
      const [pending] = await again.claim(1)
      t.match(pending, { ordinal: 1, state: 'pending', attempts: 1 })
      t.notOk(pending && ('before' in pending || 'firstSentAt' in pending), 'the first result is over')
      t.strictSame(
        (await again.attempts([1])).map(({ attempt }) => attempt),
        [1],
      )
      await again.settle([settlement(row(1), 'done'), settlement(row(2), 'done'), settlement(row(5), 'unchanged')])
      t.strictSame(await next.countResults(), { done: 3, unchanged: 1, waiting: 0, skipped: 0, failed: 1, unknown: 0 })
      t.equal((await next.readResults()).length, 5, 'the last result of each row is valid')
      await next.release()
      t.match(await store.get(run.id), { status: 'interrupted' }, 'a retry can be resumed')
      await store.discard(run.id)
    }
  })
}
