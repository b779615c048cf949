import t from 'tap'
import { columnsOf, type Fields } from '../../src/core/json.ts'
import { rename } from '../../src/transforms/rename.ts'
import { through } from './through.ts'

t.test('renamed columns keep their position, and other columns are unchanged', async t => {
  const { rows } = await through(t, rename({ a: 'x', b: 'a', none: 'some' }), [{ b: 1, c: 2, a: 3 }])
  t.strictSame(rows, [{ key: 1, value: { a: 1, c: 2, x: 3 } }])
  t.strictSame(Object.keys(rows[0]!.value as object), ['a', 'c', 'x'])
})

t.test('an inherited property name is not an old name', async t => {
  t.strictSame((await through(t, rename({ a: 'b' }), [{ constructor: 1, a: 2 }])).values, [{ constructor: 1, b: 2 }])
})

t.test('a row that already has the new name is rejected, since one of the two would be lost', async t => {
  const { values, settled } = await through(t, rename({ a: 'b' }), [{ a: 1, b: 2 }, { a: 3 }])
  t.strictSame(values, [{ b: 3 }])
  t.strictSame(settled, [
    {
      key: 1,
      operation: 'rename',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'a cannot be renamed to b, because there is already a column b',
      fix: 'Use another new name, or rename or remove the existing column first.',
      target: 'a',
    },
  ])
})

t.test('two columns cannot get the same name', async t => {
  t.throws(() => rename({ a: 'x', b: 'x' }), {
    code: 'OPTION_INVALID',
    message: 'Expected unique new names, got "x" twice',
  })
})

t.test('numbers and __proto__ are valid names and keep their position', async t => {
  const { values } = await through(t, rename({ a: '__proto__', b: '2025', '2024': 'last' }), [
    { b: 1, a: 2, c: 3 },
    { '2024': 1, b: 2, c: 3 },
    { b: 1, a: 2, c: 3 },
  ])
  t.strictSame(
    values.map(value => columnsOf(value as Fields).map(name => [name, (value as Fields)[name]])),
    [
      [
        ['2025', 1],
        ['__proto__', 2],
        ['c', 3],
      ],
      [
        ['last', 1],
        ['2025', 2],
        ['c', 3],
      ],
      [
        ['2025', 1],
        ['__proto__', 2],
        ['c', 3],
      ],
    ],
  )
  const back = await through(t, rename({ ['__proto__']: 'a' }), [values[0]])
  t.strictSame(columnsOf(back.values[0] as Fields), ['2025', 'a', 'c'])
  t.equal((back.values[0] as Fields)['a'], 2)
})
