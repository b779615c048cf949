import type { RequestPace } from '../core/graph.ts'
import type { QuotaName } from '../data/costs.ts'
import type { Quotas } from './quotas.ts'

/** Quotas of all requests: they count resource units, and are wide. */
const common: ReadonlySet<QuotaName> = new Set(['read', 'write'])

/** How many requests the narrowest of these quotas allows, the common ones aside; undefined where none of them is limited. */
export const paceOf = (names: readonly QuotaName[], quotas: Quotas): RequestPace | undefined =>
  names
    .filter(name => !common.has(name))
    .flatMap(name => quotas[name] ?? [])
    .map(({ capacity, windowMs }) => ({ perMinute: (capacity * 60_000) / windowMs, burst: capacity }))
    .sort((a, b) => a.perMinute - b.perMinute)[0]
