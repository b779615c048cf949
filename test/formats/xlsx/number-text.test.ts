import t from 'tap'
import { numberTexts } from '../../../src/formats/xlsx/number-text.ts'

const textsOf = await numberTexts(false)

t.test('only whole numbers are written by a format, and only by one of digits and fixed characters', async t => {
  for (const [format, value, text] of [
    ['00000', 7, '00007'],
    ['00000', 7.5, '7.5'],
    ['00000', -7, '-00007'],
    ['"P-"0000', 12, 'P-0012'],
    ['000-00-0000', 123456789, '123-45-6789'],
    ['_-00_-', 5, '05'],
    ['0.00', 3, '3'],
    ['#,##0', 12345, '12345'],
    ['0%', 1, '1'],
    ['0,', 12000, '12000'],
    ['0E+00', 12000, '12000'],
    ['# ?/?', 2, '2'],
    ['General', 0.1 + 0.2, '0.3'],
    ['yyyy', 46053.99, '2026-01-31'],
    ['[$-F800]dddd, mmmm dd, yyyy', 46053, '2026-01-31'],
    ['hh:mm:ss AM/PM', 0.75, '18:00:00'],
    ['[', 5, '5'],
    [9999, 5, '5'],
    [49, 5, '5'],
    [14, 59, '1900-02-28'],
  ] as const)
    t.strictSame(textsOf(format)(value), { text }, `${format} of ${value}`)
})

t.test('what Excel has rounded, and what is no day, is a fault', async t => {
  t.match(textsOf('0')(1e15), { fault: /more than 15 digits/ })
  t.match(textsOf('General')(-123456789012345680), { fault: /more than 15 digits/ })
  for (const value of [-1, 2_958_466]) t.match(textsOf(14)(value), { fault: /which is not a date/ })
  t.strictSame(textsOf(14)(2_958_465), { text: '9999-12-31' })
})
