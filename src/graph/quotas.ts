import { limits, type QuotaName, type TenantSize } from '../data/costs.ts'

/** What one app may spend in one tenant; a quota that is missing is not limited. */
export type Quotas = Readonly<Partial<Record<QuotaName, Quota>>>

interface Quota {
  readonly capacity: number
  readonly windowMs: number
}

interface QuotaOptions {
  readonly size: TenantSize
  /** The share of each quota to use, above 0 and up to 1: leave some to others that use the same app. @default 1 */
  readonly share?: number
  /** How much faster than real time the service's windows pass: a sandbox's time scale. @default 1 */
  readonly timeScale?: number
}

/**
 * The published limits of one app in one tenant. Limits across tenants or apps are not among them: with one app in one
 * tenant they are never reached first.
 */
export const quotasOf = ({ size, share = 1, timeScale = 1 }: QuotaOptions): Quotas =>
  Object.fromEntries(
    Object.entries(limits(size))
      .filter(([, limit]) => limit.scope === 'app-tenant')
      .map(([name, { capacity, windowMs }]) => [
        name,
        { capacity: Math.max(1, Math.floor(capacity * share)), windowMs: windowMs / timeScale },
      ]),
  )
