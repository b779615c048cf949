import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { discardFile } from '../../src/places/byte-file.ts'
import { run } from '../programs/crash-driver.ts'
import { storeAt } from '../programs/crash-run.ts'
import type { KillPoint } from '../programs/kill-point.ts'
import type { Scene } from '../programs/scene.ts'

const scene: Scene = { name: 'begin', parts: 1, rows: 200, to: 'out.csv' }

t.test('a run that dies while it begins can be looked into, gone on with and finished', async t => {
  for (const at of ['commit', 'committed'] as const)
    for (let n = 1; n <= 7; n++) {
      const folder = t.testdir({})
      t.equal(await run({ scene, folder, attempt: 0, kill: { at, n } }), true)
      const store = storeAt(folder)
      const runs = store.list()
      t.strictSame(
        runs.map(({ status, id }) => [status, store.read(id, look => look.loadCheckpoint())]),
        runs.map(() => ['interrupted', undefined]),
        `${at} ${n}: ${runs.length} run`,
      )
      store.close()
      t.equal(await run({ scene, folder, attempt: 1 }), false)
      const after = storeAt(folder)
      t.strictSame(
        after.list().map(({ status, resumed }) => ({ status, resumed })),
        [{ status: 'done', resumed: runs.length }],
        `${at} ${n}: one run`,
      )
      after.close()
    }
})

t.test('a run that dies at its commit has its file under its own name whole, or not at all', async t => {
  const points: readonly KillPoint[] = [
    { at: 'rename', n: 1 },
    { at: 'renamed', n: 1 },
    { at: 'rename', n: 2 },
    { at: 'renamed', n: 2 },
  ]
  for (const [at, kill] of points.entries()) {
    const base = t.testdir({ killed: {}, whole: {} })
    const [folder, whole] = [join(base, 'killed'), join(base, 'whole')]
    await run({ scene, folder: whole, attempt: 0 })
    const wanted = readFileSync(join(whole, 'out.csv'))
    t.equal(await run({ scene, folder, attempt: 0, kill }), true)
    const names = readdirSync(folder).filter(name => name !== 'store')
    t.strictSame(
      names.sort(),
      [
        ['out.csv.manifest.json.partial', 'out.csv.partial'],
        ['out.csv.manifest.json', 'out.csv.partial'],
        ['out.csv.manifest.json', 'out.csv.partial'],
        ['out.csv', 'out.csv.manifest.json'],
      ][at],
    )
    if (existsSync(join(folder, 'out.csv'))) t.ok(readFileSync(join(folder, 'out.csv')).equals(wanted))
    else {
      const other = join(base, 'discarded')
      mkdirSync(other)
      await run({ scene, folder: other, attempt: 0, kill })
      await discardFile(join(other, 'out.csv'))
      t.strictSame(readdirSync(other), ['store'], 'a discard leaves no manifest without its file')
    }
    t.equal(await run({ scene, folder, attempt: 1 }), false)
    t.ok(readFileSync(join(folder, 'out.csv')).equals(wanted))
  }
})
