import type { SortedEntry } from '../../core/sorted.ts'

/** How a term of a selection continues what is selected before it. */
export type How = 'also' | 'only' | 'except'

/**
 * What is selected once another term is added, intersected or subtracted. Both are in the order of their keys; what is selected may have
 * several entries of one key, and keeps them. Both are read to their ends, one entry of each at a time.
 */
export function* combined(
  how: How,
  selected: Iterable<SortedEntry>,
  term: Iterable<SortedEntry>,
): Generator<SortedEntry, void, void> {
  const others = term[Symbol.iterator]()
  const next = (): SortedEntry | undefined => {
    const { done, value } = others.next()
    return done ? undefined : value
  }
  try {
    let other = next()
    let last: string | undefined
    for (const entry of selected) {
      while (other && other.key < entry.key) {
        if (how === 'also' && other.key !== last) yield other
        other = next()
      }
      last = entry.key
      const isInTerm = other?.key === entry.key
      if (how === 'also' || isInTerm === (how === 'only')) yield entry
    }
    for (; other; other = next()) if (how === 'also' && other.key !== last) yield other
  } finally {
    others.return?.()
  }
}

/** Of entries with one key, the first. */
export function* withoutRepeats(entries: Iterable<SortedEntry>): Generator<SortedEntry, void, void> {
  let last: string | undefined
  for (const entry of entries) {
    if (entry.key === last) continue
    last = entry.key
    yield entry
  }
}
