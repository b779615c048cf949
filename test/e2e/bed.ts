import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import type { Manifest } from '../../src/core/manifest.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { createDirectory } from '../../src/sandbox/directory/create-directory.ts'
import type { LicenceSettings } from '../../src/sandbox/directory/licences/settings.ts'
import type { Directory, Mutation } from '../../src/sandbox/directory/types.ts'
import type { FaultRule, FaultState } from '../../src/sandbox/faults/types.ts'
import type { Resources, SandboxReply, SandboxRequest } from '../../src/sandbox/protocol.ts'
import { createResources } from '../../src/sandbox/resources/create-resources.ts'
import type { Knobs } from '../../src/sandbox/resources/knobs.ts'
import type { App } from '../../src/sandbox/server/apps.ts'
import type { Counters } from '../../src/sandbox/server/counters.ts'
import type { Sandbox } from '../../src/sandbox/server/serve.ts'
import { keptText } from '../../src/sandbox/server/private-files.ts'
import { runHere, runsHere } from '../programs/in-process.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }

export const binary = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))
/** Whom nothing belongs to, where the tests run as root: root may write everywhere. */
const nobody = 65_534
/** What the launcher starts Node a second time for, unless it has these already; so each command is one start. */
const flagsOf = (command = ''): readonly string[] => [
  ...({
    sandbox: ['--max-semi-space-size=8'],
    run: ['--max-semi-space-size=3', '--no-concurrent-recompilation'],
    licenses: ['--max-semi-space-size=1', '--max-old-space-size=256', '--no-concurrent-recompilation'],
  }[command] ?? ['--max-semi-space-size=2', '--max-old-space-size=512', '--no-concurrent-recompilation']),
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
]
const isRoot = process.getuid?.() === 0

interface BedOptions {
  /** @default 3000 */
  readonly users?: number
  readonly tokenLifetimeSeconds?: number
  readonly knobs?: Knobs
  readonly licences?: LicenceSettings
}

/** Sees each request of Graph before it is answered, and may answer in its place. */
type Before = (
  request: SandboxRequest,
  answer: (request: SandboxRequest) => Promise<SandboxReply>,
) => SandboxReply | undefined | Promise<SandboxReply | undefined>

/** A sandbox in the test's own process, over plain http, for all tests of a file. */
export interface Bed {
  readonly sandbox: Sandbox
  readonly directory: Directory
  /** The control endpoint; the parsed reply. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Replaces all faults; answers a function that tells how often each has struck. */
  faults(...rules: readonly FaultRule[]): Promise<() => Promise<readonly number[]>>
  mutate(...mutations: readonly Mutation[]): Promise<void>
  /** Requests since the last call, by route and status. */
  counters(): Promise<Counters['routes']>
  /** One of the apps of the sandbox, with its secret. */
  app(name: string): Promise<App>
  /** The sandbox's time goes on by so much: tokens that it gave expire. */
  forward(ms: number): void
  /** Called before each request until the next `before`; nothing gives it up. */
  before(hook?: Before): void
  /** A folder with a store of its own, where the one tenant is this sandbox; it lasts as long as the bed. */
  desk(options?: DeskOptions): Desk
}

interface DeskOptions {
  /** Written as `entrapipe.config.json`; a text as it is. `false` for none. @default one tenant, `bed` */
  readonly config?: Readonly<Record<string, unknown>> | string | false
  /** More files, by name. */
  readonly files?: Readonly<Record<string, string>>
}

interface RunOptions {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** As a user who owns nothing but the store, also where the tests run as root. */
  readonly asNobody?: boolean
  /** Interrupts it, in this process: the reason is that of a signal. */
  readonly signal?: AbortSignal
  /** In a process of its own, which is what most commands do not need. */
  readonly ownProcess?: boolean
}

/** How a process ended. */
export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process that goes on. */
interface Going {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

export interface Desk {
  /** What `entrapipe` is, to be run by Node. */
  readonly binary: string
  readonly folder: string
  path(name: string): string
  /** Runs `entrapipe …` to its end, in this process if it can. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>
  /** The same, to be interrupted. */
  start(args: readonly string[], options?: RunOptions): Going
  /** A command line of the POSIX shell in which `entrapipe` is ours. */
  shell(script: string): Promise<Ran>
  read(name: string): string
  bytes(name: string): Buffer
  manifest(name: string): Manifest
  /** What stands in the folder, without the configuration and the store. */
  names(): readonly string[]
}

/** The settings of a tenant that is this sandbox. */
export const tenantOf = (
  sandbox: Sandbox,
  secretFile = sandbox.secretFile,
  clientId = sandbox.clientId,
): Readonly<Record<string, unknown>> => ({
  tenantId: sandbox.tenantId,
  clientId,
  graphUrl: sandbox.baseUrl,
  authorityUrl: sandbox.authorityUrl,
  credential: { kind: 'secret', secret: { file: secretFile } },
})

export const openBed = async (
  t: Test,
  { users = 3_000, knobs, licences, ...options }: BedOptions = {},
): Promise<Bed> => {
  let close = async (): Promise<void> => {}
  // Before `testdir`, so that the folder outlives the sandbox.
  t.teardown(() => close())
  const root = t.testdir()
  const stateDir = join(root, 'sandbox')
  mkdirSync(stateDir, { mode: 0o700 })
  let desks = 0
  let aheadMs = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  const directory = createDirectory({ users, clock, ...(licences ? { licences } : {}) })
  const answer = createResources({
    directory,
    clock,
    key: await keptText(join(stateDir, 'link-key'), () => 'a key of the tests'),
    ...(knobs ? { knobs } : {}),
  })
  let hook: Before | undefined
  const performed = async (request: SandboxRequest): Promise<SandboxReply> => {
    const reply = await answer(request)
    return 'apply' in reply ? reply.apply() : reply
  }
  const resources: Resources = async request => (await hook?.(request, performed)) ?? answer(request)
  const sandbox = await createSandbox({ ...options, stateDir, clock, tls: false, directory, resources })
  close = async () => {
    await sandbox.close()
    directory.close()
  }

  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as T
  }

