import t from 'tap'
import { csvLayout, type CsvLayoutOptions } from '../../src/formats/csv-layout.ts'

type Options = Omit<CsvLayoutOptions, 'name'>

const layout = (text: string, options: Options = {}, ends = { isEnd: true }) =>
  csvLayout(text, ends, { name: 'x.csv', ...options })
const delimiter = (text: string, options?: Options) => layout(text, options)?.delimiter
const passed = (text: string, options?: Options) =>
  layout(text, options)?.ignored.map(({ what, line }) => `${line} ${what}`)

t.test('the delimiter is the one that splits the header: comma, semicolon, tab or |, ignoring those in quotes', t => {
  for (const [text, found] of [
    ['a,b\n1,2', ','],
    ['a;b\n1,2;3,4', ';'],
    ['a\tb', '\t'],
    ['a|b\n1|2', '|'],
    ['"a,b,c";d\n1;2', ';'],
    ['"a\nb,c";d\n1;2', ';'],
    ['"a""b,c";d\n1;2', ';'],
    ['alone\n1\n2', ','],
    ['alone', ','],
    ['\n\na;b\n1;2', ';'],
    ['version:v1.0\na;b\n1;2', ';'],
    ['version:v1.0;;\na;b\n1', ';'],
    ['', ','],
  ] as const)
    t.equal(delimiter(text), found, JSON.stringify(text))
  t.end()
})

t.test('if several delimiters split the header, the rows decide, unless they are ambiguous', t => {
  const rows = (row: string): string => `${row}\n`.repeat(20)
  t.equal(delimiter(`a;b,c\n${rows('1;2')}`), ';')
  t.equal(delimiter(`a;b,c\n${rows('1;2')}1,2\n`), ';', 'one row is wrong')
  t.equal(delimiter(`a;b,c\n1,2\n${rows('1;2')}`), ';', 'the first row is wrong')
  t.equal(delimiter('a;b,c,d\n1,"x;y",2'), ',')
  t.equal(delimiter('a|b\tc\n1\t2'), '\t')
  t.equal(
    delimiter('Name (Last, First);E-Mail\nAce, Ann;ann@x\nBell, Bo;bo@x'),
    ';',
    'no pair of brackets is cut in two',
  )
  t.equal(delimiter('Name, First;Mail\nAce, Ann;a@x', { columns: ['mail', 'name first'] }), ';', 'as columns says')
  t.equal(delimiter('Name, First;Mail\nAce, Ann;a@x', { delimiter: ';' }), ';', 'as delimiter says')
  for (const text of [
    'Name, First;Mail\nAce, Ann;ann@x\nBell, Bo;bo@x',
    'a;b,c\n1;2\n1,2\n1;2\n1,2',
    'a;b,c\n1\n2\n3',
    'a;b,c',
  ])
    t.throws(
      () => layout(text),
      {
        code: 'HEADER_INVALID',
        message: 'Line 1 of x.csv is ambiguous: the delimiter could be a comma or a semicolon. Set `delimiter`',
        facts: { line: 1 },
      },
      text,
    )
  t.throws(() => layout('Name (Last, First)\nAce, Ann\n'), {
    message: 'Line 1 of x.csv has a comma inside brackets. If that is the delimiter, set `delimiter`',
  })
  t.equal(delimiter('1) Name,2) Mail\nAnn,a@x'), ',', 'a bracket that was never opened')
  t.end()
})

t.test('without a header the delimiter is the one that gives as many cells as columns', t => {
  const columns = ['a', 'b']
  t.equal(delimiter('1;2\n', { header: false, columns }), ';')
  t.equal(delimiter('1;2,3\n4;5\n', { header: false, columns }), ';')
  t.equal(delimiter('1;2', { header: false, columns: ['a'] }), ',')
  t.throws(() => layout('1;2,3\n', { header: false, columns }), { message: /could be a comma or a semicolon/ })
  t.end()
})

t.test('a separator line sets the delimiter, in every form that programs write', t => {
  for (const [line, found] of [
    ['sep=;', ';'],
    ['SEP=;', ';'],
    ['"sep=;"', ';'],
    ['sep=;;;', ';'],
    ['sep=,,,', ','],
    ['"sep=,",,', ','],
    [' Sep = | ', '|'],
    ['sep=\t', '\t'],
    ['sep=\\t', '\t'],
    ['sep=tab', '\t'],
    ['sep=^', '^'],
  ] as const) {
    t.equal(delimiter(`${line}\na${found}b\n1${found}2`), found, line)
    t.strictSame(passed(`${line}\na${found}b\n1${found}2`), ['1 separator line'], line)
  }
  t.equal(delimiter('sep=;\na,b\n1,2', { delimiter: ',' }), ',', 'an explicit option takes precedence')
  t.equal(delimiter('sep=;\nalone\n1'), ';')
  for (const [text, message] of [
    ['sep=\na,b\n', /^Line 1 of x\.csv is "sep=", which is ambiguous\. Set `delimiter`$/],
    ['sep=;,,\na,b,c\n', /^Line 1 of x\.csv is "sep=;,,"/],
    ['sep=;\na,b\n1,2\n', /^Line 2 of x\.csv .* could be a semicolon or a comma/],
  ] as const)
    t.throws(() => layout(text), { code: 'HEADER_INVALID', message }, text)
  t.equal(delimiter('sep=a;b\n1;2'), ';', 'a column with that name')
  t.end()
})

