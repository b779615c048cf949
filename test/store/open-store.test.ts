import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isCode } from '../../src/core/errors.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Run } from '../../src/store/types.ts'
import { environmentAt, handClock, newRun, storeIn } from './fixtures.ts'

const thrown = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

t.test('a run is made, held, ended, and found again as it was given', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const run = store.create(newRun({ inputHash: 'abc', summary: 'Exports users' }))
  t.match(run.id, /^20261121-083000-[0-9a-f]{8}$/)
  t.equal(store.get(run.id).status, 'running')
  clock.move(5000)
  run.finish('done', { manifest: { run: run.id } as never })
  t.strictSame(store.get(run.id), {
    ...newRun({ inputHash: 'abc', summary: 'Exports users' }),
    id: run.id,
    identity: run.info.identity,
    status: 'done',
    startedAt: clock.now() - 5000,
    endedAt: clock.now(),
    resumed: 0,
    pid: process.pid,
    manifest: { run: run.id },
  })
  t.strictSame(store.get(run.id.slice(0, 18)), store.get(run.id), 'by the beginning of its id')
})

t.test('two runs of one identity are refused while one lives, and the one is named', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun())
  const error = thrown(() => store.create(newRun()))
  t.ok(isCode(error, 'RUN_ACTIVE'))
  t.strictSame((error as { facts: unknown }).facts, { run: run.id, pid: process.pid })
  t.equal(store.list().length, 1, 'the refused one left no line')
  run.finish('done')
  t.doesNotThrow(() => store.create(newRun()).release())
})

t.test('two runs into one file are refused, into two files not', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun())
  t.throws(() => store.create(newRun({ pipeline: 'other' })), { code: 'RUN_ACTIVE', message: /users\.csv/ })
  const beside = store.create(newRun({ target: '/out/other.csv' }))
  beside.release()
  run.release()
})

t.test('two runs are refused when the rejects of one go where the other writes rows or rejects', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun({ rejects: '/out/rejects.csv' }))
  const other = (more: Parameters<typeof newRun>[0]) => () =>
    store.create(newRun({ pipeline: 'other', target: '/out/other.csv', ...more })).release()
  const refused = (path: string) => ({ code: 'RUN_ACTIVE', message: new RegExp(`is writing to ${path}\\.$`) })
  t.throws(other({ rejects: '/out/rejects.csv' }), refused('/out/rejects.csv'))
  t.throws(other({ target: '/out/rejects.csv' }), refused('/out/rejects.csv'))
  t.throws(other({ rejects: '/out/users.csv' }), refused('/out/users.csv'))
  t.doesNotThrow(other({ rejects: '/out/other-rejects.csv' }))
  t.strictSame(
    store.list({ writesTo: '/out/rejects.csv' }).map(({ id, rejects }) => [id, rejects]),
    [[run.id, '/out/rejects.csv']],
  )
  run.release()
  t.doesNotThrow(other({ rejects: '/out/rejects.csv' }))
})

t.test('a run into a folder and one into a file below it are refused, whichever comes first', async t => {
  const store = storeIn(t, t.testdir())
  const [folder, below, beside] = ['file:///out/', 'file:///out/a/x.csv', 'file:///output/x.csv']
  for (const [first, second] of [
    [folder, below],
    [below, folder],
  ] as const) {
    const run = store.create(newRun({ target: first }))
    const refusal = { code: 'RUN_ACTIVE', message: /is writing to \/out\// }
    t.throws(() => store.create(newRun({ pipeline: 'other', target: second })), refusal)
    t.throws(() => store.create(newRun({ pipeline: 'other', target: beside, rejects: second })), refusal)
    store.create(newRun({ pipeline: 'other', target: beside })).release()
    run.release()
  }
  t.strictSame(
    store.list({ writesTo: folder, limit: 2 }).map(({ target }) => target),
    [below, folder],
  )
})

t.test('a run that is gone on with is refused by where its rejects go now, not by where they went', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun({ rejects: '/out/rejects.csv' }))
  run.release()
  const other = store.create(newRun({ pipeline: 'other', target: '/out/other.csv', rejects: '/out/rejects.csv' }))
  t.throws(() => store.hold(run.id, '/out/rejects.csv'), { code: 'RUN_ACTIVE', message: /rejects\.csv/ })
  const next = store.hold(run.id, '/out/mend.csv')
  t.equal(next.info.rejects, '/out/mend.csv')
  next.release()
  store.hold(run.id).release()
  t.notOk('rejects' in store.get(run.id))
  other.release()
})

t.test('two write runs of one pipeline on one tenant are refused, on two tenants not', async t => {
  const store = storeIn(t, t.testdir())
  const feed = (day: string, id: string) => {
    const { target: _, ...run } = newRun({
      pipeline: 'hr-feed',
      params: { day },
      writes: true,
      tenant: { name: id, id },
    })
    return run
  }
  const monday = store.create(feed('monday', 'a'))
  t.throws(() => store.create(feed('tuesday', 'a')), { code: 'RUN_ACTIVE' })
  store.create(feed('tuesday', 'b')).release()
  monday.release()
  store.create(feed('tuesday', 'a')).release()
})

