import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { RunRequest } from '../../src/engine/run-request.ts'
import { openStore } from '../../src/store/open-store.ts'
import { environmentAt } from '../store/fixtures.ts'

/** A folder of files with a store of its own, in which plans are run. */
export const bed = (
  t: Test,
  files: Record<string, string> = {},
  shared?: Parameters<typeof openStore>[0]['shared'],
) => {
  const folder = t.testdir({ ...files, out: {} })
  const environment = environmentAt(join(folder, 'store'), { cwd: folder })
  const store = openStore({ environment, clock: systemClock, ...(shared && { shared }) })
  t.teardown(() => store.close())
  return {
    folder,
    store,
    text: (name: string) => readFileSync(join(folder, name), 'utf8'),
    has: (name: string) => existsSync(join(folder, name)),
    run: (plan: unknown, more: Partial<RunRequest> = {}) =>
      execute({
        pipeline: 'test',
        params: {},
        plan: plan as Plan,
        store,
        places: destinationAt,
        environment,
        clock: systemClock,
        signal: new AbortController().signal,
        version: '0.0.0',
        codeHash: 'same',
        ...more,
      }),
  }
}
