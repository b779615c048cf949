import type { RequestPace } from '../core/graph.ts'
import type { QuotaName } from '../data/costs.ts'
import type { Quotas } from './quotas.ts'

/** Quotas common to all requests, which count resource units and are large. */
const common: ReadonlySet<QuotaName> = new Set(['read', 'write'])

/** The request rate of the smallest of these quotas, except the common ones; undefined if none is limited. */
export const paceOf = (names: readonly QuotaName[], quotas: Quotas): RequestPace | undefined =>
  names
    .filter(name => !common.has(name))
    .flatMap(name => quotas[name] ?? [])
    .map(({ capacity, windowMs }) => ({ perMinute: (capacity * 60_000) / windowMs, burst: capacity }))
    .sort((a, b) => a.perMinute - b.perMinute)[0]