  return {
    sandbox,
    directory,
    control,
    async faults(...rules) {
      await control('PUT', '/faults', rules)
      return async () => (await control<{ faults: FaultState[] }>('GET', '/faults')).faults.map(({ struck }) => struck)
    },
    mutate: async (...mutations) => void (await control('POST', '/mutations', mutations)),
    async counters() {
      const { routes } = await control<Counters>('GET', '/counters')
      await control('DELETE', '/counters')
      return routes
    },
    async app(name) {
      const { apps } = await control<{ apps: App[] }>('GET', '/apps')
      const found = apps.find(app => app.name === name)
      if (!found) throw new Error(`The sandbox has no app ${name}`)
      return found
    },
    forward: ms => void (aheadMs += ms),
    before: given => void (hook = given),
    desk: given => openDesk(join(root, `desk-${++desks}`), sandbox, given),
  }
}

const openDesk = (folder: string, sandbox: Sandbox, { config, files = {} }: DeskOptions = {}): Desk => {
  mkdirSync(folder)
  const path = (name: string): string => join(folder, name)
  const store = path('store')
  const given = config ?? { tenants: { bed: tenantOf(sandbox) } }
  if (given !== false)
    writeFileSync(path('entrapipe.config.json'), typeof given === 'string' ? given : JSON.stringify(given))
  for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text)
  const own = new Set(['store', 'entrapipe.config.json', ...Object.keys(files)])

  const surroundings = ({ env = {}, asNobody = false }: RunOptions = {}) => {
    if (asNobody && isRoot) {
      mkdirSync(store, { recursive: true, mode: 0o700 })
      chownSync(store, nobody, nobody)
    }
    return {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TMPDIR: process.env['TMPDIR'] ?? '/tmp',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        ENTRAPIPE_STORE: store,
        ...env,
      },
      ...(asNobody && isRoot ? { uid: nobody, gid: nobody } : {}),
    }
  }
  const start = (args: readonly string[], options?: RunOptions): Going =>
    going(
      spawn(process.execPath, [...flagsOf(args[0]), binary, ...args], { ...surroundings(options), stdio: 'pipe' }),
      options?.stdin,
    )

  return {
    binary,
    folder,
    path,
    start,
    run(args, options) {
      const { cwd, env, ...user } = surroundings(options)
      const isHere = !('uid' in user) && options?.ownProcess !== true && runsHere(args, env)
      return isHere ? runHere(args, { ...options, folder: cwd, env }) : start(args, options).ended
    },
    shell: script =>
      going(
        spawn('sh', ['-c', `entrapipe() { "${process.execPath}" "${binary}" "$@"; }\n${script}`], {
          ...surroundings(),
          stdio: 'pipe',
        }),
      ).ended,
    read: name => readFileSync(path(name), 'utf8'),
    bytes: name => readFileSync(path(name)),
    manifest: name => JSON.parse(readFileSync(path(`${name}.manifest.json`), 'utf8')) as Manifest,
    names: () => (existsSync(folder) ? readdirSync(folder).filter(name => !own.has(name)) : []),
  }
}

const going = (child: ChildProcess, stdin = ''): Going => {
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', text => (stderr += text))
  // A process that ends without reading all of it closes the pipe.
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(stdin)
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, stdout, stderr }))
  return { child, ended }
}

/** The cells of a CSV text without quotes in quotes over lines: what the tests look at. */
export const cellsOf = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line =>
      Array.from(
        line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
        at => at[1]?.replaceAll('""', '"') ?? at[2] ?? '',
      ),
    )

/** Rows of JSON lines, the trailer left out. */
export const rowsOf = <T = Readonly<Record<string, unknown>>>(text: string): readonly T[] =>
  text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('{"$end"'))
    .map(line => JSON.parse(line) as T)

/** What the last line of a stream vouches for; undefined when it is no trailer. */
export const trailerOf = (text: string): unknown => {
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  return last.startsWith('{"$end"') ? (JSON.parse(last) as { $end: unknown }).$end : undefined
}
