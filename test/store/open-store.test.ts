import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isCode } from '../../src/core/errors.ts'
import { withDiskExplained } from '../../src/store/database.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Run } from '../../src/store/store.ts'
import { environmentAt, handClock, newRun, storeIn, withMain } from './fixtures.ts'

/** What it rejects with; undefined where it does not. */
const thrown = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    await run()
    return undefined
  } catch (error) {
    return error
  }
}

t.test('a run is made, held, ended, and found again as it was given', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const run = await store.create(newRun({ inputHash: 'abc' }))
  t.match(run.id, /^20261121-083000-[0-9a-f]{8}$/)
  t.equal((await store.get(run.id)).status, 'running')
  clock.move(5000)
  await run.finish('done', { manifest: { run: run.id } as never })
  t.strictSame(await store.get(run.id), {
    ...newRun({ inputHash: 'abc' }),
    id: run.id,
    identity: run.info.identity,
    status: 'done',
    startedAt: clock.now() - 5000,
    endedAt: clock.now(),
    resumed: 0,
    pid: process.pid,
    manifest: { run: run.id },
  })
  t.strictSame(await store.get(run.id.slice(0, 18)), await store.get(run.id), 'by a prefix of its id')
})

t.test('a second run with the same identity is refused while the first is in progress, and names it', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const error = await thrown(() => store.create(newRun()))
  t.ok(isCode(error, 'RUN_ACTIVE'))
  t.strictSame((error as { facts: unknown }).facts, { run: run.id, pid: process.pid })
  t.equal((await store.list()).length, 1, 'the refused run left no record')
  await run.finish('done')
  await t.resolves(async () => (await store.create(newRun())).release())
})

t.test('a second run into the same file is refused, into another file it is not', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await t.rejects(() => store.create(newRun({ pipeline: 'other' })), { code: 'RUN_ACTIVE', message: /users\.csv/ })
  const beside = await store.create(newRun({ target: '/out/other.csv' }))
  await beside.release()
  await run.release()
})

t.test('a second run is refused if the rejects of one run go where the other writes rows or rejects', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun({ alsoWrites: ['/out/rejects.csv'] }))
  const other = (more: Parameters<typeof newRun>[0]) => async () =>
    (await store.create(newRun({ pipeline: 'other', target: '/out/other.csv', ...more }))).release()
  const refused = (path: string) => ({ code: 'RUN_ACTIVE', message: new RegExp(`is writing to ${path}\\.$`) })
  await t.rejects(other({ alsoWrites: ['/out/rejects.csv'] }), refused('/out/rejects.csv'))
  await t.rejects(other({ target: '/out/rejects.csv' }), refused('/out/rejects.csv'))
  await t.rejects(other({ alsoWrites: ['/out/users.csv'] }), refused('/out/users.csv'))
  await t.resolves(other({ alsoWrites: ['/out/other-rejects.csv'] }))
  t.strictSame(
    (await store.list({ writesTo: '/out/rejects.csv' })).map(({ id, alsoWrites }) => [id, alsoWrites]),
    [[run.id, ['/out/rejects.csv']]],
  )
  await run.release()
  await t.resolves(other({ alsoWrites: ['/out/rejects.csv'] }))
})

t.test('a run into a folder and a run into a file below it exclude each other, whichever is first', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const [folder, below, beside] = ['file:///out/', 'file:///out/a/x.csv', 'file:///output/x.csv']
  for (const [first, second] of [
    [folder, below],
    [below, folder],
  ] as const) {
    // Runs of one moment are listed in no certain order.
    clock.move(1000)
    const run = await store.create(newRun({ target: first }))
    const refusal = { code: 'RUN_ACTIVE', message: new RegExp(`is writing to ${first.slice('file://'.length)}\\.$`) }
    await t.rejects(store.create(newRun({ pipeline: 'other', target: second })), refusal)
    await t.rejects(store.create(newRun({ pipeline: 'other', target: beside, alsoWrites: [second] })), refusal)
    await (await store.create(newRun({ pipeline: 'other', target: beside }))).release()
    await run.release()
  }
  t.strictSame(
    (await store.list({ writesTo: folder, limit: 2 })).map(({ target }) => target),
    [below, folder],
  )
})

