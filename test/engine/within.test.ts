import t from 'tap'
import type { Key } from '../../src/core/row.ts'
import { parsedRows } from '../../src/engine/arrived.ts'
import { within } from '../../src/engine/within.ts'

const taken = (
  rows: readonly Key[],
  settled: readonly Key[],
  room: number,
): readonly [rows: number, settled: number] => {
  const of = within(parsedRows(rows.map(key => ({ key, value: key }))), settled, room)
  return [of.rows, of.settled]
}

t.test('rows and rejected rows count in the order of their keys, up to the limit', async t => {
  t.strictSame(
    [0, 1, 2, 3, 4, 5, 6].map(room => taken([1, 3, 4], [2, 5], room)),
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 1],
      [3, 1],
      [3, 2],
      [3, 2],
    ],
  )
})

t.test('nothing is taken if the limit is zero or negative', async t => {
  t.strictSame(
    [taken([1], [2], 0), taken([1], [2], -1), taken([], [], -1)],
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  )
})

t.test('rejected rows after the last page of rows are taken up to the limit', async t => {
  t.strictSame(taken([], [7, 8, 9], 2), [0, 2])
})

t.test('if keys have no order, rejected rows count before the rows', async t => {
  t.strictSame(taken(['a', 'b', 'c'], ['d'], 2), [1, 1])
})
