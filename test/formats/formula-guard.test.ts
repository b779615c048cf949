import t from 'tap'
import { formulaGuard, withoutFormulaGuard } from '../../src/formats/formula-guard.ts'

t.test("text that begins like a formula is guarded: every character in OWASP's list, also in full width", async t => {
  const guard = formulaGuard(',')
  for (const first of ['=', '+', '-', '@', '\t', '\r', '\n', '\uff1d', '\uff0b', '\uff0d', '\uff20'])
    t.equal(guard(`${first}1`), `'${first}1`, JSON.stringify(first))
  for (const text of ['', 'a=1', ' =1', "'=1", '1-2', 'ann@contoso.com', '"=1']) t.equal(guard(text), text)
})

t.test('a formula after a list separator of another spreadsheet is guarded', async t => {
  const comma = formulaGuard(',')
  t.equal(comma("x;=cmd|' /C calc'!A0"), "x;'=cmd|' /C calc'!A0")
  t.equal(comma('x; "=1";@a;b'), 'x; "\'=1";\'@a;b')
  t.equal(comma('\t=1\n+2'), "'\t'=1\n'+2")
  t.equal(comma('a,=1'), 'a,=1', 'the quotes protect the cell if the delimiter is right')
  const semicolon = formulaGuard(';')
  t.equal(semicolon('a,=1;=1'), "a,'=1;=1")
  t.equal(semicolon('E3;P1'), 'E3;P1')
})

t.test('what the guard adds is removed again, in text of any delimiter', async t => {
  for (const delimiter of [',', ';', '\t'])
    for (const text of [
      '=1',
      '+49 30',
      '-',
      '@a',
      '\n=1',
      "x;=cmd|' /C calc'!A0",
      'x; "=1";@a;b',
      'a,=1',
      '\t=1\n+2',
      "O'Hara",
    ])
      t.equal(withoutFormulaGuard(formulaGuard(delimiter)(text)), text, JSON.stringify([delimiter, text]))
  t.equal(withoutFormulaGuard("'a"), "'a", 'an apostrophe before other text is not the guard')
})
