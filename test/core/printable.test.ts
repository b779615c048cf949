import t from 'tap'
import { printable, printableLines } from '../../src/core/printable.ts'

t.test("a server's text becomes one line without characters that a terminal interprets", t => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ['Zoë 山田 👩‍🚀', 'Zoë 山田 👩‍🚀'],
    ['a\u001b[31mb', 'a [31mb'],
    ['a\r\n\tb\u0085c\u2028d', 'a b c d'],
    ['\u202egpj.exe\u2069', 'gpj.exe'],
    ['\u009b2J\u007f', '2J'],
  ]
  t.strictSame(
    cases.map(([text]) => [text, printable(text)]),
    cases,
  )
  t.equal(printable('x'.repeat(1001)), `${'x'.repeat(1000)} …`)
  t.equal(printable('abc', 2), 'ab …')
  t.end()
})

t.test('text of several lines keeps line feeds and tabs', t => {
  t.equal(printableLines('a\n\tb\u001b[2J\r\u202e\u0007c\u009b'), 'a\n\tb[2Jc')
  t.end()
})