t.test('an unfinished run is found by its identity, gone on with, and refused once it is done', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const first = store.create(newRun())
  t.equal(store.findUnfinished(first.info.identity), undefined, 'a living one is not unfinished')
  t.throws(() => store.hold(first.id), { code: 'RUN_ACTIVE' })
  first.finish('failed', { error: { code: 'GRAPH_THROTTLED', message: 'Graph asked to wait.' } })
  t.strictSame(store.findUnfinished(first.info.identity)?.error, {
    code: 'GRAPH_THROTTLED',
    message: 'Graph asked to wait.',
  })
  const second = store.hold(first.id)
  t.match(second.info, { id: first.id, status: 'running', resumed: 1 })
  t.notOk('error' in second.info)
  second.finish('done')
  t.throws(() => store.hold(first.id), { code: 'RUN_NOT_RESUMABLE' })
  t.equal(store.findUnfinished(first.info.identity), undefined)
})

t.test('a run that has been done since leaves an older unfinished one alone', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  store.create(newRun()).release()
  clock.move(1000)
  const later = store.create(newRun())
  later.finish('done')
  t.equal(store.findUnfinished(later.info.identity), undefined)
})

t.test('a run that cannot be resumed is not offered', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun({ resumable: false }))
  run.finish('interrupted')
  t.equal(store.findUnfinished(run.info.identity), undefined)
  t.throws(() => store.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
})

t.test('lists are newest first and narrowed by what is asked', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const made = ['/a', '/b', '/c'].map(target => {
    clock.move(1000)
    return store.create(newRun({ target }))
  })
  const [a, b, c] = made.map(({ id }) => id)
  made[0]!.finish('done')
  made[1]!.release()
  const ids = (query: Parameters<typeof store.list>[0]) => store.list(query).map(({ id }) => id)
  t.strictSame(ids({}), [c, b, a])
  t.strictSame(ids({ limit: 2 }), [c, b])
  t.strictSame(ids({ status: ['running'] }), [c])
  t.strictSame(ids({ status: ['interrupted'] }), [b])
  t.strictSame(ids({ status: ['done', 'interrupted'] }), [b, a])
  t.strictSame(ids({ target: '/a' }), [a])
  t.strictSame(ids({ pipeline: 'none' }), [])
  made[2]!.release()
})

t.test('nobody knows a run that is not there, or which of several is meant', async t => {
  const store = storeIn(t, t.testdir())
  store.create(newRun({ target: '/a' })).release()
  store.create(newRun({ target: '/b' })).release()
  t.throws(() => store.get('none'), { code: 'RUN_UNKNOWN' })
  t.throws(() => store.get('2026'), { code: 'RUN_UNKNOWN', message: /Several/ })
})

t.test('a discarded run leaves its line and nothing else', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun())
  run.appendResults(0, [{ key: 1, operation: 'x', outcome: 'failed' }])
  run.scope('0.dedupe').set('id').addAll(['a'])
  t.throws(() => store.discard(run.id), { code: 'RUN_ACTIVE' })
  run.release()
  t.ok(existsSync(join(store.folder.path, 'runs', run.id)))
  store.discard(run.id)
  t.notOk(existsSync(join(store.folder.path, 'runs', run.id)))
  t.equal(store.get(run.id).status, 'discarded')
  t.throws(() => store.read(run.id, look => look.countResults()), { code: 'RUN_UNKNOWN' })
  t.throws(() => store.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
})

t.test('when a run has ended its keys and ids are gone, and its results are there', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun())
  run.scope('0.dedupe').set('id').addAll(['a'])
  run.scope('source').ids('users', 0).addAll(['b'])
  run.appendResults(0, [{ key: 1, operation: 'x', outcome: 'failed' }])
  const folder = join(store.folder.path, 'runs', run.id)
  t.ok(existsSync(join(folder, 'state')))
  run.finish('done')
  t.strictSame(readdirSync(folder).sort(), ['lock', 'run.sqlite'])
  t.equal(
    store.read(run.id, look => look.countResults().failed),
    1,
  )
})

t.test('an ended run can be pruned after 30 days, an unfinished one is named and stays', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const ended = store.create(newRun({ target: '/a' }))
  ended.finish('done')
  const stopped = store.create(newRun({ target: '/b' }))
  stopped.release()
  const lost = store.create(newRun({ target: '/c', resumable: false }))
  lost.finish('failed')
  const living = store.create(newRun({ target: '/d' }))
  clock.move(30 * 86_400_000)
  t.strictSame(store.prune(), { pruned: [], unfinished: [] }, 'not on the day itself')
  clock.move(1)
  const { pruned, unfinished } = store.prune()
  t.strictSame([...pruned].sort(), [ended.id, lost.id].sort())
  t.strictSame(
    unfinished.map(({ id }) => id),
    [stopped.id],
  )
  t.strictSame(
    store
      .list()
      .map(({ id }) => id)
      .sort(),
    [stopped.id, living.id].sort(),
  )
  t.notOk(existsSync(join(store.folder.path, 'runs', ended.id)))
  living.release()
})

