import t from 'tap'
import { none } from '../../src/core/row.ts'
import { flatMap } from '../../src/transforms/flat-map.ts'
import { through } from './through.ts'

t.test('each item of the list is a row with a key of its row; an empty list and none drop the row', async t => {
  const repeat = (n: number): readonly number[] | typeof none => (n < 0 ? none : Array.from({ length: n }, () => n))
  const rows = [
    { key: '1/0', value: 2 },
    { key: '1/1', value: 2 },
    { key: '4/0', value: 1 },
  ]
  t.strictSame((await through(t, flatMap(repeat), [2, 0, -1, 1])).rows, rows)
  t.strictSame(
    (
      await through(
        t,
        flatMap(async (n: number) => repeat(n)),
        [2, 0, -1, 1],
      )
    ).rows,
    rows,
  )
})

t.test('a row is rejected if the function does not return a list', async t => {
  const { rows, settled } = await through(
    t,
    flatMap((n: number) => (n === 1 ? 'one' : [n]) as number[]),
    [1, 2],
  )
  t.strictSame(rows, [{ key: '2/0', value: 2 }])
  t.match(settled, [{ key: 1, code: 'STEP_FAILED', message: /Expected flatMap to return a list of values, or none/ }])
})
