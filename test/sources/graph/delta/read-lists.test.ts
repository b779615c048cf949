import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Context } from '../../../../src/core/context.ts'
import type { GraphReply, GraphRequest } from '../../../../src/core/graph.ts'
import { readLists } from '../../../../src/sources/graph/delta/read-lists.ts'

t.test('lists are read in several round trips side by side, in the order of the objects', async t => {
  let open = 0
  let most = 0
  const graph = {
    async batch(requests: readonly GraphRequest[]): Promise<GraphReply[]> {
      most = Math.max(most, ++open)
      const trip = open
      // Later trips end first.
      for (let turn = 0; turn < 20 - trip; turn++) await setImmediate()
      open--
      return requests.map(({ url }) => ({
        status: 200,
        headers: {},
        body: { value: [{ id: `member of ${url.split('/')[2]}` }] },
        attempts: 1,
      }))
    },
  }
  const ctx = { graph, signal: new AbortController().signal } as unknown as Context
  const ids = Array.from({ length: 130 }, (_, at) => String(at))
  const read: unknown[] = []
  for await (const list of readLists(ctx, id => `/groups/${id}/members`, ids)) read.push(list)
  t.strictSame(
    read,
    ids.map(id => ({ id, entries: [{ id: `member of ${id}` }] })),
  )
  t.equal(most, 7)
})