t.test('a resumed run is refused because of where its rejects go now, not where they went', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun({ alsoWrites: ['/out/rejects.csv'] }))
  await run.release()
  const other = await store.create(
    newRun({ pipeline: 'other', target: '/out/other.csv', alsoWrites: ['/out/rejects.csv'] }),
  )
  await t.rejects(() => store.hold(run.id, ['/out/rejects.csv']), { code: 'RUN_ACTIVE', message: /rejects\.csv/ })
  const next = await store.hold(run.id, ['/out/mend.csv'])
  t.strictSame(next.info.alsoWrites, ['/out/mend.csv'])
  await next.release()
  const last = await store.hold(run.id)
  await last.release()
  t.notOk('rejects' in (await store.get(run.id)))
  await other.release()
})

t.test('a second run of a pipeline that writes to the same tenant is refused, to another tenant it is not', async t => {
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
  const monday = await store.create(feed('monday', 'a'))
  await t.rejects(store.create(feed('tuesday', 'a')), { code: 'RUN_ACTIVE' })
  const elsewhere = await store.create(feed('tuesday', 'b'))
  await elsewhere.release()
  await monday.release()
  const tuesday = await store.create(feed('tuesday', 'a'))
  await tuesday.release()
})

t.test('an unfinished run is found by its identity, resumed, and refused once it is done', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const first = await store.create(newRun())
  t.equal(await store.findUnfinished(first.info.identity), undefined, 'a run in progress is not unfinished')
  await t.rejects(() => store.hold(first.id), { code: 'RUN_ACTIVE' })
  await first.finish('failed', { error: { code: 'GRAPH_THROTTLED', message: 'Graph asked to wait.' } })
  t.strictSame((await store.findUnfinished(first.info.identity))?.error, {
    code: 'GRAPH_THROTTLED',
    message: 'Graph asked to wait.',
  })
  const second = await store.hold(first.id)
  t.match(second.info, { id: first.id, status: 'running', resumed: 1 })
  t.notOk('error' in second.info)
  await second.finish('done')
  await t.rejects(() => store.hold(first.id), { code: 'RUN_NOT_RESUMABLE' })
  t.equal(await store.findUnfinished(first.info.identity), undefined)
})

t.test('an older unfinished run is not found after a newer one is done', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const earlier = await store.create(newRun())
  await earlier.release()
  clock.move(1000)
  const later = await store.create(newRun())
  await later.finish('done')
  t.equal(await store.findUnfinished(later.info.identity), undefined)
})

t.test('a newer run that was discarded does not hide an older unfinished one', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const earlier = await store.create(newRun())
  await earlier.release()
  clock.move(1000)
  const newer = await store.create(newRun())
  await newer.release()
  t.equal((await store.findUnfinished(newer.info.identity))?.id, newer.id)
  await store.discard(newer.id)
  t.equal((await store.findUnfinished(newer.info.identity))?.id, earlier.id)
})

t.test('a run that cannot be resumed is not offered', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun({ resumable: false }))
  await run.finish('interrupted')
  t.equal(await store.findUnfinished(run.info.identity), undefined)
  await t.rejects(() => store.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
})

t.test('lists are newest first and filtered by the query', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const made: Run[] = []
  for (const target of ['/a', '/b', '/c']) {
    clock.move(1000)
    made.push(await store.create(newRun({ target })))
  }
  const [a, b, c] = made.map(({ id }) => id)
  await made[0]!.finish('done')
  await made[1]!.release()
  const ids = async (query: Parameters<typeof store.list>[0]) => (await store.list(query)).map(({ id }) => id)
  t.strictSame(await ids({}), [c, b, a])
  t.strictSame(await ids({ limit: 2 }), [c, b])
  t.strictSame(await ids({ status: ['running'] }), [c])
  t.strictSame(await ids({ status: ['interrupted'] }), [b])
  t.strictSame(await ids({ status: ['done', 'interrupted'] }), [b, a])
  t.strictSame(await ids({ target: '/a' }), [a])
  t.strictSame(await ids({ pipeline: 'none' }), [])
  await made[2]!.release()
})

