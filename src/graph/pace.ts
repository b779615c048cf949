import type { RequestPace } from '../core/graph.ts'
import type { QuotaName } from '../data/costs.ts'
import type { Quotas } from './quotas.ts'

/** How many requests the narrowest of these quotas allows; undefined where none of them is limited. */
export const paceOf = (names: readonly QuotaName[], quotas: Quotas): RequestPace | undefined =>
  names
    .flatMap(name => quotas[name] ?? [])
    .map(({ capacity, windowMs }) => ({ perMinute: (capacity * 60_000) / windowMs, burst: capacity }))
    .sort((a, b) => a.perMinute - b.perMinute)[0]
