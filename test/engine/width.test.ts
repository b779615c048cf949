import t from 'tap'
import type { Usage } from '../../src/core/graph.ts'
import { shardsWidth } from '../../src/engine/width.ts'

/** The widths in turn, while these are what limits the run and how many requests may be in flight. */
const widths = (usages: readonly (readonly [Usage['bound'], number])[]): readonly number[] => {
  let usage = {} as Usage
  const width = shardsWidth({ usage: () => usage })
  return usages.map(([bound, limit]) => {
    usage = { bound, limit } as Usage
    return width()
  })
}

t.test(
  'while a run waits for replies it reads one shard more with each page, and no more than requests may be in flight',
  t => {
    const waiting = ['latency', 7] as const
    t.strictSame(widths([waiting, waiting, waiting, waiting, ['latency', 64]]), [5, 6, 7, 7, 8])
    t.end()
  },
)

t.test('while something else limits it, it reads one less with each page, down to a few', t => {
  const many = Array.from({ length: 4 }, () => ['latency', 64] as const)
  const then = widths([...many, ['cpu', 64], ['disk', 64], ['quota', 64], ['cpu', 64], ['cpu', 64], ['latency', 64]])
  t.strictSame(then.slice(3), [8, 7, 6, 5, 4, 4, 5])
  t.strictSame(widths([...many, ['quota', 3], ['quota', 0]]).slice(4), [3, 1], 'and never more than it may send')
  t.end()
})

t.test('a run that waits for nothing yet reads a few, and a plan may fix the number', t => {
  t.equal(shardsWidth({ usage: () => ({ bound: 'disk', limit: 8 }) as Usage })(), 4)
  t.equal(shardsWidth(undefined)(), 4)
  t.equal(shardsWidth({ usage: () => ({ bound: 'latency', limit: 8 }) as Usage }, 2)(), 2)
  t.end()
})