t.test('an unknown run, and a prefix of several runs, are refused', async t => {
  const store = storeIn(t, t.testdir())
  for (const target of ['/a', '/b']) {
    const run = await store.create(newRun({ target }))
    await run.release()
  }
  await t.rejects(() => store.get('none'), { code: 'RUN_UNKNOWN' })
  await t.rejects(() => store.get('2026'), { code: 'RUN_UNKNOWN', message: /Several/ })
})

t.test('a discarded run keeps its line in the index and nothing else', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.appendResults(0, [{ key: 1, operation: 'x', outcome: 'failed' }])
  run.scope('0.dedupe').set('id').addAll(['a'])
  await t.rejects(() => store.discard(run.id), { code: 'RUN_ACTIVE' })
  await run.release()
  t.ok(existsSync(join(store.folder.path, 'runs', run.id)))
  await store.discard(run.id)
  t.notOk(existsSync(join(store.folder.path, 'runs', run.id)))
  t.equal((await store.get(run.id)).status, 'discarded')
  await t.rejects(() => store.read(run.id, look => look.countResults()), { code: 'RUN_UNKNOWN' })
  await t.rejects(() => store.hold(run.id), { code: 'RUN_NOT_RESUMABLE' })
})

t.test('a run whose output cannot be removed is as it was before the discard, and can be resumed', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const interrupted = await store.create(newRun({ target: '/a' }))
  await interrupted.finish('interrupted', { error: { code: 'INTERRUPTED', message: 'stopped' } })
  const over = await store.create(newRun({ target: '/b', resumable: false }))
  await over.finish('failed')
  for (const { id } of [interrupted, over]) {
    const before = await store.get(id)
    clock.move(1000)
    const refusal = new Error('busy')
    await t.rejects(
      store.discard(id, () => Promise.reject(refusal)),
      refusal,
    )
    t.strictSame(await store.get(id), before)
  }
  const again = await store.hold(interrupted.id)
  t.equal(again.info.resumed, 1)
  await again.release()
  await store.discard(interrupted.id)
  t.equal((await store.get(interrupted.id)).status, 'discarded')
})

t.test('when a run has ended, its keys and ids are deleted and its results are kept', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  run.scope('0.dedupe').set('id').addAll(['a'])
  run.ids().addAll(['b'])
  await run.appendResults(0, [{ key: 1, operation: 'x', outcome: 'failed' }])
  const folder = join(store.folder.path, 'runs', run.id)
  t.ok(existsSync(join(folder, 'state')))
  await run.finish('done')
  t.strictSame(readdirSync(folder).sort(), ['lock', 'run.sqlite'])
  t.equal(await store.read(run.id, async look => (await look.countResults()).failed), 1)
})

t.test('an ended run can be pruned after 30 days, an unfinished one is reported and kept', async t => {
  const clock = handClock()
  const store = storeIn(t, t.testdir(), clock)
  const ended = await store.create(newRun({ target: '/a' }))
  await ended.finish('done')
  const stopped = await store.create(newRun({ target: '/b' }))
  await stopped.release()
  const lost = await store.create(newRun({ target: '/c', resumable: false }))
  await lost.finish('failed')
  const living = await store.create(newRun({ target: '/d' }))
  clock.move(30 * 86_400_000)
  t.strictSame(await store.prune(), { pruned: [], unfinished: [] }, 'not on the 30th day itself')
  clock.move(1)
  const { pruned, unfinished } = await store.prune()
  t.strictSame([...pruned].sort(), [ended.id, lost.id].sort())
  t.strictSame(
    unfinished.map(({ id }) => id),
    [stopped.id],
  )
  t.strictSame((await store.list()).map(({ id }) => id).sort(), [stopped.id, living.id].sort())
  t.notOk(existsSync(join(store.folder.path, 'runs', ended.id)))
  await living.release()
})

