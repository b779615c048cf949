import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { isLocked, takeLock } from '../../src/store/held-lock.ts'
import { handClock, newRun, storeIn } from './fixtures.ts'

const start = (name: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'children', `${name}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** Kills a child that holds a run once it has said `lines` lines; answers with the run's id and the last cut it told of. */
const killAfter = async (child: ChildProcess, lines: number) => {
  const told: string[] = []
  for await (const line of createInterface(child.stdout!)) {
    told.push(line)
    if (told.length === lines) child.kill('SIGKILL')
  }
  return { id: told[0]!, lastTold: Number(told.at(-1)) }
}

t.test('a run whose process is killed is interrupted, and everything of its last checkpoint is there', async t => {
  for (const lines of [2, 5, 9, 14]) {
    const folder = t.testdir()
    const child = start('hold-run', folder)
    const { id, lastTold } = await killAfter(child, lines)
    const store = storeIn(t, folder)
    t.equal((await store.get(id)).status, 'interrupted')
    t.equal((await store.findUnfinished((await store.get(id)).identity))?.id, id)
    const run = await store.hold(id)
    const checkpoint = await run.rewind()
    const cut = checkpoint!.cut
    t.ok(cut === lastTold || cut === lastTold + 1, 'the last one reported, or the one during the kill')
    t.strictSame(checkpoint, {
      cut,
      positions: { users: { cut } },
      ids: { length: cut * 200, checksum: checkpoint?.ids?.checksum },
      states: { '1.dedupe': cut },
      mark: { cut },
      counters: { read: cut * 200 },
    })
    t.equal((await run.countResults()).failed, cut * 200, 'the results before the cut and no others')
    const keys = run.scope('1.dedupe').set('id')
    t.strictSame(keys.addAll([`${cut}/0`, `${cut}/199`, `ahead of ${cut - 1}`]), [false, false, cut === 1])
    t.strictSame(keys.addAll([`ahead of ${cut}`, `${cut + 1}/0`]), [true, true], 'nothing from after the cut')
    const ids = run.ids(checkpoint?.ids)
    t.strictSame(ids.addAll([`1/0`, `${cut}/199`, `${cut + 1}/0`]), [false, false, true])
    await run.finish('done')
  }
})

t.test('other processes see a run in progress as running, and cannot hold it', async t => {
  const folder = t.testdir()
  const child = start('hold-run', folder)
  const lines = createInterface(child.stdout!)
  const [id] = (await once(lines, 'line')) as [string]
  const store = storeIn(t, folder)
  t.match(await store.get(id), { status: 'running', pid: child.pid })
  await t.rejects(() => store.hold(id), { code: 'RUN_ACTIVE', facts: { run: id, pid: child.pid } })
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.equal((await store.get(id)).status, 'interrupted')
})

t.test('the age of a run whose process died counts from when it was last acquired', async t => {
  const folder = t.testdir()
  const clock = handClock()
  const store = storeIn(t, folder, clock)
  const run = await store.create(newRun())
  await run.release()
  const dayMs = 86_400_000
  clock.move(29 * dayMs)
  const child = start('hold-again', folder, run.id, String(clock.now()))
  await once(createInterface(child.stdout!), 'line')
  child.kill('SIGKILL')
  await once(child, 'exit')
  clock.move(30 * dayMs)
  t.strictSame(await store.prune(), { pruned: [], unfinished: [] })
  clock.move(1)
  t.strictSame(
    (await store.prune()).unfinished.map(({ id }) => id),
    [run.id],
  )
})

t.test('three concurrent processes lose no run, and share one budget', async t => {
  const folder = t.testdir()
  const children = ['a', 'b', 'c'].map(name => start('make-runs', folder, name, '40'))
  const taken = await Promise.all(children.map(child => text(child.stdout!)))
  const store = storeIn(t, folder)
  const runs = await store.list()
  t.equal(runs.length, 120)
  t.strictSame(new Set(runs.map(({ status }) => status)), new Set(['done']))
  t.equal(new Set(runs.map(({ id }) => id)).size, 120)
  const together = taken.reduce((sum, count) => sum + Number(count), 0)
  t.ok(together <= 100 && together >= 85, `${together} of 100 units`)
})

t.test('a held lock is seen by other processes, and checks do not see each other', async t => {
  const path = join(t.testdir(), 'lock')
  t.equal(isLocked(path), false, 'the file does not exist')
  const lock = takeLock(path)
  t.equal(isLocked(path), true)
  t.equal(takeLock(path), undefined)
  lock?.release()
  t.equal(isLocked(path), false)
  takeLock(path)?.release()
})

t.test('a lock that cannot be checked does not count as free', async t => {
  const folder = t.testdir({ lock: {} })
  const path = join(folder, 'lock')
  t.throws(() => isLocked(path), { code: 'STORE_UNUSABLE', message: new RegExp(`^${path} cannot be used`) })
  t.throws(() => takeLock(path), { code: 'STORE_UNUSABLE', message: new RegExp(`^${path} cannot be used`) })
})
