import t from 'tap'
import { gather, permutation, scatter } from '../../../src/sandbox/directory/permutation.ts'

for (const size of [1, 2, 3, 5, 64, 1000, 4097])
  t.test(`each of ${size} indices comes exactly once, and backward reverses it`, async t => {
    const map = permutation(size, 77)
    const images = Array.from({ length: size }, (_, index) => map.forward(index))
    t.strictSame(
      [...images].sort((one, other) => one - other),
      Array.from({ length: size }, (_, index) => index),
    )
    t.strictSame(
      images.map(map.backward),
      Array.from({ length: size }, (_, index) => index),
    )
  })

t.test('another key gives another permutation, and neighbours are separated', async t => {
  const [one, other] = [permutation(1000, 1), permutation(1000, 2)]
  const both = Array.from({ length: 1000 }, (_, index) => [one.forward(index), other.forward(index)] as const)
  t.ok(both.filter(([a, b]) => a === b).length < 20)
  t.ok(both.filter(([a], index) => Math.abs(a - (both[index - 1]?.[0] ?? 0)) === 1).length < 20)
})

t.test('gather reverses scatter at the limits of 32 bits', async t => {
  const values = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 123456789]
  t.strictSame(values.map(scatter).map(gather), values)
})
