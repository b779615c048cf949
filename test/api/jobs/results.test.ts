import t from 'tap'
import { resultPageOf, resultText } from '../../../src/api/jobs/results.ts'
import type { Store } from '../../../src/store/store.ts'

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

t.test('a spreadsheet reads CSV results as UTF-8, and runs no name in them as a formula', async t => {
  const result = { key: 2, operation: 'disable-user', target: '=1+2', outcome: 'failed', message: 'Zoë;=3+4' }
  const reader = { readResults: async () => [{ ...result, sequence: 1, at: '2026-01-01T00:00:00Z' }] }
  const store = {
    get: async (id: string) => ({ id }),
    read: async (_: string, body: (run: typeof reader) => unknown) => body(reader),
  } as unknown as Pick<Store, 'get' | 'read'>
  let text = ''
  for await (const piece of resultText(store, ['r1'], 'csv', {})) text += piece
  t.equal(
    text,
    '\ufeffrun,key,step,operation,target,outcome,action,id,status,code,message,fix,requestId,attempt,tenant,at\n' +
      "r1,2,0,disable-user,'=1+2,failed,,,,,Zoë;'=3+4,,,,,2026-01-01T00:00:00Z\n",
  )
})
