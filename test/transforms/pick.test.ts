import t from 'tap'
import { pick } from '../../src/transforms/pick.ts'
import { through } from './through.ts'

t.test('the columns that were named are there, in that order, and no others', async t => {
  const { rows } = await through(t, pick('b', 'none', 'a'), [{ a: 1, b: false, c: 3 }])
  t.strictSame(rows, [{ key: 1, value: { b: false, none: null, a: 1 } }])
  t.strictSame(Object.keys(rows[0]!.value as object), ['b', 'none', 'a'])
})

t.test('a column that has the name of something every object inherits is there only where the row has it', async t => {
  const { rows } = await through(t, pick('constructor', 'toString'), [{ constructor: 'Ann' }, {}])
  t.strictSame(
    rows.map(({ value }) => Object.entries(value as object)),
    [
      [
        ['constructor', 'Ann'],
        ['toString', null],
      ],
      [
        ['constructor', null],
        ['toString', null],
      ],
    ],
  )
})
