import t from 'tap'
import { unitRows } from '../../../src/engine/changes/unit-rows.ts'
import { unitsInTurn } from '../../../src/engine/changes/units-in-turn.ts'

/** Rows from 1 on, each as what it takes and what it frees: `x`, `x>y`, `>y`. */
const turns = (
  texts: readonly string[],
  free: Readonly<Record<string, number>> | undefined,
  waiting?: ReadonlyMap<number, number>,
) => {
  const rows = unitRows()
  const ids = (text = ''): readonly string[] => text.split('').filter(id => id !== '')
  texts.forEach((text, at) => {
    const [takes, frees] = text.split('>')
    rows.add(at + 1, { takes: ids(takes), frees: ids(frees) })
  })
  const units = free && new Map(Object.entries(free).map(([id, many]) => [id, { free: many, doubtful: 0 }]))
  const { needs, waits, left } = unitsInTurn(rows, units, waiting)
  return {
    short: Object.fromEntries(needs.flatMap(({ id, short }) => (short > 0 ? [[id, short]] : []))),
    waits: [...waits].map(each => `${each.ordinal} after ${each.for}`),
    left: [...left].map(({ ordinal }) => ordinal),
  }
}

t.test('with units enough no row waits, also where rows free some', t => {
  t.strictSame(turns(['x>y', 'x>y', 'y'], { x: 2, y: 1 }), { short: {}, waits: [], left: [] })
  t.strictSame(turns(['x', 'x'], undefined), { short: {}, waits: [], left: [] })
  t.end()
})

t.test('the first rows of the file get the units that there are, and the others are left', t => {
  t.strictSame(turns(['x>a', 'x>a', 'x>a', 'x>a'], { x: 3 }), { short: { x: 1 }, waits: [], left: [4] })
  t.strictSame(turns(['x', 'y', 'x', 'y'], { x: 1, y: 0 }), { short: { x: 1, y: 2 }, waits: [], left: [2, 3, 4] })
  t.strictSame(turns(['x', 'x'], { x: -4 }), { short: { x: 2 }, waits: [], left: [1, 2] })
  t.end()
})

t.test('a unit that a row frees goes to one row, which waits for it', t => {
  t.strictSame(turns(['x', 'x', '>x'], { x: 1 }), { short: {}, waits: ['2 after 3'], left: [] })
  t.strictSame(turns(['x', 'x', '>x'], { x: 0 }), { short: { x: 1 }, waits: ['1 after 3'], left: [2] })
  t.end()
})

t.test('rows that exchange units need one to begin with, and no row waits in a circle', t => {
  const swaps = ['x>y', 'y>x', 'x>y', 'y>x']
  t.strictSame(turns(swaps, { x: 0, y: 0 }), { short: { x: 1, y: 1 }, waits: [], left: [1, 2, 3, 4] })
  t.strictSame(turns(swaps, { x: 1, y: 0 }), {
    short: {},
    waits: ['2 after 1', '3 after 2', '4 after 3'],
    left: [],
  })
  // A row that only takes would leave none for the exchange.
  t.strictSame(turns(['x', 'x>y', 'y>x'], { x: 1, y: 0 }), {
    short: {},
    waits: ['3 after 2', '1 after 3'],
    left: [],
  })
  t.end()
})

t.test('a row that lacks another unit, too, leaves the first one to the next row', t => {
  t.strictSame(turns(['xy', 'x', '>x'], { x: 0, y: 0 }), { short: { y: 1 }, waits: ['2 after 3'], left: [1] })
  t.end()
})

t.test('rows that already wait for their unit keep it, and still no row waits in a circle', t => {
  const waiting = new Map([[2, 1]])
  t.strictSame(turns(['x>y', 'y>x', 'x'], { x: 1, y: 0 }, waiting), {
    short: {},
    waits: ['2 after 1', '3 after 2'],
    left: [],
  })
  t.strictSame(turns(['x', 'x', '>x'], { x: 1 }, new Map([[1, 3]])), { short: {}, waits: ['1 after 3'], left: [] })
  t.end()
})
