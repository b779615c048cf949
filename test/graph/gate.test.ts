import t from 'tap'
import { createGate } from '../../src/graph/gate.ts'

t.test('a higher limit lets more in, and a lower one lets nobody in until there is room', async t => {
  const gate = createGate(1)
  t.equal(gate.enter(0), undefined)
  const waiting = [gate.enter(0), gate.enter(0)]
  gate.resize(2)
  await waiting[0]
  t.strictSame([gate.inside, gate.waiting], [2, 1])
  gate.resize(1)
  gate.leave()
  t.strictSame([gate.inside, gate.waiting], [1, 1])
  gate.leave()
  await waiting[1]
  t.strictSame([gate.inside, gate.waiting], [1, 0])
})

t.test('later arrivals never overtake earlier ones', async t => {
  const gate = createGate(0)
  const first = gate.enter(0)
  gate.resize(1)
  await first
  t.ok(gate.enter(5) instanceof Promise)
})

t.test('an abort leaves the queue', async t => {
  const gate = createGate(0)
  const controller = new AbortController()
  const waiting = gate.enter(0, controller.signal)
  controller.abort(new Error('stop'))
  await t.rejects(waiting as Promise<void>, /stop/)
  t.equal(gate.waiting, 0)
  await t.rejects(gate.enter(0, controller.signal) as Promise<void>, /stop/)
})
