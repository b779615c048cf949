import t from 'tap'
import type { Writer } from '../../src/core/parts.ts'
import { checkpoints } from '../../src/engine/checkpoints.ts'
import type { Cut } from '../../src/engine/pages-and-cuts.ts'
import type { Checkpoint } from '../../src/store/types.ts'

const shards = [{ name: 'a' }]
const cutOf = (cut: number, of = shards): Cut => ({
  cut,
  positions: { a: cut },
  shards: of,
  read: 10 * cut,
  repeated: 0,
  states: {},
  dropped: 0,
})

/** A writer that has flushed these cuts when it is asked for cut 1, 2 … */
const flushing = (...safe: readonly number[]): Writer<never> =>
  ({
    checkpoint: async (cut: number) => ({ mark: { upTo: safe[cut - 1]! }, cut: safe[cut - 1]! }),
  }) as unknown as Writer<never>

t.test('a cut is saved when the sink returns its mark, with what it had itself', async t => {
  const saved: Checkpoint[] = []
  const cuts = checkpoints({ saveCheckpoint: async one => void saved.push(one) }, flushing(0, 0, 2, 3), shards, false)
  const more = [...shards, { name: 'b' }]
  await cuts.arrive(cutOf(1), 9)
  await cuts.arrive(cutOf(2, more), 19)
  t.strictSame(saved, [], 'none is flushed yet')
  await cuts.arrive(cutOf(3, more), 29)
  await cuts.arrive(cutOf(4, more), 39)
  t.strictSame(
    saved.map(({ cut, mark, positions, counters, shards }) => ({ cut, mark, positions, counters, shards })),
    [
      {
        cut: 2,
        mark: { upTo: 2 },
        positions: { a: 2 },
        counters: { read: 20, repeated: 0, dropped: 0, written: 19 },
        shards: more,
      },
      {
        cut: 3,
        mark: { upTo: 3 },
        positions: { a: 3 },
        counters: { read: 30, repeated: 0, dropped: 0, written: 29 },
        shards: undefined,
      },
    ],
  )
  t.equal(cuts.stop(), true)
})

t.test('once it has stopped, no checkpoint is saved', async t => {
  const saved: Checkpoint[] = []
  const cuts = checkpoints({ saveCheckpoint: async one => void saved.push(one) }, flushing(1), shards, false)
  t.equal(cuts.stop(), false)
  await cuts.arrive(cutOf(1), 9)
  t.strictSame(saved, [])
})

t.test('a run that stops while its first checkpoint is being saved keeps its output', async t => {
  const saving = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const saveCheckpoint = async (): Promise<void> => {
    begun.resolve()
    await saving.promise
  }
  const cuts = checkpoints({ saveCheckpoint }, flushing(1), shards, false)
  const arrived = cuts.arrive(cutOf(1), 9)
  await begun.promise
  t.equal(cuts.stop(), true)
  saving.resolve()
  await arrived
})

t.test('a checkpoint that cannot be saved is none', async t => {
  const saveCheckpoint = async (): Promise<void> => {
    throw new Error('full')
  }
  const cuts = checkpoints({ saveCheckpoint }, flushing(1), shards, false)
  await t.rejects(cuts.arrive(cutOf(1), 9), { message: 'full' })
  t.equal(cuts.stop(), false)
})
