/** A row in a sort. */
export interface SortedEntry {
  readonly key: string
  /** Number of the row in its input, for messages. */
  readonly at: number
  /** What was added with it, as UTF-8. */
  readonly bytes: Buffer
}

/** Sorts rows by key, on disk. What it wrote is removed with `remove`; nobody else can read it. */
export interface Sorter {
  /** @param key well-formed text: half of a surrogate pair is not kept */
  add(key: string, at: number, text: string): void
  /**
   * The rows in the order of their keys, by UTF-16 code units; rows with equal keys in the order they came. Called once, after
   * the last `add`.
   */
  sorted(): Iterable<SortedEntry>
  remove(): void
}

/** Merges sorted inputs. Of equal keys, those of the first input come first. Holds one entry per input. */
export function* mergeSorted(inputs: readonly Iterable<SortedEntry>[]): Generator<SortedEntry, void, void> {
  const readers = inputs.map(input => input[Symbol.iterator]())
  // The next entry is the last one, so that taking it moves nothing.
  const heads: { readonly entry: SortedEntry; readonly from: number }[] = []
  const put = (from: number): void => {
    const { done, value: entry } = readers[from]!.next()
    if (done) return
    let [low, high] = [0, heads.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = heads[middle]!
      const isAfter = other.entry.key === entry.key ? other.from > from : other.entry.key > entry.key
      if (isAfter) low = middle + 1
      else high = middle
    }
    heads.splice(low, 0, { entry, from })
  }
  try {
    for (let from = readers.length - 1; from >= 0; from--) put(from)
    for (let head = heads.pop(); head; head = heads.pop()) {
      yield head.entry
      put(head.from)
    }
  } finally {
    for (const reader of readers) reader.return?.()
  }
}

/** The entries of two sorted inputs with equal keys, or an entry that only one of them has. */
export type Joined =
  readonly [SortedEntry, SortedEntry] | readonly [SortedEntry, undefined] | readonly [undefined, SortedEntry]

/** Joins two sorted inputs in which no key is repeated, in the order of the keys. Holds one entry of each. */
export function* joinSorted(left: Iterable<SortedEntry>, right: Iterable<SortedEntry>): Generator<Joined, void, void> {
  const [one, other] = [left[Symbol.iterator](), right[Symbol.iterator]()]
  const next = (of: Iterator<SortedEntry>): SortedEntry | undefined => {
    const read = of.next()
    return read.done ? undefined : read.value
  }
  try {
    let [a, b] = [next(one), next(other)]
    while (a || b)
      if (a && b && a.key === b.key) {
        yield [a, b]
        ;[a, b] = [next(one), next(other)]
      } else if (a && (!b || a.key < b.key)) {
        yield [a, undefined]
        a = next(one)
      } else {
        yield [undefined, b!]
        b = next(other)
      }
  } finally {
    one.return?.()
    other.return?.()
  }
}
