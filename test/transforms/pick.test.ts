import t from 'tap'
import { columnsOf, type Fields } from '../../src/core/json.ts'
import { pick } from '../../src/transforms/pick.ts'
import { through } from './through.ts'

t.test('only the named columns are kept, in that order', async t => {
  const { rows } = await through(t, pick('b', 'none', 'a'), [{ a: 1, b: false, c: 3 }])
  t.strictSame(rows, [{ key: 1, value: { b: false, none: null, a: 1 } }])
  t.strictSame(Object.keys(rows[0]!.value as object), ['b', 'none', 'a'])
})

t.test('a column named like an inherited property is kept only if the row has it', async t => {
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

t.test('columns named by numbers or __proto__ keep that order too', async t => {
  const { values } = await through(t, pick('b', '2025', '__proto__', '2024'), [{ '2024': 1, '2025': 2, b: 3 }])
  const row = values[0] as Fields
  t.strictSame(
    columnsOf(row).map(name => [name, row[name]]),
    [
      ['b', 3],
      ['2025', 2],
      ['__proto__', null],
      ['2024', 1],
    ],
  )
})