t.test('everything in the state folder is for its user alone', { skip: process.platform === 'win32' }, async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun())
  run.scope('0').set('s').addAll(['a'])
  run.scope('0').ids('i', 0).addAll(['a'])
  await store.budget.take([{ bucket: { name: 'b', capacity: 10, windowMs: 10 }, units: 1 }])
  store.folder.folder('sandbox')
  const open = readdirSync(store.folder.path, { recursive: true, withFileTypes: true })
    .map(entry => [entry.name, statSync(join(entry.parentPath, entry.name)).mode & 0o777] as const)
    .filter(([, mode]) => mode !== 0o700 && mode !== 0o600)
  t.strictSame(open, [])
  t.equal(statSync(store.folder.path).mode & 0o777, 0o700)
  run.release()
})

t.test('a store that a newer version wrote is refused with a word on what to do', async t => {
  const folder = t.testdir()
  openStore({ environment: environmentAt(folder), clock: handClock() }).close()
  const { DatabaseSync } = await import('node:sqlite')
  const index = new DatabaseSync(join(folder, 'index.sqlite'))
  index.exec('pragma user_version = 99')
  index.close()
  t.throws(() => openStore({ environment: environmentAt(folder), clock: handClock() }), {
    code: 'STORE_UNUSABLE',
    message: /newer entrapipe/,
  })
})

t.test('a damaged index is refused', async t => {
  const folder = t.testdir({
    'index.sqlite': 'this is no database, and it is long enough to be told from an empty one'.repeat(20),
  })
  t.throws(() => openStore({ environment: environmentAt(folder), clock: handClock() }), { code: 'STORE_UNUSABLE' })
})

t.test('a run that cannot be made says why and leaves nothing behind', async t => {
  // SQLite opens no path of more than 512 letters: the index may have a name here, and what is in the folder of a run not.
  const folder = `${t.testdir()}/${'x/'.repeat(250)}`.slice(0, 490)
  const store = storeIn(t, folder)
  t.match(
    thrown(() => store.create(newRun())),
    { code: 'STORE_UNUSABLE', message: /lock cannot be used/ },
  )
  t.strictSame(readdirSync(join(folder, 'runs')), [])
  t.strictSame(store.list(), [])
})

/** A folder on a disk that has room for so many names; undefined where none can be made. */
const fewNames = (folder: string, names: number): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  mkdirSync(folder)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `nr_inodes=${names}`, 'tmpfs', folder]).status === 0
}

t.test('a disk that has no room for one more name is a full one, wherever it comes to light', async t => {
  const folder = join(t.testdir(), 'disk')
  const said = new Set<unknown>()
  for (let names = 6; names < 16; names++) {
    if (!fewNames(folder, names)) return t.comment('only root on Linux can mount a small disk')
    try {
      const store = openStore({ environment: environmentAt(join(folder, 'store')), clock: handClock() })
      const error = thrown(() => {
        const run = store.create(newRun())
        try {
          run.scope('source').ids('users', 0).addAll(['a'])
        } finally {
          run.release()
        }
      })
      store.close()
      said.add(isCode(error, 'DISK_FULL') || isCode(error, 'STORE_UNUSABLE') ? 'told' : (error ?? 'room'))
    } catch (error) {
      said.add(isCode(error, 'DISK_FULL') || isCode(error, 'STORE_UNUSABLE') ? 'told' : error)
    } finally {
      spawnSync('umount', [folder])
      rmdirSync(folder)
    }
  }
  t.strictSame(said, new Set(['told', 'room']))
})

t.test('the file of a run stays open for who looks into it until their promise is settled', async t => {
  const store = storeIn(t, t.testdir())
  const run = store.create(newRun())
  run.saveNote('cwd', '/here')
  run.finish('done')
  const later = store.read(run.id, async look => {
    await Promise.resolve()
    return look.loadNote('cwd')
  })
  t.equal(await later, '/here')
  await t.rejects(
    store.read(run.id, async () => {
      throw new Error('not this time')
    }),
    /not this time/,
  )
})

t.test('what is stopped and can never be gone on with has failed', async t => {
  const store = storeIn(t, t.testdir())
  for (const end of [(run: Run) => run.finish('interrupted'), (run: Run) => run.release()]) {
    const run = store.create(newRun({ resumable: false }))
    end(run)
    t.equal(store.get(run.id).status, 'failed')
  }
})
