import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock } from '../core/clock.ts'
import type { Context, Origin } from '../core/context.ts'
import { processEnvironment, type Environment } from '../core/environment.ts'
import type { Graph } from '../core/graph.ts'
import type { Result } from '../core/result.ts'
import { partContext } from '../engine/contexts.ts'
import { openStore } from '../store/open-store.ts'
import type { Run, RunPhase, Store } from '../store/store.ts'
import { onlyPhase } from '../store/types.ts'

/** The surroundings of a part that is checked. */
export interface World {
  /** Files in the part's working folder, by relative path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Variables of the environment. None of the process are used. */
  readonly variables?: Readonly<Record<string, string>>
  /** The client of a tenant, for a part that uses Graph. */
  readonly graph?: Graph
}

/** A working folder and a store for one rule. */
export interface Scene {
  readonly folder: string
  readonly environment: Environment
  readonly graph: Graph | undefined
  readonly store: Store
  readonly results: Result[]
  readonly origins: Origin[]
  /** A new run, whose scopes hold the state of parts. */
  newRun(): Promise<SceneRun>
  /** The context of a part of that run. Its results and origins are added to those of the scene. */
  contextOf(run: SceneRun, scope: string): Context
}

/** A run and its only phase. */
type SceneRun = Run & RunPhase

const sceneRun = async (run: Run): Promise<SceneRun> => ({ ...run, ...(await run.phase(onlyPhase)) })

/** Makes a scene for `work`, and removes it afterwards. */
export const inScene = async (
  { files = {}, variables = {}, graph }: World,
  work: (scene: Scene) => Promise<void>,
): Promise<void> => {
  const surroundings = processEnvironment()
  const root = await mkdtemp(join(surroundings.tmp, 'entrapipe-contract-'))
  const folder = join(root, 'work')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  const environment: Environment = {
    ...surroundings,
    variable: name => (name === 'ENTRAPIPE_STORE' ? join(root, 'store') : variables[name]),
    cwd: folder,
  }
  const store = openStore({ environment, clock: systemClock })
  const results: Result[] = []
  const origins: Origin[] = []
  // Runs with the same identity exclude each other, so each run has another number in its parameters.
  let runs = 0
  const tell = async (): Promise<void> => undefined
  const around = { environment, clock: systemClock, graph, signal: new AbortController().signal, tell }
  try {
    await work({
      folder,
      environment,
      graph,
      store,
      results,
      origins,
      newRun: async () =>
        sceneRun(
          await store.create({
            pipeline: 'contract',
            params: runs++,
            codeHash: 'contract',
            resumable: true,
            ...tenantOf(graph),
          }),
        ),
      contextOf: (run, scope) =>
        partContext(
          { ...around, run: run.id, lasting: store.lasting },
          {
            store: () => run.scope(scope),
            settled: result => void results.push(result),
            origin: origin => void origins.push(origin),
          },
        ),
    })
  } finally {
    await store.close()
    await rm(root, { recursive: true, force: true })
  }
}

const tenantOf = (graph: Graph | undefined) => (graph ? { tenant: graph.tenant } : {})
