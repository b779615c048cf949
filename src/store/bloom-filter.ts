/**
 * Tells for a 64-bit hash whether it was certainly never added. It never forgets and never copies: when a segment is
 * full, another one is begun.
 */
export interface BloomFilter {
  /**
   * The newest segment below `below` in which a key may be, or -1: certainly in none of them. `high` and `low` are
   * 32-bit words, well mixed.
   */
  segment(high: number, low: number, below?: number): number
  /** Which keys a segment has, counted in the order they were added: from `first` to before `end`. */
  range(segment: number): { readonly first: number; readonly end: number }
  add(high: number, low: number): void
  /** Held, in bytes. */
  readonly bytes: number
}

interface BloomFilterOptions {
  readonly bitsPerKey: number
  /** Bits set for a key. 0.7 × `bitsPerKey` gives the fewest false answers, 0.5 hardly more. */
  readonly hashes: number
  /** Keys of the first segment. */
  readonly firstCapacity: number
}

/** Keys of a later segment. Each segment costs a look-up 10 to 40 ns, and adds its own false answers. */
const laterCapacity = 1 << 20
/** A key's bits all lie within one block, so that a look-up touches one page of memory and few cache lines. */
const blockBits = 8192
const wordsPerBlock = blockBits / 32

const segment = (capacity: number, bitsPerKey: number) => {
  const blocks = Math.ceil((capacity * bitsPerKey) / blockBits)
  return { words: new Uint32Array(blocks * wordsPerBlock), blocks }
}
type Segment = ReturnType<typeof segment>

const firstWord = (blocks: number, high: number) => Math.floor(((high >>> 0) / 0x1_0000_0000) * blocks) * wordsPerBlock

/** The next of a key's places: a generator of full period, whose upper bits are the good ones. */
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

/** A filter that grows by segments of `laterCapacity` keys: none is ever rebuilt. */
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
