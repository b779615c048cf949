/**
 * Tells whether a 64-bit hash was certainly never added. Hashes are never removed or copied: when a segment is full, another
 * one starts.
 */
export interface BloomFilter {
  /**
   * Returns the newest segment below `below` that may have a key, or -1 if certainly none has it. `high` and `low` are
   * well-mixed 32-bit words.
   */
  segment(high: number, low: number, below?: number): number
  /** The keys of a segment, counted in the order they were added: from `first` up to but not including `end`. */
  range(segment: number): { readonly first: number; readonly end: number }
  add(high: number, low: number): void
  /** Memory in bytes. */
  readonly bytes: number
}

interface BloomFilterOptions {
  readonly bitsPerKey: number
  /** Bits set per key. 0.7 × `bitsPerKey` gives the fewest false positives, 0.5 hardly more. */
  readonly hashes: number
  /** Number of keys in the first segment. */
  readonly firstCapacity: number
}

/** Number of keys in a later segment. Each segment adds 10 to 40 ns to a look-up, and its own false positives. */
const laterCapacity = 1 << 20
/** All bits of a key are in one block, so that a look-up touches one page of memory and few cache lines. */
const blockBits = 8192
const wordsPerBlock = blockBits / 32

const segment = (capacity: number, bitsPerKey: number) => {
  const blocks = Math.ceil((capacity * bitsPerKey) / blockBits)
  return { words: new Uint32Array(blocks * wordsPerBlock), blocks }
}
type Segment = ReturnType<typeof segment>

const firstWord = (blocks: number, high: number) => Math.floor(((high >>> 0) / 0x1_0000_0000) * blocks) * wordsPerBlock

/** The next place of a key: a generator with full period, whose upper bits are well distributed. */
const next = (place: number) => (Math.imul(place, 0x2c9277b5) + 0xac564b05) | 0
const bitOf = (place: number) => place >>> 19

const hasIn = ({ words, blocks }: Segment, high: number, low: number, hashes: number): boolean => {
  const from = firstWord(blocks, high)
  for (let place = next(low), left = hashes; left > 0; left--, place = next(place)) {
    const bit = bitOf(place)
    if ((words[from + (bit >>> 5)]! & (1 << (bit & 31))) === 0) return false
  }
  return true
}

const addTo = ({ words, blocks }: Segment, high: number, low: number, hashes: number): void => {
  const from = firstWord(blocks, high)
  for (let place = next(low), left = hashes; left > 0; left--, place = next(place)) {
    const bit = bitOf(place)
    words[from + (bit >>> 5)]! |= 1 << (bit & 31)
  }
}

/** Creates a filter that grows by segments of `laterCapacity` keys. No segment is rebuilt. */
export const bloomFilter = ({ bitsPerKey, hashes, firstCapacity }: BloomFilterOptions): BloomFilter => {
  const segments = [segment(firstCapacity, bitsPerKey)]
  let room = firstCapacity
  return {
    segment(high, low, below = segments.length) {
      let at = below - 1
      while (at >= 0 && !hasIn(segments[at]!, high, low, hashes)) at--
      return at
    },
    range: at => ({
      first: at === 0 ? 0 : firstCapacity + (at - 1) * laterCapacity,
      end: firstCapacity + at * laterCapacity,
    }),
    add(high, low) {
      if (room === 0) {
        segments.push(segment(laterCapacity, bitsPerKey))
        room = laterCapacity
      }
      room--
      addTo(segments.at(-1)!, high, low, hashes)
    },
    get bytes() {
      return segments.reduce((sum, { words }) => sum + words.byteLength, 0)
    },
  }
}
