import t from 'tap'
import { bloomFilter } from '../../src/store/bloom-filter.ts'
import { mixId } from '../../src/store/id-words.ts'

const hashes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => {
    const words = Uint32Array.of(from + at, 0, 0, 0)
    return [mixId(words, 0, 1), mixId(words, 0, 2)] as const
  })

t.test('an added key is found in its segment, and segments have no gaps', async t => {
  const filter = bloomFilter({ bitsPerKey: 24, hashes: 10, firstCapacity: 1000 })
  const keys = hashes(3000)
  for (const key of keys) filter.add(...key)
  t.strictSame(
    [filter.range(0), filter.range(1)],
    [
      { first: 0, end: 1000 },
      { first: 1000, end: 1000 + 2 ** 20 },
    ],
  )
  t.ok(keys.slice(0, 1000).every(key => filter.segment(...key, 1) === 0))
  t.ok(keys.slice(1000).every(key => filter.segment(...key) === 1))
})

t.test(
  'with 24 bits per key, fewer than one new key in ten thousand is a false positive, in three bytes per key',
  async t => {
    const filter = bloomFilter({ bitsPerKey: 24, hashes: 10, firstCapacity: 100_000 })
    for (const key of hashes(100_000)) filter.add(...key)
    const mistaken = hashes(200_000, 1_000_000).filter(key => filter.segment(...key) >= 0).length
    t.ok(mistaken < 20, `${mistaken} of 200,000`)
    t.ok(filter.bytes < 310_000)
  },
)
