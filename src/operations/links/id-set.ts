/** Ids of objects, 16 bytes each. */
export interface IdSet {
  readonly size: number
  has(id: string): boolean
}

/** Slots per id: the more, the shorter the search. */
const spare = 2

const wordsOf = (id: string, into: Uint32Array): void => {
  const hex = id.replaceAll('-', '')
  for (let at = 0; at < 4; at++) into[at] = Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16)
}

/** Collects ids (GUIDs): a table of four words each, searched from a place that the id gives. */
export const idSetBuilder = () => {
  let table = new Uint32Array(4 * 64)
  let size = 0
  const words = new Uint32Array(4)

  /** The slot of the id in `words`, or the free one where it belongs. */
  const slotOf = (of: Uint32Array, [first, second, third, fourth]: Uint32Array): number => {
    const slots = of.length / 4
    for (let slot = ((first! ^ fourth!) >>> 0) % slots; ; slot = (slot + 1) % slots) {
      const at = slot * 4
      const isFree = (of[at]! | of[at + 1]! | of[at + 2]! | of[at + 3]!) === 0
      if (isFree || (of[at] === first && of[at + 1] === second && of[at + 2] === third && of[at + 3] === fourth))
        return at
    }
  }
  const grow = (): void => {
    const larger = new Uint32Array(table.length * 2)
    for (let at = 0; at < table.length; at += 4) {
      const each = table.subarray(at, at + 4)
      if ((each[0]! | each[1]! | each[2]! | each[3]!) !== 0) larger.set(each, slotOf(larger, each))
    }
    table = larger
  }
  return {
    add(id: string): void {
      if (size * spare * 4 >= table.length) grow()
      wordsOf(id, words)
      const at = slotOf(table, words)
      if ((table[at]! | table[at + 1]! | table[at + 2]! | table[at + 3]!) !== 0) return
      table.set(words, at)
      size++
    },
    build: (): IdSet => ({
      get size() {
        return size
      },
      has(id) {
        wordsOf(id, words)
        const at = slotOf(table, words)
        return (table[at]! | table[at + 1]! | table[at + 2]! | table[at + 3]!) !== 0
      },
    }),
  }
}
