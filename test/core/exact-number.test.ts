import t from 'tap'
import { numberOf } from '../../src/core/exact-number.ts'

t.test('equal numbers have the same value, however they are written', async t => {
  for (const [value, number] of [
    [7, 7],
    ['7', 7],
    [' +7.0 ', 7],
    ['.5', 0.5],
    ['1e3', 1000],
    ['007', 7],
    [9007199254740991, 9007199254740991],
    ['9007199254740991', 9007199254740991],
    [9007199254740992, 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993.000', -9007199254740993n],
    ['1e20', 100000000000000000000n],
    [7n, 7],
    [9007199254740993n, 9007199254740993n],
  ] as const)
    t.equal(numberOf(value), number, String(value))
})

t.test('only decimal numbers are numbers', async t => {
  for (const value of [
    '',
    ' ',
    '0x1F',
    '0b1',
    'Infinity',
    '1e400',
    '1e-400',
    '1,5',
    '1_000',
    '12a',
    '١',
    true,
    null,
    [1],
    Number.NaN,
    Infinity,
  ])
    t.equal(numberOf(value), undefined, String(value))
})
