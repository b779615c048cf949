import type { LicenceSettings } from './directory/licences/settings.ts'
import type { FaultRule } from './faults/types.ts'
import type { Knobs } from './resources/knobs.ts'

/** Settings of a sandbox, as JSON without secrets. Processes that ask for equal settings share one sandbox. */
export interface SandboxSettings {
  /** @default 100000 */
  readonly users?: number
  /** How many tenants there are, each with as many users. The seed of each is one higher than that of the one before. @default 1 */
  readonly tenants?: number
  /** Seed of the directory, of the order in batches, of random faults and of throttling. @default 1 */
  readonly seed?: number
  /** Products of the tenant, and who has them. @default an example of each sort */
  readonly licences?: LicenceSettings
  /** @default 127.0.0.1 */
  readonly host?: string
  /** @default 0, any free port */
  readonly port?: number
  /** `both` serves https on `port` and http on another free port. @default true */
  readonly tls?: boolean | 'both'
  /** Delay before every reply. @default 0 */
  readonly latencyMs?: number
  /** @default off */
  readonly throttle?: 'off' | 'real'
  /** Factor by which the throttling windows are shorter than Graph's. @default 1 */
  readonly timeScale?: number
  readonly faults?: readonly FaultRule[]
  /** Compresses replies for clients that accept gzip. @default true */
  readonly gzip?: boolean
  /** @default 3599 */
  readonly tokenLifetimeSeconds?: number
  /** App roles of the main app. @default all app roles of the sandbox */
  readonly roles?: readonly string[]
  /** Rare behaviours of Graph. */
  readonly knobs?: Knobs
}

const defaults = {
  users: 100_000,
  seed: 1,
  tenants: 1,
  host: '127.0.0.1',
  port: 0,
  tls: true,
  latencyMs: 0,
  throttle: 'off',
  timeScale: 1,
  faults: [],
  gzip: true,
  tokenLifetimeSeconds: 3_599,
} as const satisfies SandboxSettings

type Completed = SandboxSettings & { readonly [K in keyof typeof defaults]: NonNullable<SandboxSettings[K]> }

/** Fills in the defaults, so that settings can be compared. */
const completeSettings = (settings: SandboxSettings): Completed => ({ ...defaults, ...settings })

/** Whether two settings are equal, with the defaults filled in. */
export const sameSettings = (a: SandboxSettings, b: SandboxSettings): boolean => {
  const text = (settings: SandboxSettings) => JSON.stringify(Object.entries(completeSettings(settings)).sort())
  return text(a) === text(b)
}
