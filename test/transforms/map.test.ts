import t from 'tap'
import { map } from '../../src/transforms/map.ts'
import { through } from './through.ts'

t.test('each value is made anew and keeps its key, also where the answer comes later', async t => {
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

t.test('a throw fails the row, and the others pass', async t => {
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
