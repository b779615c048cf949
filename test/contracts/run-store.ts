import type { Test } from 'tap'
import type { RunStore } from '../../src/store/run-store.ts'
import type { KeptResult, NewRun } from '../../src/store/types.ts'

/** What any half of the store that keeps what is known of runs must do: a database server as well as files. */
export interface RunStoreGiven {
  readonly store: RunStore
  /** A second process, or machine, that sees the same runs. */
  readonly other: RunStore
  /** Milliseconds. */
  readonly move: (ms: number) => void
}

const work = (more: Partial<NewRun> = {}): NewRun => ({
  pipeline: 'contract',
  params: {},
  target: 'file:///out/a.csv',
  codeHash: 'c',
  resumable: true,
  ...more,
})

const result = (key: string | number, outcome: KeptResult['outcome'], more: Partial<KeptResult> = {}): KeptResult => ({
  key,
  operation: 'contract',
  outcome,
  ...more,
})

const checkpoint = (cut: number) => ({ cut, positions: { a: cut }, states: {}, counters: { read: cut } })

/** Runs the contract; `given` makes an empty store each time. */
export const runStoreContract = (t: Test, given: (t: Test) => RunStoreGiven | Promise<RunStoreGiven>): void => {
  t.test('a held run is active for every other process, and free after its release', async t => {
    const { store, other } = await given(t)
    const run = await store.create(work())
    const active = { code: 'RUN_ACTIVE', facts: { run: run.id } }
    await t.rejects(other.create(work()), active)
    await t.rejects(other.create(work({ pipeline: 'another' })), active, 'as it writes to the same place')
    await t.rejects(other.hold(run.id), active)
    await t.rejects(other.discard(run.id), active)
    await run.release()
    t.match(await other.findUnfinished(run.info.identity), { id: run.id, status: 'interrupted' })
    const next = await other.hold(run.id)
    t.match(next.info, { id: run.id, resumed: 1, status: 'running' })
    await next.finish('done')
    await t.rejects(store.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
    t.equal(await store.findUnfinished(run.info.identity), undefined)
  })

  t.test('one of two runs of a pipeline that changes the same tenant is refused', async t => {
    const { store, other } = await given(t)
    const changing = (tenant: string, target: string) =>
      work({ writes: true, target, params: { target }, tenant: { id: tenant, name: tenant } })
    const run = await store.create(changing('one', 'file:///out/1'))
    await t.rejects(other.create(changing('one', 'file:///out/2')), { code: 'RUN_ACTIVE' })
    const beside = await other.create(changing('two', 'file:///out/3'))
    await beside.release()
    await run.release()
  })

  t.test('each phase has its own shards, checkpoint, notes, results and end', async t => {
    const { store, other } = await given(t)
    const run = await store.create(work({ phases: ['one', 'two'] }))
    for (const [at, name] of ['one', 'two'].entries()) {
      const phase = run.phase(name)
      await phase.saveShards([{ name: `${name} a` }])
      await phase.saveNote('before', at)
      await phase.appendResults(0, [result(1, at === 0 ? 'failed' : 'done')])
      await phase.saveCheckpoint(checkpoint(at + 1))
    }
    await run.phase('one').saveEnd({ run: run.id } as never)
    await run.saveNote('cwd', '/there')
    t.strictSame(
      await other.read(run.id, async look => ({
        cwd: await look.loadNote('cwd'),
        phases: await Promise.all(
          ['one', 'two'].map(async name => {
            const phase = look.phase(name)
            return [
              (await phase.loadShards())?.map(shard => shard.name),
              await phase.loadNote('before'),
              (await phase.loadCheckpoint())?.cut,
              (await phase.loadEnd()) !== undefined,
              (await phase.countResults()).failed,
            ]
          }),
        ),
      })),
      {
        cwd: '/there',
        phases: [
          [['one a'], 0, 1, true, 1],
          [['two a'], 1, 2, false, 0],
        ],
      },
    )
    t.match(await other.read(run.id, look => look.countResults()), { done: 1, failed: 1 })
    t.match(await other.read(run.id, look => look.readResults()), [{ phase: 'one' }, { phase: 'two' }])
    await run.release()
  })

  t.test('rewinding to a checkpoint leaves its results, their counts and other phases unchanged', async t => {
    const { store } = await given(t)
    const run = await store.create(work({ phases: ['one', 'two'] }))
    const [one, two] = [run.phase('one'), run.phase('two')]
    await two.appendResults(5, [result(1, 'failed')])
    await one.appendResults(0, [result(1, 'unknown'), result(2, 'failed')])
    await one.saveCheckpoint(checkpoint(1))
    await one.appendResults(1, [result(1, 'done'), result(3, 'failed')])
    await one.saveCommitting({ files: [], manifest: {} as never })
    t.match(await one.countResults(), { done: 1, failed: 2, unknown: 0 })
    t.match(await one.rewind(), { cut: 1, positions: { a: 1 } })
    t.match(await one.countResults(), { done: 0, failed: 1, unknown: 1 })
    t.strictSame(
      (await one.readResults()).map(({ key }) => key),
      [1, 2],
    )
    t.equal(await one.loadCommitting(), undefined)
    t.match(await two.countResults(), { failed: 1 })
    await run.release()
  })

  t.test(
    'results are read by outcome and by page, and failures in the order of their rows with their input',
    async t => {
      const { store } = await given(t)
      const run = await store.create(work())
      const phase = run.phase('main')
      const outcomes = ['done', 'failed', 'skipped', 'unknown'] as const
      const all = Array.from({ length: 40 }, (_, at) =>
        result(40 - at, outcomes[at % 4]!, at % 4 === 1 ? { input: { columns: [['n', at]] } } : {}),
      )
      await phase.appendResults(0, all)
      const paged: number[] = []
      for (let after = 0; ;) {
        const page = await phase.readResults({ after, limit: 3, outcomes: ['failed', 'done'] })
        if (page.length === 0) break
        paged.push(...page.map(({ key }) => key as number))
        after = page.at(-1)!.sequence
      }
      t.strictSame(
        paged,
        all.filter(({ outcome }) => outcome === 'failed' || outcome === 'done').map(({ key }) => key),
      )
      const first = await phase.readFailures({ limit: 3 })
      const rest = await phase.readFailures({ after: first.at(-1)! })
      const failures = [...first, ...rest]
      t.strictSame(
        failures.map(({ result: { key } }) => key),
        all
          .filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown')
          .map(({ key }) => key)
          .reverse(),
      )
      t.strictSame(failures.find(({ result: { key } }) => key === 39)?.input, { columns: [['n', 1]] })
      await run.release()
    },
  )

  t.test('runs are listed newest first, in pages, each once', async t => {
    const { store, other, move } = await given(t)
    const made: string[] = []
    for (let at = 0; at < 7; at++) {
      const run = await store.create(work({ params: at, target: `file:///out/${at}` }))
      made.unshift(run.id)
      await (at % 2 === 0 ? run.finish('done') : run.release())
      move(1000)
    }
    const listed: string[] = []
    for (let page = await other.list({ limit: 3 }); page.length > 0;) {
      listed.push(...page.map(({ id }) => id))
      page = await other.list({ limit: 3, after: page.at(-1)! })
    }
    t.strictSame(listed, made)
    const unfinished = await other.list({ status: ['interrupted'], limit: 2 })
    const more = await other.list({ status: ['interrupted'], limit: 2, after: unfinished.at(-1)! })
    t.strictSame(
      [...unfinished, ...more].map(({ id }) => id),
      made.filter((_, at) => at % 2 === 1),
    )
  })

  t.test('a run that is over is failed when its process dies, and cannot be resumed', async t => {
    const { store, other } = await given(t)
    const run = await store.create(work())
    const error = { code: 'ALL_FAILED', message: 'Every row failed.' } as const
    await run.saveOver({ error })
    await t.rejects(other.hold(run.id), { code: 'RUN_ACTIVE' }, 'it is still held')
    await run.release()
    t.match(await other.get(run.id), { status: 'failed', error })
    t.equal(await other.findUnfinished(run.info.identity), undefined)
    await t.rejects(other.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
  })

  t.test('a run is held while its output is removed, and is as before if that is refused', async t => {
    const { store, other } = await given(t)
    const run = await store.create(work())
    await run.release()
    const before = await store.get(run.id)
    const full = new Error('The disk is full.')
    await t.rejects(
      other.discard(run.id, async info => {
        t.match(info, { id: run.id, target: 'file:///out/a.csv' })
        await t.rejects(store.hold(run.id), { code: 'RUN_ACTIVE' })
        await t.rejects(store.create(work({ pipeline: 'another' })), { code: 'RUN_ACTIVE' })
        throw full
      }),
      full,
    )
    t.strictSame(await store.get(run.id), before)
    const again = await store.hold(run.id)
    await again.release()
    const removed: string[] = []
    await store.discard(run.id, async ({ id }) => void removed.push(id))
    t.strictSame(removed, [run.id])
    t.match(await other.get(run.id), { status: 'discarded' })
  })

  t.test('a superseded run is never resumed, keeps what it did, and says why it ended', async t => {
    const { store, other } = await given(t)
    const changing = work({ writes: true, tenant: { id: 'one', name: 'one' } })
    const run = await store.create(changing)
    const error = { code: 'RUN_SUPERSEDED', message: 'Run 2 supersedes it.' } as const
    await t.rejects(
      other.supersede(run.id, error, async () => undefined),
      { code: 'RUN_ACTIVE' },
    )
    await run.phase('main').appendResults(0, [result(1, 'failed')])
    await run.release()
    const full = new Error('The disk is full.')
    const before = await store.get(run.id)
    await t.rejects(
      other.supersede(run.id, error, async () => {
        throw full
      }),
      full,
    )
    t.strictSame(await store.get(run.id), before)
    await other.supersede(run.id, error, async ({ id }, phase) => {
      t.equal(id, run.id)
      await phase('main').appendResults(0, [result(2, 'unknown')])
    })
    t.match(await store.get(run.id), { status: 'superseded', error })
    await t.rejects(store.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
    t.equal(await store.findUnfinished(run.info.identity), undefined)
    t.match(await store.read(run.id, reader => reader.countResults()), { failed: 1, unknown: 1 })
  })

  t.test('discarded and pruned runs cannot be read', async t => {
    const { store, other, move } = await given(t)
    const run = await store.create(work())
    await run.phase('main').appendResults(0, [result(1, 'failed')])
    await run.release()
    await other.discard(run.id)
    t.match(await store.get(run.id), { status: 'discarded' })
    await t.rejects(
      store.read(run.id, look => look.countResults()),
      { code: 'RUN_UNKNOWN' },
    )
    move(10_000)
    t.strictSame((await store.prune(5000)).pruned, [run.id])
    await t.rejects(other.get(run.id), { code: 'RUN_UNKNOWN' })
  })
}
