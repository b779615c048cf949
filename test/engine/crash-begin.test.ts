import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { discardFile } from '../../src/places/file-remains.ts'
import { run, runHere } from '../programs/crash-driver.ts'
import { storeAt } from '../programs/crash-run.ts'
import type { KillPoint } from '../programs/kill-point.ts'
import type { Scene } from '../programs/scene.ts'
import { onlyPhase } from '../../src/store/types.ts'

const scene: Scene = { name: 'begin', shards: 1, rows: 200, to: 'out.csv' }

t.test('a run that is killed while it starts can be inspected, resumed and completed', async t => {
  for (const at of ['commit', 'committed'] as const)
    for (let n = 1; n <= 7; n++) {
      const folder = t.testdir({})
      t.equal(await run({ scene, folder, attempt: 0, kill: { at, n } }), true)
      const store = storeAt(folder)
      const runs = await store.list()
      t.strictSame(
        await Promise.all(
          runs.map(async ({ status, id }) => [
            status,
            await store.read(id, look => look.phase(onlyPhase).loadCheckpoint()),
          ]),
        ),
        runs.map(() => ['interrupted', undefined]),
        `${at} ${n}: ${runs.length} run`,
      )
      await store.close()
      t.equal(await runHere({ scene, folder, attempt: 1 }), false)
      const after = storeAt(folder)
      t.strictSame(
        (await after.list()).map(({ status, resumed }) => ({ status, resumed })),
        [{ status: 'done', resumed: runs.length }],
        `${at} ${n}: one run`,
      )
      await after.close()
    }
})

t.test('a run that dies at its commit leaves its complete file under the final name, or no file', async t => {
  const points: readonly KillPoint[] = [
    { at: 'rename', n: 1 },
    { at: 'renamed', n: 1 },
    { at: 'rename', n: 2 },
    { at: 'renamed', n: 2 },
  ]
  for (const [at, kill] of points.entries()) {
    const base = t.testdir({ killed: {}, whole: {} })
    const [folder, whole] = [join(base, 'killed'), join(base, 'whole')]
    await runHere({ scene, folder: whole, attempt: 0 })
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
    t.equal(await runHere({ scene, folder, attempt: 1 }), false)
    t.ok(readFileSync(join(folder, 'out.csv')).equals(wanted))
  }
})

t.test('a run that is killed at its commit resumes even if an earlier run left the same bytes', async t => {
  const rejecting: Scene = { ...scene, name: 'again', rejects: true }
  const base = t.testdir({ whole: {} })
  const whole = join(base, 'whole')
  await runHere({ scene: rejecting, folder: whole, attempt: 0 })
  const wanted = ['out.csv', 'rejects.csv'].map(name => readFileSync(join(whole, name), 'utf8'))
  for (const kill of [1, 2, 3, 4].flatMap(n => [{ at: 'rename', n } as const, { at: 'renamed', n } as const])) {
    const what = `${kill.at} ${kill.n}`
    const folder = join(base, what)
    mkdirSync(folder)
    await runHere({ scene: rejecting, folder, attempt: 0 })
    // Of the earlier run only its file and manifest are left.
    for (const name of ['store', 'rejects.csv', 'rejects.csv.manifest.json'])
      rmSync(join(folder, name), { recursive: true })
    t.equal(await run({ scene: rejecting, folder, attempt: 0, kill }), true, what)
    t.equal(await runHere({ scene: rejecting, folder, attempt: 1 }), false, what)
    const store = storeAt(folder)
    const runs = await store.list()
    await store.close()
    t.match(runs, [{ status: 'done', resumed: 1 }], what)
    t.equal(runs.length, 1, what)
    t.strictSame(
      readdirSync(folder)
        .filter(name => name !== 'store')
        .sort(),
      ['out.csv', 'out.csv.manifest.json', 'rejects.csv', 'rejects.csv.manifest.json'],
      what,
    )
    for (const [at, name] of ['out.csv', 'rejects.csv'].entries()) {
      t.equal(readFileSync(join(folder, name), 'utf8'), wanted[at], `${what}: ${name}`)
      const manifest = JSON.parse(readFileSync(join(folder, `${name}.manifest.json`), 'utf8')) as { run: string }
      t.equal(manifest.run, runs[0]!.id, `${what}: the manifest of ${name}`)
    }
  }
})

t.test('missing rejects of a run that died after its commit are written again', async t => {
  const rejecting: Scene = { ...scene, name: 'lost', rejects: true }
  const folder = t.testdir({})
  t.equal(await run({ scene: rejecting, folder, attempt: 0, kill: { at: 'renamed', n: 4 } }), true)
  const lost = readFileSync(join(folder, 'rejects.csv'), 'utf8')
  const [out, manifest] = ['out.csv', 'out.csv.manifest.json'].map(name => readFileSync(join(folder, name), 'utf8'))
  rmSync(join(folder, 'rejects.csv'))
  t.equal(await runHere({ scene: rejecting, folder, attempt: 1 }), false)
  t.equal(readFileSync(join(folder, 'rejects.csv'), 'utf8'), lost)
  t.equal(readFileSync(join(folder, 'out.csv'), 'utf8'), out)
  t.equal(
    readFileSync(join(folder, 'out.csv.manifest.json'), 'utf8'),
    manifest,
    'what was committed is not written again',
  )
})
