import t from 'tap'
import type { FreeUnits, Supply, Units } from '../../../src/core/supply.ts'
import { unitRows } from '../../../src/engine/changes/unit-rows.ts'
import { unitWatch } from '../../../src/engine/changes/unit-watch.ts'
import { steppedClock } from '../../stepped-clock.ts'
import { naming, row } from './rows.ts'

const { signal } = new AbortController()

/** A watch of rows, each as the unit that it takes, or frees (`>x`), and the units that are free. */
const watching = (texts: readonly string[], free: Record<string, FreeUnits>) => {
  const time = steppedClock('2026-01-15T12:00:00Z')
  const reads: number[] = []
  const supply: Supply = {
    read: async () => {
      reads.push(time.clock.now())
      return new Map(Object.entries(free))
    },
    nameOf: id => `Units of ${id}`,
    short: 'SEATS_SHORT',
    ranOut: 'RanOut',
    fix: 'Buy units.',
    untilShort: '',
  }
  const unitsOf = (text: string): Units =>
    text.startsWith('>') ? { takes: [], frees: [text.slice(1)] } : { takes: text === '' ? [] : [text], frees: [] }
  const all = texts.map((text, at) => row(at + 1, [`u${at}`], naming({ units: () => unitsOf(text) })))
  const rows = unitRows()
  all.forEach(({ entry }, at) => rows.add(entry.ordinal, unitsOf(texts[at]!)))
  const watch = unitWatch({ supply, rows, waiting: new Map() }, { graph: undefined as never, clock: time.clock })
  const lacking = (at: number) => watch.refused(all[at]!, { outcome: 'failed', code: 'NO_SEATS', lacks: texts[at]! })
  const admitted = () => {
    const { go, later, over } = watch.admit(all)
    return [go, later, over.map(each => each.row)].map(each => each.map(({ entry }) => entry.ordinal))
  }
  return { ...time, all, watch, reads, lacking, admitted, free }
}

t.test('units are counted every 30 seconds, as long as a row needs one', async t => {
  const { watch, moveTo, reads, all } = watching(['x', ''], { x: { free: 5, doubtful: 0 } })
  t.notOk(watch.isDue())
  const next = watch.next(signal)
  moveTo('2026-01-15T12:00:30Z')
  await next
  t.ok(watch.isDue())
  t.notOk(await watch.count(signal))
  t.notOk(watch.isDue())
  watch.settled(all[0]!.entry.ordinal)
  moveTo('2026-01-15T12:05:00Z')
  t.notOk(watch.isDue())
  t.equal(reads.length, 1)
})

t.test('after a refusal while none is free, rows that need one are held back, until a count shows some', async t => {
  const { watch, lacking, admitted, free, moveTo } = watching(['x', 'y', '', 'x'], {})
  t.equal(lacking(0), undefined)
  t.strictSame(admitted(), [[1, 2, 3, 4], [], []], 'a refusal alone says nothing about the others')
  t.ok(watch.isDue())
  t.notOk(await watch.count(signal))
  t.strictSame(admitted(), [[2, 3], [1, 4], []])
  t.ok(watch.hasHeld())
  free['x'] = { free: 1, doubtful: 0 }
  moveTo('2026-01-15T12:00:30Z')
  t.ok(watch.isDue())
  t.ok(await watch.count(signal), 'they may go')
  t.strictSame([admitted(), watch.hasHeld()], [[[1, 2, 3, 4], [], []], false])
})

t.test('rows fail when nothing else is left and none is free, with the number that is missing', async t => {
  const { watch, lacking, admitted, all } = watching(['x', 'y', 'x', 'x'], {})
  watch.settled(3)
  lacking(0)
  await watch.count(signal)
  await watch.reconsider(signal)
  t.strictSame(admitted(), [[2], [], [1, 3, 4]])
  t.match(watch.admit(all).over[0]!.finding, {
    outcome: 'failed',
    code: 'RanOut',
    message: /^Units of x are short by 2: /,
    fix: 'Buy units. Then retry the rows.',
  })
})

t.test('a doubtful unit that is performed shows that a refusal was about a unit which somebody took', async t => {
  const { watch, lacking, admitted, all } = watching(['x', 'x', 'x'], { x: { free: 2, doubtful: 2 } })
  lacking(0)
  await watch.count(signal)
  t.strictSame(admitted(), [[], [1, 2, 3], []])
  watch.performed(all[1]!)
  t.strictSame(admitted(), [[1, 2, 3], [], []])
})
