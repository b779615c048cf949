import t from 'tap'
import { wideMap } from '../../../src/sandbox/directory/wide-map.ts'

t.test('a map with few and with many entries equals a Map', async t => {
  const [map, expected] = [wideMap<number>(), new Map<string, number>()]
  for (let step = 0; step < 20_000; step++) {
    const key = `key ${(step * 7919) % 9000}`
    if (step % 3 === 2) {
      map.delete(key)
      expected.delete(key)
    } else {
      map.set(key, step)
      expected.set(key, step)
    }
    if (map.size !== expected.size) t.fail(`size at ${step}`)
  }
  t.ok(expected.size > 4096)
  const sorted = (values: Iterable<number>) => [...values].sort((one, other) => one - other)
  t.strictSame(sorted(map.values()), sorted(expected.values()))
  t.strictSame(
    Array.from({ length: 9000 }, (_, n) => map.get(`key ${n}`)),
    Array.from({ length: 9000 }, (_, n) => expected.get(`key ${n}`)),
  )
})
