import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/clock.ts'
import type { Directory } from '../directory/types.ts'
import { latest } from '../faults/fate.ts'
import { createFaultSchedule } from '../faults/fault-schedule.ts'
import type { Resources } from '../protocol.ts'
import type { SandboxSettings } from '../settings.ts'
import { createThrottle } from '../throttle/throttle.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createApps } from './apps.ts'
import { createAuthority } from './authority.ts'
import { createBatch } from './batch.ts'
import { serverCertificate } from './certificates.ts'
import { createControl } from './control.ts'
import { createJournal } from './counters.ts'
import { createFront } from './front.ts'
import { createGraphEndpoint } from './graph-endpoint.ts'
import { createGraphService } from './graph-service.ts'
import { listen, type Listener } from './listen.ts'
import { createPerformWrite } from './perform-write.ts'
import { keptText, privateFolder } from './private-files.ts'
import { randomOf } from './random.ts'
import { sampleOf, type Sample } from './sample.ts'
import { createSwitches, type SwitchBoard } from './switches.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

/** How a sandbox is served: its settings except those of the directory, and options that only a process has. */
export interface ServeOptions extends Omit<SandboxSettings, 'users' | 'knobs'> {
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
  /** Value of the header `x-sandbox-key` for `/_sandbox`. */
  readonly controlKey: string
  readonly controlUrl: string
  /** Time of the last request, by the clock. */
  readonly lastRequestAtMs: () => number
  close(): Promise<void>
}

/** Serves resources as Microsoft Graph does, with sign-in and control endpoint, on one host. */
export const serve = async (
  options: ServeOptions & { readonly directory: Directory; readonly resources: Resources },
): Promise<Sandbox> => {
  const { directory, stateDir } = options
  const { tenantId, domain } = directory
  const clock = options.clock ?? systemClock
  const seed = options.seed ?? directory.seed
  const host = options.host ?? '127.0.0.1'
  const tls = options.tls ?? true
  const onDefect = options.onDefect ?? (() => {})
  const switches = options.switches ?? createSwitches({ gzip: options.gzip ?? true })
  await privateFolder(stateDir)

  const [apps, tokens, certificate, controlKey] = await Promise.all([
    createApps({ stateDir, tenantId, nowMs: clock.now(), ...(options.roles ? { roles: options.roles } : {}) }),
    createAccessTokens({
      stateDir,
      tenantId,
      clock,
      rolesOf: app => (app.name === 'main' ? switches.now().roles : undefined) ?? app.roles,
      ...(options.tokenLifetimeSeconds === undefined ? {} : { lifetimeSeconds: options.tokenLifetimeSeconds }),
    }),
    tls ? serverCertificate(stateDir, clock.now()) : undefined,
    keptText(join(stateDir, 'control-key'), () => randomBytes(24).toString('base64url')),
  ])

  const verified = directory.domains.filter(one => one['isVerified'] === true).map(({ id }) => id)
  const domains = [...new Set([domain, ...verified])]
  const sample = sampleOf(directory)
  /** Set once the ports are known. */
  const own: { connection?: Connection } = {}
  let lastRequestAtMs = clock.now()
  let stopping = false
  const users = () => directory.collection('user').count({ order: 'default', view: 'direct' })
  const faults = createFaultSchedule(seed, options.faults)
  /** A late write shows when it has been performed and replicated. */
  const lagBound = () => directory.lagBound + latest(faults.list())
  const journal = createJournal()
  const throttle = createThrottle({
    mode: options.throttle ?? 'off',
    users,
    tenantId,
    timeScale: options.timeScale ?? 1,
    seed,
    clock,
  })
  const batch = createBatch({ clock, random: randomOf(seed, 'batch') })
  const ended = new AbortController()
  const latencyMs = options.latencyMs ?? 0
  const service = createGraphService({
    resources: options.resources,
    batch,
    throttle,
    faults,
    journal,
    clock,
    write: createPerformWrite({ clock, knobs: switches.now, signal: ended.signal }),
    latencyMs,
    signal: ended.signal,
    onDefect,
  })
  const endpoint = createTokenEndpoint({ apps, tokens, tenantId, domains, now: () => clock.now() })
  const startedAt = new Date(clock.now()).toISOString()
  const control = createControl({
    controlKey,
    directory,
    lagBound,
    apps,
    tokens,
    signedInUserId: sample.userId,
    throttle,
    faults,
    journal,
    switches,
    state: () => ({
      ...own.connection,
      pid: process.pid,
      startedAt,
      stopping,
      users: users(),
      seed: directory.seed,
      generation: directory.generation,
      now: new Date(directory.now()).toISOString(),
      lagBound: lagBound(),
    }),
    stop: () => {
      stopping = true
      if (options.onStop) options.onStop()
      else void close().catch(onDefect)
    },
  })
  const front = createFront({
    control,
    authority: createAuthority({ endpoint, tokens, tenantId, domains, now: () => clock.now() }),
    graph: createGraphEndpoint({ service, tokens, journal, clock }),
    faults,
    clock,
    latencyMs,
  })
  const shared = {
    front,
    host,
    zip: () => switches.now().gzip,
    clock,
    onDefect,
    onRequest: () => void (lastRequestAtMs = clock.now()),
  }
  const listeners: Listener[] = []
  const open = async (port: number, secure: boolean): Promise<string> => {
    const pair = secure && certificate ? { tls: { cert: certificate.cert, key: certificate.key } } : {}
    const listener = await listen({ ...shared, port, ...pair })
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
    controlKey,
    controlUrl: `${origin}/_sandbox`,
    lastRequestAtMs: () => lastRequestAtMs,
    close,
  }
}
