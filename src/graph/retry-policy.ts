/** How long a failing request is retried, and how long the waits are. A wait that the service asks for takes precedence. */
export interface RetryPolicy {
  /** From the first failure of a request until it is given up. Time counts, not attempts. */
  readonly waitBudgetMs: number
  /** Upper bound of the first wait; it doubles with each further one. */
  readonly firstMs: number
  /** Upper bound of every wait that the service did not ask for. */
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
