import t from 'tap'
import { cellText } from '../../src/formats/cell.ts'
import { anyValue, random } from './random.ts'

const rules = { arraySeparator: ';', nulls: '' }

t.test('each kind of value is written in one way', async t => {
  const spelled: readonly (readonly [unknown, string])[] = [
    ['as it is ', 'as it is '],
    [true, 'true'],
    [false, 'false'],
    [0.1, '0.1'],
    [-0, '0'],
    [10n, '10'],
    [null, ''],
    [undefined, ''],
    [NaN, ''],
    [new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 7)), '2026-02-03T04:05:06.007Z'],
    [new Date(NaN), ''],
    [[], ''],
    [['a', 1, true, new Date(0)], 'a;1;true;1970-01-01T00:00:00.000Z'],
    [{ a: [1] }, '{"a":[1]}'],
    [[{ a: 1 }], '[{"a":1}]'],
  ]
  for (const [value, text] of spelled) t.equal(cellText(value, rules), text)
})

t.test('an array that cannot be split again unambiguously is JSON', async t => {
  t.equal(cellText(['a;b', 'c'], rules), '["a;b","c"]')
  t.equal(cellText(['', 'c'], rules), '["","c"]')
  t.equal(cellText([null], rules), '[null]')
  t.equal(cellText(['[x'], rules), '["[x"]')
  t.equal(cellText(['a;b', 'c'], { ...rules, arraySeparator: '|' }), 'a;b|c')
})

t.test('nulls and separators follow the options', async t => {
  const asked = { arraySeparator: ', ', nulls: 'NULL' }
  t.equal(cellText(null, asked), 'NULL')
  t.equal(cellText(['a', 'b'], asked), 'a, b')
  t.equal(cellText([], asked), '')
})

t.test('reading a list as docs/values.md describes returns its items', async t => {
  const next = random(7)
  const read = (cell: string): unknown =>
    cell === '' ? [] : cell.startsWith('[') ? JSON.parse(cell) : cell.split(rules.arraySeparator)
  for (let at = 0; at < 5000; at++) {
    const value = anyValue(next)
    if (Array.isArray(value) && value.every(item => typeof item === 'string'))
      t.strictSame(read(cellText(value, rules)), value)
  }
})
