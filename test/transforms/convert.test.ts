import t, { type Test } from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { convert } from '../../src/transforms/convert.ts'
import type { Conversion, ConvertOptions } from '../../src/transforms/convert/conversions.ts'
import { through } from './through.ts'

/** Converts single values to a value or an error message. */
const made = async (
  t: Test,
  to: Conversion,
  values: readonly unknown[],
  options?: ConvertOptions,
): Promise<unknown[]> => {
  const { rows, settled } = await through(
    t,
    convert({ v: to }, options),
    values.map(v => ({ v })),
  )
  return values.map((_, at) => {
    const row = rows.find(({ key }) => key === at + 1)
    return row ? (row.value as { v: unknown }).v : settled.find(({ key }) => key === at + 1)?.message
  })
}

t.test('text is trimmed, and empty text becomes null', async t => {
  t.strictSame(await made(t, 'text', [' a\u00a0', '', ' \t\u00a0 ', null, undefined, 0, false]), [
    'a',
    null,
    null,
    null,
    null,
    '0',
    'false',
  ])
  t.strictSame(await made(t, 'text', [{ a: 1 }]), ['v: Expected text, got {"a":1}'])
})

t.test('an integer that a number cannot represent is rejected', async t => {
  t.strictSame(await made(t, 'number', ['9007199254740991', '9007199254740993.0', '12345678901234567890']), [
    9007199254740991,
    'v: Expected a number below 2^53 (longer ones must stay text), got "9007199254740993.0"',
    'v: Expected a number below 2^53 (longer ones must stay text), got "12345678901234567890"',
  ])
})

t.test('only decimal text is a number', async t => {
  t.strictSame(await made(t, 'number', ['42', ' -1.5 ', '1e3', '.5', '007', 7]), [42, -1.5, 1000, 0.5, 7, 7])
  t.strictSame(await made(t, 'number', ['0x1F', '1,5', '12a', 'Infinity', '1_000', true, NaN]), [
    'v: Expected a number, got "0x1F"',
    'v: Expected a number, got "1,5"',
    'v: Expected a number, got "12a"',
    'v: Expected a number, got "Infinity"',
    'v: Expected a number, got "1_000"',
    'v: Expected a number, got true',
    'v: Expected a number, got null',
  ])
})

t.test('booleans are true/false, yes/no, y/n and 1/0, and nothing else', async t => {
  t.strictSame(await made(t, 'boolean', ['Y', 'yes', 'TRUE', '1', 1, true]), [true, true, true, true, true, true])
  t.strictSame(await made(t, 'boolean', ['n', 'No', 'false', '0', 0, false]), [
    false,
    false,
    false,
    false,
    false,
    false,
  ])
  t.strictSame(await made(t, 'boolean', ['ja', '2', 'constructor', '__proto__']), [
    'v: Expected true or false, got "ja"',
    'v: Expected true or false, got "2"',
    'v: Expected true or false, got "constructor"',
    'v: Expected true or false, got "__proto__"',
  ])
})

t.test('dates are read in dateOrder if the year does not come first', async t => {
  const spelled = [
    '2024-02-29',
    '2024/2/29',
    '29.02.2024',
    '29/2/2024',
    '29-02-2024',
    '2024-02-29 00:00:00',
    '29.02.2024 00:00',
  ]
  t.strictSame(
    await made(t, 'date', spelled),
    spelled.map(() => '2024-02-29'),
  )
  t.strictSame(await made(t, 'date', ['03/04/2026', '2026-03-04'], { dateOrder: 'mdy' }), ['2026-03-04', '2026-03-04'])
  t.strictSame(await made(t, 'date', ['03/04/2026', '2026-03-04'], { dateOrder: 'dmy' }), ['2026-04-03', '2026-03-04'])
})

