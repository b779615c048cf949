import type { FaultRule } from './faults/types.ts'
import type { Knobs } from './resources/knobs.ts'

/** What makes one sandbox unlike another; JSON, no secret. Two processes that want equal settings share one sandbox. */
export interface SandboxSettings {
  /** @default 100000 */
  readonly users?: number
  /** Of the directory, of batch order, chance faults and throttling. @default 1 */
  readonly seed?: number
  /** @default 127.0.0.1 */
  readonly host?: string
  /** @default 0, any free one */
  readonly port?: number
  /** `both` serves https on `port` and http on another free one. @default true */
  readonly tls?: boolean | 'both'
  /** Before every reply. @default 0 */
  readonly latencyMs?: number
  /** @default off */
  readonly throttle?: 'off' | 'real'
  /** How many times faster than the service's the windows of throttling run. @default 1 */
  readonly timeScale?: number
  readonly faults?: readonly FaultRule[]
  /** gzip for callers that accept it. @default true */
  readonly gzip?: boolean
  /** @default 3599 */
  readonly tokenLifetimeSeconds?: number
  /** App roles of the main app. @default all that the sandbox knows */
  readonly roles?: readonly string[]
  /** The rarer behaviours of Graph. */
  readonly knobs?: Knobs
}

const defaults = {
  users: 100_000,
  seed: 1,
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

/** Settings with what was left out filled in, so that they can be compared. */
const completeSettings = (settings: SandboxSettings): Completed => ({ ...defaults, ...settings })

/** Whether two sandboxes would be alike, defaults filled in. */
export const sameSettings = (a: SandboxSettings, b: SandboxSettings): boolean => {
  const text = (settings: SandboxSettings) => JSON.stringify(Object.entries(completeSettings(settings)).sort())
  return text(a) === text(b)
}
