import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/clock.ts'
import type { Directory } from '../directory/types.ts'
import type { Resources } from '../protocol.ts'
import type { SandboxSettings } from '../settings.ts'
import { serverCertificate } from './certificates.ts'
import { listen, type Listener } from './listen.ts'
import { keptText, privateFolder } from './private-files.ts'
import type { Sample } from './sample.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { reachShared, type ReachedShared, type SharedParts } from './shared-parts.ts'
import type { SwitchBoard } from './switches.ts'
import { createTenant, type TenantsCommon } from './tenant.ts'
import { tenantsFront, type LazyTenant, type ReachedTenant } from './tenants.ts'

/** How a sandbox is served: its settings except those of the directory, and options that only a process has. */
export interface ServeOptions extends Omit<SandboxSettings, 'users' | 'tenants' | 'knobs'> {
  /** For keys, secrets and certificates. Gets mode 0700. */
  readonly stateDir: string
  readonly clock?: Clock
  /** Called with defects of the sandbox. @default ignores them */
  readonly onDefect?: (error: unknown) => void
  /** Called by `POST /_sandbox/stop`. @default close */
  readonly onStop?: () => void
  /** The knobs that the control endpoint changes. @default a separate board, which the resources do not read */
  readonly switches?: SwitchBoard
}

/** What a client needs to use the sandbox. Secrets are named by the path of their file. */
export interface Connection {
  /** Ends in `/v1.0`. */
  readonly baseUrl: string
  readonly authorityUrl: string
  readonly tenantId: string
  readonly clientId: string
  readonly secretFile: string
  /** Certificate and key of the same app, PEM. */
  readonly certificateFile: string
  /** Absent over plain http. */
  readonly caFile?: string
  readonly domain: string
  readonly sample: Sample
}

/** A running sandbox. */
export interface Sandbox extends Connection {
  /** The plain http address, when both are served. */
  readonly httpUrl?: string
  /** The other tenants, which the same addresses serve. @default none */
  readonly others?: readonly ReachedTenant[]
  /** The app that all of its tenants can consent to. @default none */
  readonly shared?: ReachedShared
  /** Value of the header `x-sandbox-key` for `/_sandbox`. */
  readonly controlKey: string
  readonly controlUrl: string
  /** Time of the last request, by the clock. */
  readonly lastRequestAtMs: () => number
  close(): Promise<void>
}

/** Serves resources as Microsoft Graph does, with sign-in and control endpoint, on one host. */
export const serve = async (
  options: ServeOptions & {
    readonly directory: Directory
    readonly resources: Resources
    readonly shared?: SharedParts
    /** Tenants besides the first one. Each is made when it is asked for first. */
    readonly others?: (common: TenantsCommon) => Promise<readonly LazyTenant[]>
  },
): Promise<Sandbox> => {
  const { directory, shared, stateDir } = options
  const clock = options.clock ?? systemClock
  const host = options.host ?? '127.0.0.1'
  const tls = options.tls ?? true
  const onDefect = options.onDefect ?? (() => {})
  await privateFolder(stateDir)

  const [certificate, controlKey, refreshKey] = await Promise.all([
    tls ? serverCertificate(stateDir, clock.now()) : undefined,
    keptText(join(stateDir, 'control-key'), () => randomBytes(24).toString('base64url')),
    keptText(join(stateDir, 'refresh-key'), () => randomBytes(32).toString('base64url')),
  ])
  /** Set once the ports are known. */
  const own: { connection?: Connection } = {}
  let lastRequestAtMs = clock.now()
  let stopping = false
  const ended = new AbortController()
  const startedAt = new Date(clock.now()).toISOString()
  const refreshTokens = createRefreshTokens(refreshKey, () => directory.now())
  const reachedShared = shared && (await reachShared(shared, directory, refreshTokens, stateDir))
  const common = {
    ...options,
    clock,
    controlKey,
    home: directory,
    refreshTokens,
    onDefect,
    keyFolder: stateDir,
    signal: ended.signal,
    stop: () => {
      stopping = true
      if (options.onStop) options.onStop()
      else void close().catch(onDefect)
    },
  }
  const state = () => ({ ...own.connection, pid: process.pid, startedAt, stopping })
  const main = await createTenant({ ...common, directory, resources: options.resources, folder: stateDir, state })
  const others = (await options.others?.({ ...common, state })) ?? []
  const { apps, tenantId, domain, sample } = main
  const served = {
    front: others.length > 0 ? tenantsFront(main, others) : main.front,
    host,
    zip: () => main.switches.now().gzip,
    clock,
    onDefect,
    onRequest: () => void (lastRequestAtMs = clock.now()),
  }
  const listeners: Listener[] = []
  const open = async (port: number, secure: boolean): Promise<string> => {
    const pair = secure && certificate ? { tls: { cert: certificate.cert, key: certificate.key } } : {}
    const listener = await listen({ ...served, port, ...pair })
    listeners.push(listener)
    return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${listener.port}`
  }
  const close = async (): Promise<void> => {
    stopping = true
    ended.abort()
    await Promise.all(listeners.splice(0).map(listener => listener.close()))
  }

  const origin = await open(options.port ?? 0, tls !== false)
  const plain = tls === 'both' ? await open(0, false) : undefined
  const reached: Connection = {
    baseUrl: `${origin}/v1.0`,
    authorityUrl: origin,
    tenantId,
    clientId: apps.main.appId,
    secretFile: apps.secretFile,
    certificateFile: apps.certificateFile,
    ...(certificate ? { caFile: certificate.caFile } : {}),
    domain,
    sample,
  }
  own.connection = reached
  return {
    ...reached,
    ...(plain ? { httpUrl: `${plain}/v1.0` } : {}),
    ...(others.length > 0 ? { others: others.map(({ reached }) => reached) } : {}),
    ...(reachedShared ? { shared: reachedShared } : {}),
    controlKey,
    controlUrl: `${origin}/_sandbox`,
    lastRequestAtMs: () => lastRequestAtMs,
    close,
  }
}
