import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import type { Cli } from '../../../src/cli/cli.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import { discardRun } from '../../../src/cli/runs/discard-run.ts'
import type { Store } from '../../../src/store/store.ts'
import type { RunInfo, RunQuery } from '../../../src/store/types.ts'

const scene = (folder: string, taken: readonly string[], status = 'interrupted') => {
  const [target, rejects] = [join(folder, 'out.csv'), join(folder, 'rejects.csv')]
  const run = {
    id: 'run-1',
    status,
    target: pathToFileURL(target).href,
    alsoWrites: [pathToFileURL(rejects).href],
  } as unknown as RunInfo
  const store = {
    get: () => run,
    discard: (_: string, remove: (run: RunInfo) => Promise<void>) => remove(run),
    list: ({ writesTo = '' }: RunQuery) =>
      taken.some(path => pathToFileURL(path).href === writesTo) ? [{ id: 'run-2' }] : [],
  } as unknown as Store
  const cli = { store: async () => store, environment: processEnvironment() } as unknown as Cli
  return { cli, target, rejects }
}
const partials = { 'out.csv.partial': 'a', 'rejects.csv.partial': 'b' }

t.test('the partials of a discarded run are removed, including those of its rejects', async t => {
  const folder = t.testdir(partials)
  const { cli, target, rejects } = scene(folder, [])
  t.strictSame(await discardRun('run-1', cli), { run: 'run-1', removed: [`${target}.partial`, `${rejects}.partial`] })
  for (const name of Object.keys(partials)) t.notOk(existsSync(join(folder, name)), name)
})

t.test('a partial that a run in progress writes to stays', async t => {
  const folder = t.testdir(partials)
  const { cli, target, rejects } = scene(folder, [join(folder, 'out.csv'), join(folder, 'rejects.csv')])
  t.strictSame(await discardRun('run-1', cli), { run: 'run-1', removed: [] })
  for (const path of [target, rejects]) t.ok(existsSync(`${path}.partial`), path)
})

t.test('only existing files are reported as removed', async t => {
  const { cli, rejects } = scene(t.testdir({ 'rejects.csv.partial': 'b' }), [])
  t.strictSame(await discardRun('run-1', cli), { run: 'run-1', removed: [`${rejects}.partial`] })
})

t.test('a run that is done, or was already discarded, is refused, and nothing changes', async t => {
  for (const status of ['done', 'discarded']) {
    const folder = t.testdir(partials)
    const { cli } = scene(folder, [], status)
    await t.rejects(discardRun('run-1', cli), { code: 'RUN_ENDED', exit: 2, message: new RegExp(status) })
    for (const name of Object.keys(partials)) t.ok(existsSync(join(folder, name)), name)
  }
})
