/** How long to go on with a request that fails, and how long to wait between. The service's own word wins. */
export interface RetryPolicy {
  /** From the first failure of a request until it is given up; what counts is time, not tries. */
  readonly waitBudgetMs: number
  /** Bound of the first wait; it doubles with every further one. */
  readonly firstMs: number
  /** No wait of ours is longer. */
  readonly maxMs: number
}

/** For runs: waits up to 15 minutes in all. */
export const patient: RetryPolicy = { waitBudgetMs: 900_000, firstMs: 500, maxMs: 60_000 }

/**
 * Exponential back-off with full jitter, in milliseconds.
 *
 * @param failures 1 after the first one
 * @param random gives 0 up to 1
 */
export const backoffMs = ({ firstMs, maxMs }: RetryPolicy, failures: number, random: () => number): number =>
  Math.ceil(random() * Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30)))
