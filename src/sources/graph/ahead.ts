/**
 * Begins work on so many items at once, and returns the results in the order of the items. What was begun and is not taken is left to
 * its own end: abort it by its signal.
 */
export async function* ahead<T, U>(
  items: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<U>,
): AsyncGenerator<U, void, void> {
  const begun: Promise<U>[] = []
  for await (const item of items) {
    const one = work(item)
    // The reader gets the error. If no reader takes the result, it is ignored.
    one.catch(() => undefined)
    begun.push(one)
    if (begun.length >= atOnce) yield await begun.shift()!
  }
  for (let one = begun.shift(); one; one = begun.shift()) yield await one
}

/** Groups items into lists of so many; the last one may be shorter. */
export async function* inLists<T>(
  items: AsyncIterable<T> | Iterable<T>,
  length: number,
): AsyncGenerator<T[], void, void> {
  let list: T[] = []
  for await (const item of items) {
    list.push(item)
    if (list.length < length) continue
    yield list
    list = []
  }
  if (list.length > 0) yield list
}

/** Something to read that can be begun before its turn. */
export interface Early<T> {
  /** Begins it now, if there is room, or as soon as others have ended. */
  begin(): void
  read(): AsyncGenerator<T, void, void>
}

/** Readers of which some are begun before their turn. */
interface EarlyReaders<T> {
  make(open: () => AsyncIterable<T>): Early<T>
  /** Ends what was begun and is not read, which otherwise keeps its memory. */
  close(): void
}

/** Makes readers of which so many may be begun before their turn. Each holds its first item. */
export const earlyReaders = <T>(most: number): EarlyReaders<T> => {
  const waiting: (() => void)[] = []
  const begun = new Set<AsyncIterator<T>>()
  let under = 0
  const next = (): void => {
    while (under < most && waiting.length > 0) waiting.shift()!()
  }
  const make: EarlyReaders<T>['make'] = open => {
    let first: Promise<IteratorResult<T>> | undefined
    let items: AsyncIterator<T> | undefined
    const start = (): void => {
      if (items) return
      under++
      items = open()[Symbol.asyncIterator]()
      begun.add(items)
      first = items.next()
      first.catch(() => undefined)
    }
    return {
      begin() {
        waiting.push(start)
        next()
      },
      async *read() {
        start()
        try {
          for (let item = await first!; !item.done; item = await items!.next()) yield item.value
        } finally {
          under--
          begun.delete(items!)
          next()
          await items!.return?.()
        }
      },
    }
  }
  return {
    make,
    close() {
      waiting.length = 0
      for (const items of begun) void Promise.resolve(items.return?.()).catch(() => undefined)
      begun.clear()
    },
  }
}
