import { mixText } from '../../store/key-text.ts'

/** Texts that can be marked. */
export interface TextMarks {
  /** Number of different texts. */
  readonly size: number
  /** Number of those that are marked. */
  readonly marked: number
  add(text: string): void
  /** Marks a text, and returns whether it is known. */
  mark(text: string): boolean
  isMarked(text: string): boolean
}

/** 96 bits: among a million texts and ten million others, two are taken for the same once in 10^15 times. */
const wordsPerText = 3
const smallest = 1 << 10
const [free, known, marked] = [0, 1, 2] as const

/** Creates none. Holds hashes of the texts: 13 bytes each, in a table of which at most two thirds are used. */
export const textMarks = (): TextMarks => {
  let words = new Uint32Array(smallest * wordsPerText)
  let states = new Uint8Array(smallest)
  const counts = { size: 0, marked: 0 }
  const hash = new Uint32Array(wordsPerText)

  /** The place of a hash, or the free one where it belongs. */
  const placeOf = (from: Uint32Array, at: number): number => {
    const [first, second, third] = [from[at]!, from[at + 1]!, from[at + 2]!]
    const last = states.length - 1
    for (let place = first & last; ; place = (place + 1) & last) {
      const there = place * wordsPerText
      if (states[place] === free) return place
      if (words[there] === first && words[there + 1] === second && words[there + 2] === third) return place
    }
  }
  const find = (text: string): number => {
    for (let seed = 0; seed < wordsPerText; seed++) hash[seed] = mixText(text, seed + 1)
    return placeOf(hash, 0)
  }
  const grow = (): void => {
    const [oldWords, oldStates] = [words, states]
    words = new Uint32Array(oldWords.length * 2)
    states = new Uint8Array(oldStates.length * 2)
    for (const [old, state] of oldStates.entries()) {
      if (state === free) continue
      const place = placeOf(oldWords, old * wordsPerText)
      words.set(oldWords.subarray(old * wordsPerText, (old + 1) * wordsPerText), place * wordsPerText)
      states[place] = state
    }
  }

  return {
    get size() {
      return counts.size
    },
    get marked() {
      return counts.marked
    },
    add(text) {
      const place = find(text)
      if (states[place] !== free) return
      words.set(hash, place * wordsPerText)
      states[place] = known
      if (++counts.size * 3 > states.length * 2) grow()
    },
    mark(text) {
      const place = find(text)
      if (states[place] === free) return false
      if (states[place] === known) counts.marked++
      states[place] = marked
      return true
    },
    isMarked: text => states[find(text)] === marked,
  }
}
