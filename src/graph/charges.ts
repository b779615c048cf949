import type { GraphRequest } from '../core/graph.ts'
import { cost } from '../data/costs.ts'
import type { Charge } from './call.ts'

/** The cost of requests that are sent together, by quota. A `$batch` itself is free; its entries are charged. */
export const chargesOf = (requests: readonly GraphRequest[]): Charge[] => {
  const sums = new Map<Charge['quota'], number>()
  const add = (quota: Charge['quota'], units: number) => {
    if (units > 0) sums.set(quota, (sums.get(quota) ?? 0) + units)
  }
  for (const request of requests) {
    const { units, writes, also } = cost(request)
    add('read', units)
    add('write', writes)
    for (const quota of also) add(quota, 1)
  }
  return Array.from(sums, ([quota, units]) => ({ quota, units }))
}