t.test('only the user can access the state folder', { skip: process.platform === 'win32' }, async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  run.scope('0').set('s').addAll(['a'])
  run.ids().addAll(['a'])
  await store.budget.take([{ bucket: { name: 'b', capacity: 10, windowMs: 10 }, units: 1 }])
  store.folder.folder('sandbox')
  const open = readdirSync(store.folder.path, { recursive: true, withFileTypes: true })
    .map(entry => [entry.name, statSync(join(entry.parentPath, entry.name)).mode & 0o777] as const)
    .filter(([, mode]) => mode !== 0o700 && mode !== 0o600)
  t.strictSame(open, [])
  t.equal(statSync(store.folder.path).mode & 0o777, 0o700)
  await run.release()
})

t.test('a store written by a newer version is refused with advice', async t => {
  const folder = t.testdir()
  await openStore({ environment: environmentAt(folder), clock: handClock() }).close()
  const { DatabaseSync } = await import('node:sqlite')
  const index = new DatabaseSync(join(folder, 'index.sqlite'))
  index.exec('pragma user_version = 99')
  index.close()
  t.throws(() => openStore({ environment: environmentAt(folder), clock: handClock() }), {
    code: 'STORE_UNUSABLE',
    message: /was written by a newer version of entrapipe\./,
  })
})

t.test('a corrupted index is refused', async t => {
  const folder = t.testdir({
    'index.sqlite': 'this is no database, and it is long enough to be told from an empty one'.repeat(20),
  })
  t.throws(() => openStore({ environment: environmentAt(folder), clock: handClock() }), { code: 'STORE_UNUSABLE' })
})

t.test('a run that cannot be created reports the reason and leaves nothing behind', async t => {
  // SQLite opens no path of more than 512 letters: the index may have a name here, and what is in the folder of a run not.
  const folder = `${t.testdir()}/${'x/'.repeat(250)}`.slice(0, 490)
  const store = storeIn(t, folder)
  t.match(await thrown(() => store.create(newRun())), { code: 'STORE_UNUSABLE', message: /lock cannot be used/ })
  t.strictSame(readdirSync(join(folder, 'runs')), [])
  t.strictSame(await store.list(), [])
})

/** A folder on a disk that has room for so many names; undefined where none can be made. */
const fewNames = (folder: string, names: number): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  mkdirSync(folder)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `nr_inodes=${names}`, 'tmpfs', folder]).status === 0
}

t.test('a disk without room for another name is reported as full, wherever that is noticed', async t => {
  const folder = join(t.testdir(), 'disk')
  const said = new Set<unknown>()
  for (let names = 6; names < 16; names++) {
    if (!fewNames(folder, names)) return t.comment('only root on Linux can mount a small disk')
    try {
      const store = openStore({ environment: environmentAt(join(folder, 'store')), clock: handClock() })
      const error = await thrown(async () => {
        const run = await withMain(await store.create(newRun()))
        try {
          run.ids().addAll(['a'])
        } finally {
          await run.release()
        }
      })
      await store.close()
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

t.test('the file of a run stays open for a reader until its promise settles', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  await run.saveNote('cwd', '/here')
  await run.finish('done')
  const later = await store.read(run.id, async look => {
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

t.test('a stopped run that can never be resumed has failed', async t => {
  const store = storeIn(t, t.testdir())
  for (const end of [(run: Run) => run.finish('interrupted'), (run: Run) => run.release()]) {
    const run = await store.create(newRun({ resumable: false }))
    await end(run)
    t.equal((await store.get(run.id)).status, 'failed')
  }
})

t.test('a file of the store on a read-only file system is reported in words', t => {
  for (const [code, why] of [
    ['EROFS', 'its file system is read-only'],
    ['EACCES', 'permission denied'],
  ] as const)
    t.match(withDiskExplained(Object.assign(new Error(`${code}: chmod`), { code }), '/state/index.sqlite'), {
      code: 'STORE_UNUSABLE',
      message: `/state/index.sqlite cannot be used: ${why}.`,
      fix: /ENTRAPIPE_STORE/,
    })
  t.end()
})
