/** Tells a request that comes again after a failure from one that comes for the first time. */
interface Retries {
  /** Whether the last answer to this request was a failure, given no more than `within` requests ago. */
  seen(key: string): boolean
  settled(key: string, failed: boolean): void
}

/** @param within how many requests later a repetition still counts as a retry. @default 500 */
export const createRetries = (within = 500): Retries => {
  const failures = new Map<string, number>()
  let count = 0
  return {
    seen(key) {
      const at = failures.get(key)
      return at !== undefined && count - at <= within
    },
    settled(key, failed) {
      count++
      failures.delete(key)
      if (!failed) return
      failures.set(key, count)
      const [oldest] = failures
      if (oldest && count - oldest[1] > within) failures.delete(oldest[0])
    },
  }
}