t.test('times with a time zone become UTC', async t => {
  t.strictSame(
    await made(t, 'date', ['2026-01-31T08:30:00Z', '2026-01-31T08:30:00+0100', '2026-01-31T23:30-05:00', new Date(0)]),
    ['2026-01-31T08:30:00.000Z', '2026-01-31T07:30:00.000Z', '2026-02-01T04:30:00.000Z', '1970-01-01T00:00:00.000Z'],
  )
  t.strictSame(await made(t, 'date', ['2026-01-31 08:30:00.1234567Z', '31.01.2026 08:30:00.5 +01']), [
    '2026-01-31T08:30:00.1234567Z',
    '2026-01-31T07:30:00.500Z',
  ])
})

t.test('an invalid date, or one that does not exist, is rejected', async t => {
  const no = (value: unknown) => `v: Expected a date such as 2026-01-31, got ${JSON.stringify(value)}`
  const words = ['Jan-21', '44197', '01.02.21', '1. März 2021', 2021]
  t.strictSame(await made(t, 'date', words), words.map(no))
  t.strictSame(
    await made(t, 'date', ['31.02.2024', '2023-02-29', '00.01.2020', '2024-13-01', '2026-02-30T08:00:00Z']),
    [
      'v: Expected a date that exists (read as day, month, year), got "31.02.2024"',
      'v: Expected a date that exists, got "2023-02-29"',
      'v: Expected a date that exists (read as day, month, year), got "00.01.2020"',
      'v: Expected a date that exists, got "2024-13-01"',
      'v: Expected a date that exists, got "2026-02-30T08:00:00Z"',
    ],
  )
  t.strictSame(await made(t, 'date', ['12/31/2024'], { dateOrder: 'dmy' }), [
    'v: Expected a date that exists (read as day, month, year), got "12/31/2024"',
  ])
  const times = ['2026-01-31T08:30:00', '2026-01-31 08:30', '2026-01-31T25:00:00Z', '31.01.2026 noon']
  t.strictSame(
    await made(t, 'date', times),
    times.map(
      time =>
        `v: Expected a date such as 2026-01-31, or a time with a time zone such as 2026-01-31T08:30:00Z, got ${JSON.stringify(time)}`,
    ),
  )
})

t.test('text is split to a list, and a list is unchanged', async t => {
  t.strictSame(await made(t, 'list', ['a; b;;c ', 'a', ['x;y', 1]]), [['a', 'b', 'c'], ['a'], ['x;y', 1]])
  t.strictSame(await made(t, 'list', ['a;b|c'], { arraySeparator: '|' }), [['a;b', 'c']])
})

t.test('a function is called for values that are not empty, and rejects the row if it throws', async t => {
  const upper = (value: unknown) => {
    if (value === 'x') throw new Error('no x')
    if (value === 'y') throw 'no y'
    return String(value).toUpperCase()
  }
  t.strictSame(await made(t, upper, [' a ', '', null, 'x', 'y']), ['A', null, null, 'v: no x', 'v: no y'])
})

t.test('a function can end the run', async t => {
  const ending = () => {
    throw new EntrapipeError('GRAPH_THROTTLED', 'Graph asked to wait')
  }
  await t.rejects(made(t, ending, ['a']), { code: 'GRAPH_THROTTLED' })
})

t.test('every invalid column is named, the first one as the target; other columns are unchanged', async t => {
  const { rows, settled } = await through(t, convert({ a: 'number', b: 'date', c: 'text' }), [
    { z: 1, a: '1', b: '2026-01-31' },
    { a: 'x', b: 'y', c: 'z' },
  ])
  t.strictSame(rows, [{ key: 1, value: { z: 1, a: 1, b: '2026-01-31', c: null } }])
  t.strictSame(settled, [
    {
      key: 2,
      operation: 'convert',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'a: Expected a number, got "x"; b: Expected a date such as 2026-01-31, got "y"',
      target: 'a',
    },
  ])
})

t.test('the given row is not modified', async t => {
  const given = Object.freeze({ a: '1' })
  await through(t, convert({ a: 'number' }), [given])
  t.strictSame(given, { a: '1' })
})
