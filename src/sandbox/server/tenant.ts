import type { Clock } from '../../core/clock.ts'
import type { Directory } from '../directory/types.ts'
import { latest } from '../faults/fate.ts'
import { createFaultSchedule } from '../faults/fault-schedule.ts'
import type { FaultRule } from '../faults/types.ts'
import type { Resources } from '../protocol.ts'
import type { SandboxSettings } from '../settings.ts'
import { createThrottle } from '../throttle/throttle.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createAdminConsent } from './admin-consent.ts'
import { createApps, type Apps } from './apps.ts'
import { createAuthority } from './authority.ts'
import { createBatch } from './batch.ts'
import { createConsents } from './consents.ts'
import { createControl } from './control.ts'
import { createJournal } from './counters.ts'
import { createFront, type Front } from './front.ts'
import { createGraphEndpoint } from './graph-endpoint.ts'
import { createGraphService } from './graph-service.ts'
import { createPerformWrite } from './perform-write.ts'
import { randomOf } from './random.ts'
import { createRefreshGrant } from './refresh-grant.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import { sampleOf, type Sample } from './sample.ts'
import type { SharedParts } from './shared-parts.ts'
import { createSwitches, type SwitchBoard } from './switches.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

/** How a tenant is served. */
interface TenantOptions extends Pick<
  SandboxSettings,
  'seed' | 'roles' | 'tokenLifetimeSeconds' | 'throttle' | 'timeScale' | 'latencyMs' | 'gzip' | 'faults'
> {
  readonly directory: Directory
  readonly resources: Resources
  /** For the secrets of its apps. It exists. */
  readonly folder: string
  /** For the key of tokens and the certificate of apps, which the tenants of a sandbox share. It exists. */
  readonly keyFolder: string
  readonly clock: Clock
  readonly switches?: SwitchBoard
  /** What the tenants of the sandbox share, if there are several. */
  readonly shared?: SharedParts
  /** The first tenant, which has the users of refresh tokens. */
  readonly home: Directory
  readonly refreshTokens: RefreshTokens
  readonly controlKey: string
  /** What `GET /_sandbox` says besides the tenant. */
  readonly state: () => Readonly<Record<string, unknown>>
  /** Stops the sandbox. */
  readonly stop: () => void
  /** Aborted when the sandbox closes. */
  readonly signal: AbortSignal
  readonly onDefect: (error: unknown) => void
}

/** Options of all tenants of a sandbox. */
export type TenantsCommon = Omit<TenantOptions, 'directory' | 'resources' | 'folder' | 'switches'>

/** A tenant that is served: its sign-in, Graph and control. */
export interface ServedTenant {
  readonly tenantId: string
  readonly domain: string
  readonly apps: Apps
  readonly sample: Sample
  readonly front: Front
  readonly switches: SwitchBoard
}

/** Serves a directory, with apps, quotas, faults and counters of its own. */
export const createTenant = async (options: TenantOptions): Promise<ServedTenant> => {
  const { directory, folder, clock, controlKey, signal, onDefect } = options
  const { tenantId, domain } = directory
  const seed = options.seed ?? directory.seed
  const switches = options.switches ?? createSwitches({ gzip: options.gzip ?? true })
  const [apps, tokens] = await Promise.all([
    createApps({
      stateDir: folder,
      keyFolder: options.keyFolder,
      tenantId,
      nowMs: clock.now(),
      ...(options.roles ? { roles: options.roles } : {}),
    }),
    createAccessTokens({
      stateDir: options.keyFolder,
      tenantId,
      clock,
      rolesOf: app => (app.name === 'main' ? switches.now().roles : undefined) ?? app.roles,
      ...(options.tokenLifetimeSeconds === undefined ? {} : { lifetimeSeconds: options.tokenLifetimeSeconds }),
    }),
  ])
  const verified = directory.domains.filter(one => one['isVerified'] === true).map(({ id }) => id)
  const domains = [...new Set([domain, ...verified])]
  const sample = sampleOf(directory)
  const users = () => directory.collection('user').count({ order: 'default', view: 'direct' })
  const faults = createFaultSchedule(seed, options.faults as readonly FaultRule[] | undefined)
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
  const latencyMs = options.latencyMs ?? 0
  const service = createGraphService({
    resources: options.resources,
    batch: createBatch({ clock, random: randomOf(seed, 'batch') }),
    throttle,
    faults,
    journal,
    clock,
    write: createPerformWrite({ clock, knobs: switches.now, signal }),
    latencyMs,
    signal,
    onDefect,
  })
  const { home, refreshTokens, shared } = options
  const consents = createConsents(directory, shared?.app)
  const refreshGrant = createRefreshGrant({
    home,
    partnership: shared?.partnership,
    refreshTokens,
    directory,
    tokens,
  })
  const endpoint = createTokenEndpoint({
    apps,
    consents,
    refreshGrant,
    tokens,
    tenantId,
    domains,
    now: () => clock.now(),
  })
  const control = createControl({
    controlKey,
    directory,
    lagBound,
    apps,
    consents,
    refreshTokens,
    ...(shared && home.tenantId === tenantId ? { shared } : {}),
    tokens,
    signedInUserId: sample.userId,
    throttle,
    faults,
    journal,
    switches,
    state: () => ({
      ...options.state(),
      users: users(),
      seed: directory.seed,
      generation: directory.generation,
      now: new Date(directory.now()).toISOString(),
      lagBound: lagBound(),
    }),
    stop: options.stop,
  })
  const front = createFront({
    control,
    authority: createAuthority({
      endpoint,
      adminConsent: createAdminConsent({ consents, tenantId }),
      tokens,
      tenantId,
      domains,
      now: () => clock.now(),
    }),
    graph: createGraphEndpoint({ service, tokens, journal, clock }),
    faults,
    clock,
    latencyMs,
  })
  return { tenantId, domain, apps, sample, front, switches }
}
