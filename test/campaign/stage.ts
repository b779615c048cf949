import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { given } from '../../src/core/given.ts'
import { processEnvironment } from '../../src/core/environment.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { createDirectory } from '../../src/sandbox/directory/create-directory.ts'
import type { Directory } from '../../src/sandbox/directory/types.ts'
import type { LicenceSettings } from '../../src/sandbox/directory/licences/settings.ts'
import type { FaultRule } from '../../src/sandbox/faults/types.ts'
import { runSandbox } from '../../src/sandbox/main.ts'
import type { Resources, SandboxRequest } from '../../src/sandbox/protocol.ts'
import { createResources } from '../../src/sandbox/resources/create-resources.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { giveAppRole } from '../sandbox/give-app-role.ts'
import { launcher } from '../programs/started.ts'
import { callControl } from './call-control.ts'
import { lateMs } from './faults.ts'

/** How far the program has come, as the sandbox sees it. */
export interface Progress {
  /** Writes that the directory has performed. */
  readonly applied: number
  /** Requests that have arrived, each entry of a batch. */
  readonly arrived: number
}

/** Sees each request that arrived, and each write that was performed. */
type Watcher = (progress: Progress, what: keyof Progress, request: SandboxRequest) => void

/** What is loaded into a process before the program. */
interface Preload {
  readonly file: string
  readonly variables: Readonly<Record<string, string>>
}

/** How a process ended. */
export interface Ended {
  readonly status: number | null
  readonly killed: boolean
  readonly stdout: string
  readonly stderr: string
}

type Connection = Parameters<typeof giveAppRole>[0]

/** A sandbox in this process, and the program in another one that uses it. */
export interface Stage {
  readonly folder: string
  readonly directory: Directory
  readonly store: Store
  readonly domain: string
  readonly connection: Connection
  /** Calls the control endpoint, and returns the text of the reply. */
  control(method: string, path: string, body?: unknown): Promise<string>
  faults(rules: readonly FaultRule[]): Promise<void>
  /** Number of writes that the directory has performed. */
  applied(): number
  /** Resolves when nothing is written any more, and the directory shows everything: nobody can tell what others wrote before that. */
  settled(): Promise<void>
  /** Called after each request has arrived and each write was performed, until the next call. */
  watch(look: Watcher | undefined): void
  /** Runs the program to its end. `started` gets its process. */
  run(args: readonly string[], started?: (child: ChildProcess) => void, more?: Preload): Promise<Ended>
  close(): Promise<void>
}

interface StageOptions {
  readonly folder: string
  readonly users: number
  readonly seed: number
  /** How much faster than Graph the quotas refill. */
  readonly timeScale: number
  readonly lagMs: number
  readonly writeMs: number
  /** @default an example of each sort */
  readonly licences?: LicenceSettings
}

/** Watches what arrives and what is performed. */
const watched = (resources: Resources, look: (what: keyof Progress, request: SandboxRequest) => void): Resources => {
  return async request => {
    look('arrived', request)
    const answer = await resources(request)
    if (!('apply' in answer)) return answer
    return {
      ...answer,
      apply() {
        const reply = answer.apply()
        look('applied', request)
        return reply
      },
    }
  }
}

/** Opens a stage in a folder: a sandbox with quotas, and a store whose `--tenant sandbox` it is. */
export const openStage = async (options: StageOptions): Promise<Stage> => {
  const { folder, users, seed, timeScale, lagMs, writeMs, licences } = options
  const stateDir = join(folder, 'store', 'sandbox')
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const directory = createDirectory({ users, seed, clock: systemClock, ...given({ licences }) })
  const progress = { applied: 0, arrived: 0 }
  let looking: Watcher | undefined
  const all = createResources({ directory, clock: systemClock, key: `campaign ${seed}` })
  const resources = watched(all, (what, request) => {
    progress[what]++
    looking?.(progress, what, request)
  })
  const stop = new AbortController()
  const ready = Promise.withResolvers<Connection>()
  const settings = { users, seed, timeScale, throttle: 'real', tls: false, gzip: false } as const
  const served = runSandbox({
    stateDir,
    settings,
    foreground: true,
    signal: stop.signal,
    onReady: ready.resolve,
    create: asked => createSandbox({ ...asked, directory, resources }),
  })
  served.catch(ready.reject)
  const connection = await ready.promise
  const variable = (name: string) => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : undefined)
  const store = openStore({ environment: { ...processEnvironment(), variable }, clock: systemClock })

  const control = callControl(connection)
  await control('PUT', '/knobs', { writeMs })
  for (const view of ['direct', 'index'])
    await control('PUT', '/lag', { view, ms: Math.floor(lagMs / 3), upToMs: lagMs })

  return {
    folder,
    directory,
    store,
    domain: directory.domain,
    connection,
    control,
    faults: async rules => void (await control('PUT', '/faults', rules)),
    applied: () => progress.applied,
    async settled() {
      for (let last = -1; last !== directory.generation;) {
        last = directory.generation
        await systemClock.sleep(writeMs * 20 + lateMs)
      }
      await systemClock.sleep(lagMs)
    },
    watch: look => void (looking = look),
    async run(args, started, more) {
      const loaded = more ? [`--import=${more.file}`] : []
      const child = spawn(process.execPath, [...flags, ...loaded, launcher, ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
          ENTRAPIPE_STORE: join(folder, 'store'),
          ...more?.variables,
        },
      })
      const text = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (part: string) => (text[name] += part))
      started?.(child)
      const [status] = (await once(child, 'close')) as [number | null]
      return { ...text, status, killed: child.signalCode === 'SIGKILL' }
    },
    async close() {
      await store.close()
      stop.abort()
      await served
      directory.close()
    },
  }
}

/** What the launcher starts Node a second time for, unless it has these already. */
const flags = [
  '--max-semi-space-size=2',
  '--max-old-space-size=512',
  '--no-concurrent-recompilation',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
]
