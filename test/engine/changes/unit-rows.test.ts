import t from 'tap'
import { unitRows } from '../../../src/engine/changes/unit-rows.ts'

t.test('rows come in the order of intake, however they were added, and are counted until they have a result', t => {
  const rows = unitRows()
  const ordinals = Array.from({ length: 3000 }, (_, at) => ((at * 7919) % 3000) + 1)
  for (const ordinal of ordinals)
    rows.add(ordinal, { takes: [ordinal % 2 === 0 ? 'even' : 'odd'], frees: ordinal % 3 === 0 ? ['third'] : [] })
  rows.add(5000, { takes: [], frees: [] })
  t.strictSame(
    [Object.fromEntries(rows.takes), Object.fromEntries(rows.frees)],
    [{ even: 1500, odd: 1500 }, { third: 1000 }],
  )
  t.strictSame([...rows.inOrder()].slice(0, 3), [
    [1, { takes: ['odd'], frees: [] }],
    [2, { takes: ['even'], frees: [] }],
    [3, { takes: ['odd'], frees: ['third'] }],
  ])
  rows.settled(3)
  rows.settled(3)
  rows.settled(4)
  rows.settled(9999)
  t.strictSame(
    [Object.fromEntries(rows.takes), Object.fromEntries(rows.frees)],
    [{ even: 1499, odd: 1499 }, { third: 999 }],
  )
  t.strictSame(
    [...rows.inOrder()].slice(0, 3).map(([ordinal]) => ordinal),
    [1, 2, 5],
  )
  t.end()
})

t.test('rows of different pieces, and of more kinds than fit in two bytes, keep their own units', t => {
  const rows = unitRows()
  const many = 70_000
  for (let at = many; at >= 1; at--) rows.add(at * 3, { takes: [`product ${at}`], frees: [] })
  const found = [...rows.inOrder()]
  t.equal(found.length, many)
  t.strictSame(
    found.filter(([ordinal, { takes }]) => takes[0] !== `product ${ordinal / 3}`),
    [],
  )
  t.strictSame([rows.of(3 * 65_536), rows.of(3 * 65_536 + 1)], [{ takes: ['product 65536'], frees: [] }, undefined])
  t.end()
})
