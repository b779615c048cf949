import type { Content } from './faces.ts'

/** An object before and after a change; undefined where it did not exist. */
export interface Replacement {
  readonly sequence: number
  readonly before: Content | undefined
  readonly after: Content | undefined
}

/** The last replacements of one kind, so that a count can follow the changes. */
interface Replacements {
  /** Returns a function that takes it back, if nothing was added since. */
  add(replacement: Replacement): () => void
  /** Those between two sequences, oldest first; undefined when too many came since. */
  between(after: number, until: number): readonly Replacement[] | undefined
  /** Discards all. @param after sequence of the last one */
  clear(after: number): void
}

/** At least this many are kept. */
const kept = 4096

/** Creates an empty list. */
export const replacements = (): Replacements => {
  let recent: Replacement[] = []
  /** Those after this sequence are kept. */
  let keptAfter = 0
  return {
    add(replacement) {
      if (!replacement.before && !replacement.after) return () => {}
      // More than a commit that may be taken back.
      if (recent.length > 4 * kept) {
        keptAfter = recent.at(-2 * kept)!.sequence
        recent = recent.slice(1 - 2 * kept)
      }
      recent.push(replacement)
      return () => void recent.pop()
    },
    between: (after, until) =>
      after < keptAfter ? undefined : recent.filter(({ sequence }) => sequence > after && sequence <= until),
    clear(after) {
      recent = []
      keptAfter = after
    },
  }
}
