import t from 'tap'
import { amountIn, amountNumber, amountText } from '../../../src/licensing/impact/price.ts'

t.test('prices are exact, and anything but digits with a point is none', t => {
  const of = (text: string) => {
    const amount = amountIn(text)
    return amount === undefined ? undefined : [amountNumber(amount), amountText(amount)]
  }
  t.strictSame(of('36'), [36, '36.00'])
  t.strictSame(of('0'), [0, '0.00'])
  t.strictSame(of('1234567.5'), [1_234_567.5, '1,234,567.50'])
  t.strictSame(of('0.0042'), [0.0042, '0.0042'])
  t.strictSame(of('0.105'), [0.105, '0.105'])
  for (const text of ['', '36,00', '1,000.00', '-1', '€36', '36 EUR', '1e3', '.5', '36.', '0.12345', 'NaN'])
    t.equal(amountIn(text), undefined, text)
  t.equal(amountText(-12_345_000), '-1,234.50')
  t.equal(amountText(amountIn('0.1')! * 3), '0.30')
  t.end()
})
