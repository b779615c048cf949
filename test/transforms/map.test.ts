import t from 'tap'
import { map } from '../../src/transforms/map.ts'
import { through } from './through.ts'

t.test('each value is mapped and keeps its key, also asynchronously', async t => {
  const made = [
    { key: 1, value: '1:a' },
    { key: 2, value: '2:b' },
  ]
  t.strictSame(
    (
      await through(
        t,
        map((value: string, key) => `${key}:${value}`),
        ['a', 'b'],
      )
    ).rows,
    made,
  )
  t.strictSame(
    (
      await through(
        t,
        map(async (value: string, key) => `${key}:${value}`),
        ['a', 'b'],
      )
    ).rows,
    made,
  )
})

t.test('a row for which the function throws is rejected, and the others are kept', async t => {
  const { rows, settled } = await through(
    t,
    map((value: string) => {
      if (value === 'a') throw new RangeError('no a')
      return value
    }),
    ['a', 'b'],
  )
  t.strictSame(rows, [{ key: 2, value: 'b' }])
  t.strictSame(settled, [
    {
      key: 1,
      operation: 'map',
      outcome: 'failed',
      code: 'STEP_FAILED',
      message: 'RangeError: no a at map.test.ts:36',
    },
  ])
})
