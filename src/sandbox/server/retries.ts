/** Detects requests that are repeated after a failure. */
interface Retries {
  /** Whether the last reply to this request was a failure, at most `within` requests ago. */
  seen(key: string): boolean
  settled(key: string, failed: boolean): void
}

/** @param within number of requests after which a repetition no longer counts as a retry @default 500 */
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
