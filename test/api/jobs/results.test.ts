import t from 'tap'
import { resultPageOf, resultText } from '../../../src/api/jobs/results.ts'

/** A run with so many results, which its store has at once. */
const storeOf = (rows: number) => ({
  get: async (id: string) => ({ id }),
  read: async (_id: string, look: (reader: object) => unknown) =>
    look({
      readResults: async ({ after, limit }: { after: number; limit: number }) =>
        Array.from({ length: Math.min(limit, rows - after) }, (_, at) => ({
          ...{ sequence: after + at + 1, key: after + at + 1, operation: 'create-user', outcome: 'done', at: '' },
        })),
    }),
})

t.test('other requests are answered while all results are sent', async t => {
  for (const format of ['csv', 'jsonl', 'json'] as const) {
    let turns = 0
    let isOver = false
    const look = (): void => {
      turns++
      if (!isOver) setImmediate(look)
    }
    setImmediate(look)
    let text = ''
    for await (const piece of resultText(storeOf(5000) as never, ['r1'], format, {})) text += piece
    isOver = true
    t.ok(turns >= 5, `${format}: ${turns} turns for 5 pages`)
    t.equal(text.split('\n').filter(line => line.includes('create-user')).length, 5000)
  }
})

t.test('a page of the results of several runs is full unless it is the last one, and has each row once', async t => {
  const all = ['r1', 'r2', 'r3']
  for (const limit of [1, 2, 3, 4, 7, 9, 10]) {
    const pages: (readonly string[])[] = []
    for (let next: string | undefined = '0'; next !== undefined;) {
      const page: Awaited<ReturnType<typeof resultPageOf>> = await resultPageOf(storeOf(3) as never, all, {
        cursor: next,
        limit,
      })
      pages.push(page.items.map(({ run, key }) => `${run}/${key}`))
      next = page.next
    }
    t.strictSame(
      pages.flat(),
      all.flatMap(run => [1, 2, 3].map(key => `${run}/${key}`)),
    )
    t.strictSame(
      pages.map(page => page.length),
      Array.from({ length: Math.ceil(9 / limit) }, (_, at) => Math.min(limit, 9 - at * limit)),
      `pages of ${limit}`,
    )
  }
})
