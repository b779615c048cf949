import type { Preview } from '../../engine/changes/tally.ts'
import type { Quotas } from '../../graph/quotas.ts'

/** What a run needs of the tenant's quota. */
export interface Estimate {
  /** Requests to Graph, reads and writes. */
  readonly requests: number
  /** Requests that change something. */
  readonly writes: number
  /** Time that the write quota allows for them, if it is full at the start. */
  readonly seconds: number
}

/** Estimates a run from its preview. A quota that is missing is unlimited. */
export const estimateOf = (
  { requests, writes }: Pick<Preview, 'requests' | 'writes'>,
  { write }: Pick<Quotas, 'write'>,
): Estimate => {
  const waiting = write ? Math.max(0, writes - write.capacity) / write.capacity : 0
  return { requests, writes, seconds: Math.ceil((waiting * (write?.windowMs ?? 0)) / 1000) }
}
