import t from 'tap'
import type { Usage } from '../../src/core/graph.ts'
import { shardsWidth } from '../../src/engine/width.ts'

t.test(
  'as many shards are read as requests may be in flight while the run waits for replies, and no more than before otherwise',
  t => {
    let usage = { bound: 'latency', limit: 8 } as Usage
    const width = shardsWidth({ usage: () => usage })
    const seen = [
      ['latency', 8],
      ['latency', 32],
      ['cpu', 64],
      ['disk', 64],
      ['quota', 16],
      ['latency', 17],
    ].map(([bound, limit]) => {
      usage = { bound, limit } as Usage
      return width()
    })
    t.strictSame(seen, [8, 32, 32, 32, 16, 17])
    t.end()
  },
)

t.test('a run that waits for nothing yet reads a few, and a plan may fix the number', t => {
  t.equal(shardsWidth({ usage: () => ({ bound: 'disk', limit: 8 }) as Usage })(), 4)
  t.equal(shardsWidth(undefined)(), 4)
  t.equal(shardsWidth({ usage: () => ({ bound: 'latency', limit: 8 }) as Usage }, 2)(), 2)
  t.end()
})
