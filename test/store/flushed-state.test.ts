import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import type { Checkpoint } from '../../src/store/types.ts'
import { exec } from '../without-flushes.ts'
import { newRun, storeIn } from './fixtures.ts'

/** A file as a power cut would leave it: what was in it when it was last flushed. */
const flushed = new Map<string, Buffer>()

/** What had been flushed when a database committed, and whether that commit waits for the disk itself. */
interface Commit {
  readonly file: string
  readonly waits: boolean
  readonly flushed: ReadonlyMap<string, Buffer>
}
const commits: Commit[] = []

const { openSync, fdatasyncSync, fsyncSync } = fs
const paths = new Map<number, string>()
fs.openSync = (path, ...how) => {
  const file = openSync(path, ...how)
  paths.set(file, String(path))
  return file
}
for (const [name, flush] of Object.entries({ fdatasyncSync, fsyncSync }))
  Object.assign(fs, {
    [name]: (file: number) => {
      flush(file)
      flushed.set(paths.get(file)!, fs.readFileSync(paths.get(file)!))
    },
  })
syncBuiltinESMExports()

DatabaseSync.prototype.exec = function (sql) {
  if (sql === 'commit') {
    const full = 2
    const waits = this.prepare('pragma synchronous').get()?.['synchronous'] === full
    commits.push({ file: this.location()!, waits, flushed: new Map(flushed) })
  }
  exec.call(this, sql)
}

const checkpoint = (cut: number): Checkpoint => ({ cut, positions: {}, states: {}, counters: {} })
const page = (cut: number): readonly string[] => Array.from({ length: 500 }, (_, at) => `${cut}/${at}`)

t.test('keys and ids are flushed to disk before their checkpoint, and the checkpoint is flushed too', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const folder = join(fs.realpathSync(store.folder.path), 'runs', run.id)
  const state = join(folder, 'state', 'main')
  const ids = run.ids()
  for (const cut of [1, 2, 3]) {
    const scope = run.scope('0')
    // Of a file that nothing was added to nothing has to be flushed.
    if (cut !== 2) ids.addAll(page(cut))
    scope.set('s').addAll(page(cut))
    scope.map('m').setAll(page(cut).map(key => [key, cut]))
    scope.advance(cut)
    await run.saveCheckpoint(checkpoint(cut))
    const last = commits.at(-1)!
    t.equal(fs.realpathSync(last.file), join(folder, 'run.sqlite'))
    t.ok(last.waits)
    const now = fs.readdirSync(state).filter(name => /\.ids$|-wal$/.test(name))
    t.equal(now.length, 2)
    for (const name of now) {
      const left = [...last.flushed].find(([path]) => path.endsWith(`state/main/${name}`))?.[1]
      t.ok(left?.equals(fs.readFileSync(join(state, name))), `${name} at cut ${cut}`)
    }
  }
  await run.appendResults(3, [{ key: 1, operation: 'x', outcome: 'failed' }])
  t.equal(commits.at(-1)?.waits, false, 'results are flushed by the next checkpoint')
  await run.saveCommitting({ files: [], manifest: {} as never })
  t.equal(commits.at(-1)?.waits, true)
  await run.release()
})

t.test('what is written to a database of the run is flushed to disk before the next checkpoint, once', async t => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const { sql, write } = run.scope('0').database('rows', ['create table rows (n integer)'])
  const folder = join(fs.realpathSync(store.folder.path), 'runs', run.id, 'state', '_databases')
  const flushes = (): number => [...flushed.keys()].filter(path => path.includes('/_databases/')).length
  for (const cut of [1, 2]) {
    write(() => sql.exec(`insert into rows values (${cut})`))
    t.equal(commits.at(-1)?.waits, false, 'which no commit waits for')
    await run.saveCheckpoint(checkpoint(cut))
    const [wal] = fs.readdirSync(folder).filter(name => name.endsWith('-wal'))
    const left = [...commits.at(-1)!.flushed].find(([path]) => path.endsWith(`_databases/${wal}`))?.[1]
    t.ok(left?.equals(fs.readFileSync(join(folder, wal!))), `at cut ${cut}`)
  }
  flushed.clear()
  await run.saveCheckpoint(checkpoint(3))
  t.equal(flushes(), 0, 'nothing was written since')
  await run.release()
})

t.test(
  'the line of a run that changes a directory is flushed to disk before it is held, and its folder too',
  async t => {
    const store = storeIn(t, t.testdir())
    for (const writes of [true, false]) {
      const run = await store.create(newRun({ writes, target: `file:///out/${writes}.csv` }))
      const last = commits.findLast(({ file }) => file.endsWith('index.sqlite'))!
      t.equal(last.waits, writes)
      await run.release()
    }
  },
)
