import t from 'tap'
import { ahead, earlyReaders, inLists } from '../../../src/sources/graph/ahead.ts'

async function* from(...items: readonly number[]): AsyncGenerator<number> {
  yield* items
}
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

t.test('results come in the order of the items, and at most so many are begun', async t => {
  let under = 0
  let most = 0
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++under)
    // The first ones take longest.
    for (let turn = item; turn < 9; turn++) await null
    under--
    return item * 10
  }
  t.strictSame(await all(ahead(from(1, 2, 3, 4, 5, 6, 7), 3, work)), [10, 20, 30, 40, 50, 60, 70])
  t.equal(most, 3)
  await t.rejects(all(ahead(from(1, 2), 3, async item => Promise.reject(new Error(`no ${item}`)))), { message: 'no 1' })
})

t.test('the last list may be shorter', async t => {
  t.strictSame(await all(inLists(from(1, 2, 3, 4, 5), 2)), [[1, 2], [3, 4], [5]])
  t.strictSame(await all(inLists(from(), 2)), [])
})

t.test('at most so many readers are begun before their turn, and each is read from its start', async t => {
  const begun: number[] = []
  const { make } = earlyReaders<number>(2)
  const readers = [1, 2, 3, 4].map(nth =>
    make(() => {
      begun.push(nth)
      return from(nth, nth * 10)
    }),
  )
  for (const one of readers) one.begin()
  t.strictSame(begun, [1, 2])
  t.strictSame(await all(readers[0]!.read()), [1, 10])
  t.strictSame(begun, [1, 2, 3])
  // Its turn comes before there is room.
  t.strictSame(await all(readers[3]!.read()), [4, 40])
  t.strictSame(begun, [1, 2, 3, 4])
  for await (const item of readers[1]!.read()) {
    t.equal(item, 2)
    break
  }
  t.strictSame(await all(readers[2]!.read()), [3, 30])
})

t.test('what was begun and is not read ends with the readers', async t => {
  const { make, close } = earlyReaders<number>(2)
  const ended: number[] = []
  const open = (nth: number) =>
    async function* () {
      try {
        yield nth
        yield nth * 10
      } finally {
        ended.push(nth)
      }
    }
  const readers = [1, 2, 3].map(nth => make(open(nth)))
  for (const one of readers) one.begin()
  const reading = readers[0]!.read()
  t.equal((await reading.next()).value, 1)
  close()
  await reading.return()
  t.strictSame(ended.toSorted(), [1, 2])
})
