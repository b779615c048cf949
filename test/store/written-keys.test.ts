import t from 'tap'
import type { Checkpoint } from '../../src/store/types.ts'
import { newRun, storeIn } from './fixtures.ts'

const checkpoint = (cut: number): Checkpoint => ({ cut, positions: {}, states: {}, counters: {} })

/** More than are ever kept in memory before they are written to the file as one run of keys. */
const many = 33_000

/** In no order that a file could have them in. */
const keysOf = (name: string): readonly string[] =>
  Array.from({ length: many }, (_, at) => `${name}/${Math.imul(at, 0x9e3779b1) >>> 0}`)

/** To be asked for, among all others: in the file each is looked up for itself. */
const some = (keys: readonly string[]): readonly string[] => keys.filter((_, at) => at % 40 === 0)

const countOf = (answers: readonly boolean[]): number => answers.filter(Boolean).length

t.test('after a resume every key of the checkpoint is known, in the file and in memory, and no later one', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const scope = run.scope('0')
  const [first, second, later] = [keysOf('first'), keysOf('second'), keysOf('later')]
  t.equal(countOf(scope.set('s').addAll(first)), many)
  t.equal(countOf(scope.set('s').addAll(second)), many)
  scope.advance(1)
  t.equal(countOf(scope.set('s').addAll(later)), many)
  await run.saveCheckpoint(checkpoint(1))
  await run.release()

  const next = await store.hold(run.id)
  t.equal((await next.rewind())?.cut, 1)
  const again = next.scope('0').set('s')
  t.equal(countOf(again.addAll(first)), 0)
  t.equal(countOf(again.addAll(second)), 0)
  t.equal(countOf(again.addAll(later)), many)
  t.equal(countOf(again.addAll([...first, ...second, ...later])), 0)
  await next.release()
})

t.test('the newest of several values in the file is valid, and after a resume that of the checkpoint', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const scope = run.scope('0')
  const keys = keysOf('user')
  const values = (map: { getAll(keys: readonly string[]): readonly unknown[] }) => [...new Set(map.getAll(some(keys)))]
  for (const cut of [1, 2, 3]) {
    scope.map('m').setAll(keys.map(key => [key, `before ${cut}`]))
    t.strictSame(values(scope.map('m')), [`before ${cut}`])
    scope.advance(cut)
    if (cut === 2) await run.saveCheckpoint(checkpoint(cut))
  }
  await run.release()

  const next = await store.hold(run.id)
  t.equal((await next.rewind())?.cut, 2)
  t.strictSame(values(next.scope('0').map('m')), ['before 2'])
  next
    .scope('0')
    .map('m')
    .setAll(keys.map(key => [key, 'anew']))
  t.strictSame(values(next.scope('0').map('m')), ['anew'])
  await next.saveCheckpoint(checkpoint(3))
  t.equal((await next.rewind())?.cut, 3, 'the file has the values of the checkpoint')
  await next.release()
})

t.test('a few long values are written to the file too', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const map = run.scope('0').map<string>('m')
  const entries = Array.from({ length: 30 }, (_, at) => [`key ${at}`, String(at).repeat(300_000)] as const)
  for (const entry of entries) map.setAll([entry])
  t.ok(entries.every(([key, value]) => map.getAll([key])[0] === value))
  await run.saveCheckpoint(checkpoint(1))
  await run.release()
  const next = await store.hold(run.id)
  t.equal((await next.rewind())?.cut, 1)
  const again = next.scope('0').map<string>('m')
  t.ok(entries.every(([key, value]) => again.getAll([key])[0] === value))
  await next.release()
})