t.test('the type line of Export-Csv is ignored', t => {
  for (const line of ['#TYPE System.Object', '"#TYPE Selected.X"', '#type X,,', '#TYPE X;'])
    t.strictSame(passed(`${line}\r\n"a","b"\r\n"1","2"\r\n`), ['1 type line'], line)
  t.strictSame(passed('#,b\n1,2'), [])
  t.strictSame(layout('#TYPE X\r\nä,b\n1,2'), {
    delimiter: ',',
    skippedLines: 1,
    skippedBytes: 9,
    ignored: [{ what: 'type line', line: 1 }],
  })
  t.end()
})

t.test('a title above the header is an error that names the option to ignore it', t => {
  const told = (names: string, cells: number, delimiter: string) =>
    `Line 1 of x.csv has ${names}, but the lines after it have ${cells} cells (split by ${delimiter}). If a later line is the header, set \`headerLine\` to its number. If this line is the header, set \`delimiter\``
  for (const [text, message] of [
    ['Employees\nid;name;mail\n1;Ann;a@x', told('1 name', 3, 'a semicolon')],
    ['Employees\n\nid,name\n1,Ann', told('1 name', 2, 'a comma')],
    ['Employees\nid,name', told('1 name', 2, 'a comma')],
    ['Employees;;\nid;name;mail\n1;Ann;', told('1 name', 3, 'a semicolon')],
    ['Report;2026\nid;name;mail\n1;Ann;a@x', told('2 names', 3, 'a semicolon')],
    ['Report, January\nid;name;mail\n1;Ann;a@x', told('2 names', 3, 'a semicolon')],
    ['# made by HR\nid\tname\n1\tAnn', told('1 name', 2, 'a tab')],
  ] as const)
    t.throws(() => layout(text), { code: 'HEADER_INVALID', message, facts: { line: 1 } }, text)
  t.equal(delimiter('plans\nE3;P1\nE3;P2', { delimiter: ',' }), ',', 'a column of lists')
  t.equal(delimiter('plans\nE3;P1\nE3;P2', { columns: ['plans'] }), ',')
  t.equal(delimiter('plans\n"E3;P1"\n"E3;P2"'), ',')
  t.equal(delimiter('a,b\n1,2,3\n4,5\n'), ',', 'a row that is too long')
  t.end()
})

t.test('lines above headerLine are ignored', t => {
  const text = 'Report "Q1\nmade; by\n\nid;name\n1;Ann'
  t.strictSame(layout(text, { headerLine: 4 }), {
    delimiter: ';',
    skippedLines: 3,
    skippedBytes: Buffer.byteLength('Report "Q1\nmade; by\n\n'),
    ignored: [
      { what: 'line above the header', line: 1 },
      { what: 'line above the header', line: 2 },
    ],
  })
  t.throws(() => layout('a\nb', { headerLine: 9 }), {
    code: 'HEADER_INVALID',
    message: 'x.csv has no header on line 9. Check `headerLine`',
  })
  t.end()
})

t.test('the header is the line with all wanted columns, if the lines above have fewer cells', t => {
  const columns = ['id', 'name', 'mail']
  const above = 'Employees\nmade by;HR\n'
  t.strictSame(passed(`${above}ID;Name;Mail\n1;Ann;a@x`, { columns }), [
    '1 line above the header',
    '2 line above the header',
  ])
  t.strictSame(passed('id;name\n1;Ann\n2;Bo;b@x\n\nid;name;mail\n', { columns }), [], 'a table with another header')
  t.equal(layout(above, { columns }, { isEnd: false }), undefined, 'it may still follow')
  t.end()
})

t.test('the layout is detected as soon as it is certain, without reading more of a pipe', t => {
  const open = (text: string) => layout(text, {}, { isEnd: false })?.delimiter
  t.equal(open('a;b\n'), undefined)
  t.equal(open('a;b\n1;'), undefined)
  t.equal(open('a;b\n1;2\n'), ';')
  t.equal(open('a\n1\n'), ',')
  t.equal(open('a\n1\r'), undefined, 'a line feed may follow')
  t.equal(open('a;b,c\n1;2\n'), undefined)
  t.equal(open(`a;b,c\n${'1;2\n'.repeat(19)}`), undefined)
  t.equal(open(`a;b,c\n${'1;2\n'.repeat(20)}`), ';')
  const wanting = (lines: number) =>
    layout('a;b\n'.repeat(lines), { columns: ['ID', 'Mail'] }, { isEnd: false })?.ignored
  t.equal(wanting(19), undefined)
  t.strictSame(wanting(20), [], 'the search ends at a header with all columns')
  t.end()
})

t.test('one of several delimiters is certain only if every other one is certainly wrong', t => {
  const withCommas = (rows: number) => `a;b,c\n${'1;2,3\n'.repeat(rows)}${'1;2\n'.repeat(20 - rows)}`
  t.equal(delimiter(withCommas(10)), ';', 'half of the rows')
  t.throws(() => delimiter(withCommas(11)), { code: 'HEADER_INVALID', message: /the delimiter could be/ })
  t.throws(() => delimiter(withCommas(20)), { code: 'HEADER_INVALID' })
  t.end()
})
