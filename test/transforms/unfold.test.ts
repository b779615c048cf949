import t from 'tap'
import { unfold } from '../../src/transforms/unfold.ts'
import { through } from './through.ts'

const people = [{ name: 'Ann', phones: ['1', '2'] }, { name: 'Bob', phones: [] }, { name: 'Cem' }, { phones: '3' }]

t.test('each item of the list is a row, and a value that is not a list is unchanged', async t => {
  const { rows } = await through(t, unfold({ column: 'phones' }), people)
  t.strictSame(rows, [
    { key: '1/0', value: { name: 'Ann', phones: '1' } },
    { key: '1/1', value: { name: 'Ann', phones: '2' } },
    { key: 4, value: { phones: '3' } },
  ])
})

t.test('a row without items is kept once with empty: keep', async t => {
  const { rows } = await through(t, unfold({ column: 'phones', empty: 'keep' }), people)
  t.strictSame(rows.slice(2), [
    { key: 2, value: { name: 'Bob', phones: null } },
    { key: 3, value: { name: 'Cem', phones: null } },
    { key: 4, value: { phones: '3' } },
  ])
})

t.test('an invalid option is an error', async t => {
  t.throws(() => unfold({ column: 'phones', empty: 'kepe' as never }), {
    code: 'OPTION_INVALID',
    message: /kepe/,
  })
})
