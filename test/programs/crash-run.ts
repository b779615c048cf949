import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import type { Graph } from '../../src/core/graph.ts'
import type { Environment } from '../../src/core/environment.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { RunEnd } from '../../src/engine/run-request.ts'
import type { Plans } from '../../src/engine/phases.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'

/** The environment of a process in a folder. */
export const environmentAt = (folder: string): Environment => ({
  variable: name => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : undefined),
  cwd: folder,
  home: folder,
  tmp: folder,
  platform: process.platform,
})

export const storeAt = (folder: string): Store => openStore({ environment: environmentAt(folder), clock: systemClock })

/** Runs a plan in a folder, or goes on with it there. @param graph of a plan that reads a directory */
export const runIn = async (folder: string, plan: Plans, graph?: Graph): Promise<RunEnd> => {
  const store = storeAt(folder)
  try {
    return await execute({
      pipeline: 'crash',
      params: {},
      plan,
      store,
      ...(graph && { graph }),
      places: destinationAt,
      environment: environmentAt(folder),
      clock: systemClock,
      signal: new AbortController().signal,
      version: '0.0.0',
      codeHash: 'same',
    })
  } finally {
    await store.close()
  }
}
