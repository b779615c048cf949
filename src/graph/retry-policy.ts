/** How long to retry a failing request, and how long to wait in between. A wait requested by the service takes precedence. */
export interface RetryPolicy {
  /** Time from the first failure of a request until it fails permanently. */
  readonly waitBudgetMs: number
  /** Upper bound of the first wait; doubles with each further one. */
  readonly firstMs: number
  /** Upper bound of every wait that the service did not request. */
  readonly maxMs: number
}

/** For runs: waits up to 15 minutes in total. */
export const patient: RetryPolicy = { waitBudgetMs: 900_000, firstMs: 500, maxMs: 60_000 }

/**
 * Exponential back-off with full jitter, in milliseconds.
 *
 * @param failures 1 after the first one
 * @param random returns a number from 0 to 1
 */
export const backoffMs = ({ firstMs, maxMs }: RetryPolicy, failures: number, random: () => number): number =>
  Math.ceil(random() * Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30)))
