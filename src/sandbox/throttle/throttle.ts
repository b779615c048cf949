import type { Clock } from '../../core/clock.ts'
import { cost, limits, tenantSize, type Cost, type Limit, type QuotaName, type TenantSize } from '../../data/costs.ts'
import { randomOf } from '../server/random.ts'

/** Options of the throttle of one tenant. */
export interface ThrottleOptions {
  /** `off` counts and publishes usage but refuses nothing. */
  readonly mode: 'off' | 'real'
  /** The current number of users. It determines the size class of the tenant. */
  readonly users: () => number
  readonly tenantId: string
  /** Factor by which the windows are shorter than Graph's. @default 1 */
  readonly timeScale?: number
  readonly seed: number
  readonly clock: Clock
}

/** Whether a request is refused, its cost, and headers for the reply, refused or not. */
export interface Verdict {
  readonly refused: boolean
  readonly units: number
  readonly headers: Readonly<Record<string, string>>
}

interface QuotaState {
  readonly name: QuotaName
  /** The burst: what can be spent at once. It counts requests, or resource units for `read` and `app-read`. */
  readonly capacity: number
  /** How fast spent capacity is restored, with the time scale applied: 20 for the writes of an app in a tenant. */
  readonly refillPerSecond: number
  /** With the time scale applied. */
  readonly windowMs: number
  readonly scope: Limit['scope']
  /** Used share of the capacity by app, or by tenant where that is the scope. Above 1, requests are throttled. */
  readonly used: Readonly<Record<string, number>>
}

interface Quotas {
  readonly mode: 'off' | 'real'
  readonly timeScale: number
  readonly size: TenantSize
  readonly quotas: readonly QuotaState[]
}

/** The documented token buckets of one tenant. */
export interface Throttle {
  /** Charges a request. The URL is below the version root. Refused requests are charged too. */
  charge(appId: string, method: string, url: string): Verdict
  quotas(): Quotas
}

/** Above this share, every request is refused. The header's range ends here. */
const highest = 1.8
/** The largest debt, so that a flood drains within one window. */
const ceiling = 2

const scopeNames = { 'app-tenant': 'Tenant_Application', app: 'Application', tenant: 'Tenant' } as const

const kindOf = (name: QuotaName) => (name === 'app-requests' ? 'ReadWrite' : name.endsWith('write') ? 'Write' : 'Read')

const spends = ({ units, writes, also }: Cost): readonly (readonly [QuotaName, number])[] => [
  ['read', units],
  ['app-read', units],
  ['app-requests', 1],
  ...(writes
    ? ([
        ['write', 1],
        ['app-write', 1],
        ['tenant-write', 1],
      ] as const)
    : []),
  ...also.map(name => [name, 1] as const),
]

/**
 * Token buckets of the identity service. Usage drains evenly. Above the capacity, the probability of a refusal is the excess
 * (1.2: one in five, 1.8: four in five). Above 1.8 every request is refused.
 *
 * @see https://learn.microsoft.com/graph/throttling
 */
export const createThrottle = (options: ThrottleOptions): Throttle => {
  const { clock, tenantId } = options
  const scale = options.timeScale ?? 1
  const random = randomOf(options.seed, 'throttle')
  const sizes = { S: limits('S'), M: limits('M'), L: limits('L') }
  const buckets = new Map<QuotaName, Map<string, { used: number; atMs: number }>>()
  const current = () => sizes[tenantSize(options.users())]

  const drained = (name: QuotaName, limit: Limit, holder: string) => {
    const now = clock.now()
    let holders = buckets.get(name)
    if (!holders) buckets.set(name, (holders = new Map()))
    let bucket = holders.get(holder)
    if (!bucket) holders.set(holder, (bucket = { used: 0, atMs: now }))
    bucket.used = Math.max(0, bucket.used - ((now - bucket.atMs) * limit.capacity * scale) / limit.windowMs)
    bucket.atMs = now
    return bucket
  }

  const retryAfter = (limit: Limit, share: number): string => {
    const seconds = Math.max(0.05, ((share - 1) * limit.windowMs) / 1000 / scale)
    // Whole seconds of Graph's time. Whole seconds of scaled time would be far too long at a large scale.
    return random() < 0.5 ? String(Math.ceil(seconds * scale) / scale) : seconds.toFixed(3)
  }

  return {
    charge(appId, method, url) {
      const charged = cost({ method, url })
      const all = current()
      let worst: { name: QuotaName; share: number } | undefined
      for (const [name, units] of spends(charged)) {
        const limit = all[name]
        const bucket = drained(name, limit, limit.scope === 'tenant' ? tenantId : appId)
        bucket.used = Math.min(bucket.used + units, limit.capacity * ceiling)
        const share = bucket.used / limit.capacity
        if (!worst || share > worst.share) worst = { name, share }
      }
      const { units } = charged
      if (options.mode === 'off' || !worst || worst.share <= 0.8) return { refused: false, units, headers: {} }
      const { name, share } = worst
      const percentage = { 'x-ms-throttle-limit-percentage': Math.min(share, highest).toFixed(2) }
      if (share <= 1 || (share <= highest && random() >= share - 1))
        return { refused: false, units, headers: percentage }
      const kind = kindOf(name)
      return {
        refused: true,
        units,
        headers: {
          ...percentage,
          'Retry-After': retryAfter(all[name], share),
          'x-ms-throttle-scope': `${scopeNames[all[name].scope]}/${kind}/${appId}/${tenantId}`,
          'x-ms-throttle-information': kind === 'Write' ? 'WriteLimitExceeded' : 'ResourceUnitLimitExceeded',
        },
      }
    },
    quotas: () => ({
      mode: options.mode,
      timeScale: scale,
      size: tenantSize(options.users()),
      quotas: (Object.entries(current()) as [QuotaName, Limit][]).map(([name, limit]) => ({
        name,
        capacity: limit.capacity,
        refillPerSecond: (limit.capacity / limit.windowMs) * 1_000 * scale,
        windowMs: limit.windowMs / scale,
        scope: limit.scope,
        used: Object.fromEntries(
          [...(buckets.get(name)?.keys() ?? [])].map(holder => [
            holder,
            drained(name, limit, holder).used / limit.capacity,
          ]),
        ),
      })),
    }),
  }
}
