/** Admits a limited number at a time, by priority, then in order of arrival. */
export interface Gate {
  /** Undefined if admitted at once. Rejects with the signal's reason. */
  enter(priority: number, signal?: AbortSignal): Promise<void> | undefined
  leave(): void
  resize(limit: number): void
  readonly inside: number
  readonly waiting: number
}

interface Waiter {
  readonly priority: number
  readonly admit: () => void
}

/** Creates a gate. */
export const createGate = (startLimit: number): Gate => {
  let limit = startLimit
  let inside = 0
  const queue: Waiter[] = []

  const admit = () => {
    while (inside < limit && queue.length > 0) {
      inside++
      queue.shift()?.admit()
    }
  }

  return {
    enter(priority, signal) {
      if (inside < limit && queue.length === 0) {
        inside++
        return undefined
      }
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const give = () => {
          queue.splice(queue.indexOf(waiter), 1)
          reject(signal?.reason as Error)
        }
        const waiter: Waiter = {
          priority,
          admit: () => {
            signal?.removeEventListener('abort', give)
            resolve()
          },
        }
        signal?.addEventListener('abort', give, { once: true })
        const before = queue.findIndex(other => other.priority < priority)
        queue.splice(before < 0 ? queue.length : before, 0, waiter)
      })
    },
    leave() {
      inside--
      admit()
    },
    resize(to) {
      limit = to
      admit()
    },
    get inside() {
      return inside
    },
    get waiting() {
      return queue.length
    },
  }
}
