import { truncateSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Result } from '../../src/core/result.ts'
import type { Checkpoint } from '../../src/store/types.ts'
import { newRun, storeIn } from './fixtures.ts'

const checkpoint = (cut: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  cut,
  positions: { users: { link: `/users?$skiptoken=${cut}`, ids: cut * 999 } },
  states: { '1.number': { next: cut } },
  mark: { bytes: cut * 100 },
  counters: { read: cut * 999 },
  ...more,
})

t.test('shards, a checkpoint, notes and what is being committed are read back by the next holder', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  t.equal(await run.loadShards(), undefined)
  t.equal(await run.loadCheckpoint(), undefined)
  t.equal(await run.loadCommitting(), undefined)
  t.equal(await run.loadNote('before'), undefined)
  const shards = [{ name: 'a', range: { from: 'a', to: 'm' } }, { name: 'b' }]
  await run.saveShards(shards)
  await run.saveCheckpoint(checkpoint(1))
  await run.saveCheckpoint(checkpoint(2))
  await run.saveNote('before', { count: 3 })
  const committing = { files: [{ path: '/out/users.csv', format: 'csv', rows: 1, bytes: 2 }], manifest: {} as never }
  await run.saveCommitting(committing)
  await run.release()
  const next = await store.hold(run.id)
  t.strictSame(await next.loadShards(), shards)
  t.strictSame(await next.loadCheckpoint(), checkpoint(2))
  t.strictSame(await next.loadNote('before'), { count: 3 })
  t.strictSame(await next.loadCommitting(), committing)
  t.strictSame(await next.rewind(), checkpoint(2))
  t.equal(await next.loadCommitting(), undefined, 'a rewound run has not committed')
  await next.release()
})

t.test('a checkpoint has exactly the positions that were saved', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const b = { row: 2 }
  const all: Checkpoint['positions'][] = [
    { a: { row: 1 }, b },
    { a: { row: 5 }, b },
    { b, c: 7 },
    { constructor: 1, 'ünïcode /?': 'x' },
    {},
  ]
  for (const [at, positions] of all.entries()) {
    await run.saveCheckpoint(checkpoint(at + 1, { positions }))
    t.strictSame(await store.read(run.id, async look => (await look.loadCheckpoint())?.positions), positions)
  }
  const mutable: Record<string, number> = { a: 1 }
  await run.saveCheckpoint(checkpoint(6, { positions: mutable }))
  mutable['a'] = 2
  await run.saveCheckpoint(checkpoint(7, { positions: mutable }))
  t.strictSame((await run.loadCheckpoint())?.positions, { a: 2 }, 'also when it is the same object each time')
  await run.release()
  const next = await store.hold(run.id)
  await next.saveCheckpoint(checkpoint(8, { positions: { d: 1 } }))
  t.strictSame((await next.loadCheckpoint())?.positions, { d: 1 }, 'also after another holder')
  await next.release()
})

t.test('a checkpoint that cannot be written keeps the previous one', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.saveCheckpoint(checkpoint(1))
  const circle: Record<string, unknown> = {}
  circle['circle'] = circle
  await t.rejects(() =>
    run.saveCheckpoint(checkpoint(2, { positions: { users: 1, more: 2 }, states: circle as never })),
  )
  t.strictSame(await run.loadCheckpoint(), checkpoint(1))
  await run.saveCheckpoint(checkpoint(3))
  t.strictSame(await run.loadCheckpoint(), checkpoint(3))
  await run.release()
})

const result = (key: string | number, outcome: Result['outcome'], more: Partial<Result> = {}): Result => ({
  key,
  operation: 'validate',
  outcome,
  ...more,
})

t.test('rewinding deletes results of the checkpoint’s epoch and later, and keeps earlier ones', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.appendResults(0, [result(1, 'failed')])
  await run.appendResults(1, [result(2, 'failed')])
  await run.saveCheckpoint(checkpoint(2))
  await run.appendResults(2, [result(3, 'failed')])
  await run.appendResults(3, [result(4, 'failed')])
  await run.rewind()
  t.strictSame(
    (await run.readResults()).map(({ key }) => key),
    [1, 2],
  )
  await run.release()
})

t.test('without a checkpoint nothing is kept, not even the shards', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.saveShards([{ name: 'a' }])
  await run.appendResults(0, [result(1, 'failed')])
  t.equal(await run.rewind(), undefined)
  t.strictSame(await run.readResults(), [])
  t.equal(await run.loadShards(), undefined)
  await run.release()
})

