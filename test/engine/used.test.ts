import t from 'tap'
import { usedSince } from '../../src/engine/used.ts'
import { nothingUsed } from './nothing-used.ts'

t.test('a phase has used what its client has since its start, and what earlier processes had at its checkpoint', t => {
  let usage = { ...nothingUsed, requests: 10, units: 20, throttled: 1 }
  const used = usedSince({ usage: () => usage }, { read: 500, requests: 7, units: 8 })
  t.strictSame(used(), { requests: 7, units: 8, writes: 0, throttled: 0 })
  usage = { ...usage, requests: 15, units: 22, writes: 3, throttled: 2 }
  t.strictSame(used(), { requests: 12, units: 10, writes: 3, throttled: 1 })
  t.equal(usedSince(undefined)(), undefined)
  t.end()
})
