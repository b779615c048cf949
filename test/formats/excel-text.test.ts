import t from 'tap'
import { fromExcel, toExcel } from '../../src/formats/excel-text.ts'
import { anyValue, random } from './random.ts'

const kept = toExcel(';')
const wrapped = (text: string): string => `="${text.replaceAll('"', '""')}"`

t.test('text that Excel would change is written as a formula of only that text', async t => {
  for (const text of [
    '0012',
    '42',
    '12345678901234567890',
    '+49 30 123456',
    '(030) 12-34',
    '=1+1',
    '-x',
    '@x',
    '\t1',
    '\n=1',
    '\uff1d1',
    '1E5',
    '12e10',
    '1,5',
    '1.5',
    '1/2',
    '2026-01-31',
    '31.01.2026',
    '12:30',
    '5 PM',
    '1 Mar 2026 5 pm',
    'MAR1',
    'Sept 2',
    '5 €',
    'kr 5',
    '12 %',
    'TRUE',
    'Vero',
    '#N/A',
    '="0012"',
    'say "5"',
    '9'.repeat(41),
    '0'.repeat(200),
    `+49 30 ${'12 34 '.repeat(10)}`,
  ])
    t.equal(kept(text, text), wrapped(text), text)
  t.equal(kept('1;2', ['1', '2']), '="1;2"', 'a list')
})

t.test('text that Excel does not change is written unchanged', async t => {
  for (const text of [
    '',
    'Ann',
    'Ann-Marie',
    ' Ann ',
    "'x",
    'E3',
    'E000123',
    'ann1@contoso.com',
    '12 Main Street',
    '2026-02-03T04:05:06Z',
    'Team Rocket 5',
    '5f0a2c41-9b1d-4a55-8a2e-0f6f1f3f1c11',
    'Straße',
  ])
    t.equal(kept(text, text), text, text)
})

t.test('numbers that Excel reads exactly stay numbers, and booleans and dates are unchanged', async t => {
  const comma = toExcel(',')
  for (const [value, semicolons, commas] of [
    [0, '0', '0'],
    [-12, '-12', '-12'],
    [999_999_999_999_999, '999999999999999', '999999999999999'],
    [1_000_000_000_000_000, '="1000000000000000"', '="1000000000000000"'],
    [12345678901234567890n, '="12345678901234567890"', '="12345678901234567890"'],
    [0.5, '="0.5"', '0.5'],
    [0.1234567890123456, '="0.1234567890123456"', '="0.1234567890123456"'],
    [1e21, '="1e+21"', '="1e+21"'],
    [true, 'true', 'true'],
    [new Date(0), '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
  ] as const) {
    const text = value instanceof Date ? value.toISOString() : String(value)
    t.strictSame([kept(text, value), comma(text, value)], [semicolons, commas])
  }
})

t.test('text over 255 characters is split into pieces, and no character is split', async t => {
  const text = `=${'x'.repeat(253)}😀${'"'.repeat(300)}`
  const cell = kept(text, text)
  for (const piece of cell.slice(2, -1).split('"&"')) {
    t.ok(piece.replaceAll('""', '"').length <= 255)
    t.ok(piece.isWellFormed())
  }
  t.equal(fromExcel(cell), text)
  const digits = '0123456789'.repeat(100)
  t.equal(kept(digits, digits).startsWith('="0123'), true)
  t.equal(fromExcel(kept(digits, digits)), digits)
})

t.test('any protected text is read back', async t => {
  const next = random(5)
  for (let at = 0; at < 20_000; at++) {
    const text = anyValue(next)
    if (typeof text !== 'string') continue
    const cell = kept(text, text)
    if (fromExcel(cell) !== text) t.equal(fromExcel(cell), text)
  }
  t.pass('all the same')
})