t.test('the last result of a key and step is valid, and keys are unchanged', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const full = result('a/0', 'failed', {
    target: 'ann@contoso.com',
    status: 400,
    code: 'Request_BadRequest',
    message: 'The domain is not verified.',
    fix: 'Verify it.',
    requestId: 'r',
    attempt: 2,
  })
  await run.appendResults(0, [
    result(1, 'unknown'),
    result('1', 'failed'),
    full,
    result(7, 'done', { step: 1 }),
    result(7, 'done'),
  ])
  await run.appendResults(1, [result(1, 'done', { id: 'x' })])
  const stored = { phase: 'main', at: '2026-11-21T08:30:00.000Z' }
  const all = await run.readResults()
  t.strictSame(all, [
    { ...result('1', 'failed'), sequence: 2, ...stored },
    { ...full, sequence: 3, ...stored },
    { ...result(7, 'done', { step: 1 }), sequence: 4, ...stored },
    { ...result(7, 'done'), sequence: 5, ...stored },
    { ...result(1, 'done', { id: 'x' }), sequence: 6, ...stored },
  ])
  t.strictSame(await run.countResults(), { done: 3, unchanged: 0, waiting: 0, skipped: 0, failed: 2, unknown: 0 })
  t.strictSame(await run.readResults({ after: 3, limit: 2 }), all.slice(2, 4))
  t.strictSame(await run.readResults({ outcomes: ['failed'] }), all.slice(0, 2))
  t.strictSame(await run.readResults({ after: 6 }), [])
  t.strictSame(await store.read(run.id, look => look.readResults()), all, 'also by other processes')
  await run.release()
})

t.test('a result that replaces one from before a resume is counted once, with its new outcome', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.appendResults(0, [result(1, 'failed'), result(2, 'failed'), result('1', 'unknown'), result(3, 'failed')])
  await run.saveCheckpoint(checkpoint(1))
  await run.appendResults(1, [result(3, 'done')])
  await run.release()
  const next = await store.hold(run.id)
  await next.rewind()
  t.match(await next.countResults(), { done: 0, failed: 3, unknown: 1 }, 'results after the checkpoint replace nothing')
  await next.appendResults(1, [result(1, 'done'), result(2, 'failed', { step: 1 })])
  t.strictSame(await next.countResults(), { done: 1, unchanged: 0, waiting: 0, skipped: 0, failed: 3, unknown: 1 })
  t.strictSame(
    (await next.readResults()).map(({ key, step, outcome }) => [key, step ?? 0, outcome]),
    [
      [2, 0, 'failed'],
      ['1', 0, 'unknown'],
      [3, 0, 'failed'],
      [1, 0, 'done'],
      [2, 1, 'failed'],
    ],
  )
  t.strictSame(
    (await next.readFailures()).map(({ result }) => result.key),
    ['1', 2, 2, 3],
  )
  await next.release()
})

t.test('a resumed part finds the keys and values of its checkpoint, and no later ones', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const scope = run.scope('2.dedupe')
  const keys = scope.set('id')
  const values = scope.map('names')
  t.strictSame(keys.addAll(['a', 'b', 'a']), [true, true, false])
  values.setAll([['x', 1]])
  scope.advance(1)
  t.strictSame(keys.addAll(['b', 'c']), [false, true])
  values.setAll([
    ['x', 2],
    ['y', { deep: [1] }],
  ])
  scope.advance(2)
  keys.addAll(['d'])
  values.setAll([['x', 3]])
  await run.saveCheckpoint(checkpoint(2))
  scope.advance(3)
  keys.addAll(['e'])
  values.setAll([
    ['x', 4],
    ['z', 5],
  ])
  t.strictSame(values.getAll(['x', 'y', 'z', 'none']), [4, { deep: [1] }, 5, undefined])
  await run.release()

  const next = await store.hold(run.id)
  t.equal((await next.rewind())?.cut, 2)
  const again = next.scope('2.dedupe')
  t.strictSame(again.map('names').getAll(['x', 'y', 'z']), [2, { deep: [1] }, undefined])
  t.strictSame(again.set('id').addAll(['a', 'b', 'c', 'd', 'e']), [false, false, false, true, true])
  await next.saveCheckpoint(checkpoint(3))
  t.strictSame((await next.rewind())?.cut, 3, 'values after the checkpoint belong to the next one')
  t.strictSame(next.scope('2.dedupe').set('id').addAll(['c', 'd', 'e']), [false, false, false])
  await next.release()
})

