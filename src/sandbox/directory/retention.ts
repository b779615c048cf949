import { presentSeconds } from './timeline.ts'
import { addValue, type Memory } from './memory/memory.ts'
import type { Reference } from './types.ts'

/** How long a deleted object is kept. @see https://learn.microsoft.com/graph/api/resources/directory */
const keptMs = 30 * 86_400_000

/** When deleted objects expire. */
interface Retention {
  /** Notes an object that was just moved to the bin. */
  add(reference: Reference): void
  /** Removes and returns the objects that have been in the bin for 30 days. @param movedMs how far the clock was moved */
  expired(nowMs: number, movedMs: number): readonly Reference[]
}

interface Deletion extends Reference {
  readonly deletedDateTime: unknown
}

/**
 * Creates the retention of a directory. What is in its bin from the start ages when the clock is moved only, so that every
 * new directory has the same content.
 *
 * @param dateOf `deletedDateTime` of an object in the bin
 */
export const retention = (
  memory: Memory,
  dateOf: (reference: Reference) => unknown,
  first: readonly Reference[],
): Retention => {
  const deletionOf = (reference: Reference): Deletion => ({ ...reference, deletedDateTime: dateOf(reference) })
  const seeded = queue(first.map(deletionOf).sort((one, other) => deletedMs(one) - deletedMs(other)))
  let later = queue([])
  addValue(
    memory,
    'retention',
    () => later.waiting(),
    saved => (later = queue(saved)),
  )
  return {
    add(reference) {
      const deletion = deletionOf(reference)
      if (deletion.deletedDateTime !== undefined) later.add(deletion)
    },
    expired: (nowMs, movedMs) =>
      [...seeded.until(presentSeconds * 1_000 + movedMs - keptMs), ...later.until(nowMs - keptMs)]
        // Others were restored or purged since.
        .filter(deletion => dateOf(deletion) === deletion.deletedDateTime)
        .map(({ kind, id }) => ({ kind, id })),
  }
}

/** Deletions in the order of their dates. */
const queue = (first: readonly Deletion[]) => {
  let waiting = [...first]
  return {
    waiting: (): readonly Deletion[] => waiting,
    add: (deletion: Deletion): void => void waiting.push(deletion),
    until(lastMs: number): readonly Deletion[] {
      let count = 0
      while (count < waiting.length && deletedMs(waiting[count]!) <= lastMs) count++
      if (count === 0) return []
      const found = waiting.slice(0, count)
      waiting = waiting.slice(count)
      return found
    },
  }
}

const deletedMs = ({ deletedDateTime }: Deletion): number => Date.parse(String(deletedDateTime))
