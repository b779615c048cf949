import type { Clock } from '../../core/clock.ts'

/** A list of items, each with the time from which it can be taken. It is only in memory. */
export interface Due<T> {
  readonly size: number
  /** @param atMs when they become due */
  add(items: readonly T[], atMs: number): void
  /** Whether the test holds for any of them. */
  some(test: (item: T) => boolean): boolean
  /** Removes the items that are due, and returns them. */
  take(): readonly T[]
  /** Resolves when the first item becomes due. Never resolves if there is none. */
  next(signal: AbortSignal): Promise<void>
}

/** Creates an empty list. */
export const dueList = <T>(clock: Clock): Due<T> => {
  let slots = new Map<number, T[]>()
  let size = 0
  let lastMs = -Infinity
  /** The time. If the clock was set back, the items become due earlier by as much, so that they do not wait longer. */
  const now = (): number => {
    const nowMs = clock.now()
    const backMs = lastMs - nowMs
    if (backMs > 0) slots = new Map([...slots].map(([atMs, items]) => [atMs - backMs, items]))
    lastMs = nowMs
    return nowMs
  }
  return {
    get size() {
      return size
    },
    add(items, atMs) {
      if (items.length === 0) return
      now()
      const slot = slots.get(atMs)
      if (slot) slot.push(...items)
      else slots.set(atMs, [...items])
      size += items.length
    },
    some: test => [...slots.values()].some(items => items.some(test)),
    take() {
      const nowMs = now()
      const taken: T[] = []
      for (const [atMs, items] of slots) {
        if (atMs > nowMs) continue
        taken.push(...items)
        slots.delete(atMs)
      }
      size -= taken.length
      return taken
    },
    async next(signal) {
      if (size === 0) return new Promise(() => undefined)
      const nowMs = now()
      await clock.sleep(Math.max(0, Math.min(...slots.keys()) - nowMs), signal)
    },
  }
}