t.test('a checkpoint can be saved while a part only reads its keys', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  run.scope('0').set('s').addAll(['a'])
  await run.saveCheckpoint(checkpoint(1))
  await run.release()
  for (const cut of [1, 2]) {
    const next = await store.hold(run.id)
    t.equal((await next.rewind())?.cut, cut)
    t.strictSame(next.scope('0').set('s').addAll(['a']), [false])
    await next.saveCheckpoint(checkpoint(cut + 1))
    await next.release()
  }
})

t.test('values that were set repeatedly at later cuts are rewound to those of the checkpoint', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const scope = run.scope('0')
  for (let cut = 1; cut <= 9; cut++) {
    scope.map('m').setAll([['k', `after ${cut - 1}`]])
    scope.advance(cut)
    // The sink is two cuts behind, as one is that can vouch for closed files only.
    if (cut > 2) await run.saveCheckpoint(checkpoint(cut - 2))
  }
  await run.release()
  const next = await store.hold(run.id)
  t.equal((await next.rewind())?.cut, 7)
  t.strictSame(next.scope('0').map('m').getAll(['k']), ['after 6'])
  await next.release()
})

t.test('sets, maps and scopes with different names are independent', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const [one, two] = [run.scope('1.dedupe'), run.scope('2.dedupe')]
  t.equal(run.scope('1.dedupe'), one)
  for (const set of [one.set('a'), one.set('b'), two.set('a')]) t.strictSame(set.addAll(['k']), [true])
  one.map('a').setAll([['k', 1]])
  t.strictSame([...two.map('a').getAll(['k']), ...one.map('b').getAll(['k'])], [undefined, undefined])
  await run.release()
})

t.test('unusual keys stay different', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const strange = [
    '',
    'a',
    'A',
    'a\0',
    'a\0b',
    '\ud800',
    '\ud801',
    '\ufffd',
    '\u0001',
    '\u0001"a\\u0000"',
    '😀',
    'é',
    'e\u0301',
  ]
  const keys = run.scope('0').set('s')
  t.strictSame(
    keys.addAll(strange),
    strange.map(() => true),
  )
  await run.saveCheckpoint(checkpoint(1))
  await run.release()
  const next = await store.hold(run.id)
  await next.rewind()
  t.strictSame(
    next.scope('0').set('s').addAll(strange),
    strange.map(() => false),
  )
  const values = next.scope('0').map('m')
  values.setAll(strange.map((key, at) => [key, at]))
  await next.saveCheckpoint(checkpoint(2))
  t.strictSame(values.getAll(strange), [...strange.keys()])
  await next.release()
})

t.test('look-ups of many keys are exact, for pending and written ones', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const keys = run.scope('0').set('s')
  const map = run.scope('0').map<number>('m')
  const expected = new Set<string>()
  let state = 1
  let wrong = 0
  for (let page = 0; page < 100; page++) {
    const given = Array.from(
      { length: 1000 },
      () => `user${(state = (state * 48271) % 2147483647) % 60_000}@contoso.com`,
    )
    for (const [at, fresh] of keys.addAll(given).entries()) {
      if (fresh === expected.has(given[at]!)) wrong++
      expected.add(given[at]!)
    }
    map.setAll(given.map(key => [key, key.length]))
  }
  t.equal(wrong, 0)
  t.ok(expected.size > 32_768, 'more than are pending at any time')
  t.strictSame(
    map.getAll([...expected]),
    [...expected].map(key => key.length),
  )
  await run.release()
})

t.test('ids are truncated to the length that a checkpoint names', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const ids = run.ids()
  t.strictSame(ids.addAll(['a', 'b']), [true, true])
  const saved = { length: ids.length, checksum: ids.checksum }
  t.equal(saved.length, 2)
  ids.addAll(['c', 'd'])
  await run.saveCheckpoint(checkpoint(1))
  await run.release()
  const next = await store.hold(run.id)
  await next.rewind()
  const again = next.ids(saved)
  t.strictSame(again.addAll(['a', 'b', 'c']), [false, false, true])
  t.equal(again.length, 3)
  const path = join(store.folder.path, 'runs', run.id, 'state', 'main')
  truncateSync(
    join(
      path,
      readdirSync(path).find(name => name.endsWith('.ids'))!,
    ),
    17,
  )
  t.throws(() => next.ids(saved), { code: 'PARTIAL_CHANGED' })
  await next.release()
})
