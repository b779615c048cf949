import { limits, type QuotaName, type TenantSize } from '../data/costs.ts'

/** Quotas of one app in one tenant. A missing quota is unlimited. */
export type Quotas = Readonly<Partial<Record<QuotaName, Quota>>>

interface Quota {
  readonly capacity: number
  readonly windowMs: number
}

interface QuotaOptions {
  readonly size: TenantSize
  /** The share of each quota to use, above 0 and at most 1, to leave some for other users of the app. @default 1 */
  readonly share?: number
  /** The share of the write quotas to use. @default `share` */
  readonly writeShare?: number
  /** Time scale of a sandbox: how much faster than real time quotas refill. @default 1 */
  readonly timeScale?: number
}

/**
 * The published limits of one app in one tenant. Limits across tenants or apps are omitted, since one app in one tenant
 * never reaches them first.
 */
export const quotasOf = ({ size, share = 1, writeShare = share, timeScale = 1 }: QuotaOptions): Quotas =>
  Object.fromEntries(
    Object.entries(limits(size))
      .filter(([, limit]) => limit.scope === 'app-tenant')
      .map(([name, { capacity, windowMs }]) => [
        name,
        {
          capacity: Math.max(1, Math.floor(capacity * (isWrite(name) ? writeShare : share))),
          windowMs: windowMs / timeScale,
        },
      ]),
  )

const isWrite = (name: string): boolean => name === 'write' || name.endsWith('-write')
