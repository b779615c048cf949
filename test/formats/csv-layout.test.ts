import t from 'tap'
import { csvLayout, type CsvLayoutOptions } from '../../src/formats/csv-layout.ts'

type Options = Omit<CsvLayoutOptions, 'name'>

const layout = (text: string, options: Options = {}, ends = { isEnd: true }) =>
  csvLayout(text, ends, { name: 'x.csv', ...options })
const delimiter = (text: string, options?: Options) => layout(text, options)?.delimiter
const passed = (text: string, options?: Options) =>
  layout(text, options)?.passedOver.map(({ what, line }) => `${line} ${what}`)

t.test('the delimiter is the one that splits the header: comma, semicolon, tab or |, not those in quotes', t => {
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

t.test('where several split the header the rows tell it, where they do so for certain', t => {
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
  t.equal(delimiter('Name, First;Mail\nAce, Ann;a@x', { columns: ['mail', 'name first'] }), ';', 'as the columns say')
  t.equal(delimiter('Name, First;Mail\nAce, Ann;a@x', { delimiter: ';' }), ';', 'as the user says')
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
        message:
          'Line 1 of x.csv does not tell the delimiter for certain: it could be a comma or a semicolon. Give it with delimiter',
        facts: { line: 1 },
      },
      text,
    )
  t.throws(() => layout('Name (Last, First)\nAce, Ann\n'), {
    message: 'Line 1 of x.csv has a comma within brackets. Is that its delimiter? Give it with delimiter',
  })
  t.equal(delimiter('1) Name,2) Mail\nAnn,a@x'), ',', 'a bracket that nothing opens')
  t.end()
})

t.test('without a header the delimiter is the one that makes as many cells as there are columns', t => {
  const columns = ['a', 'b']
  t.equal(delimiter('1;2\n', { header: false, columns }), ';')
  t.equal(delimiter('1;2,3\n4;5\n', { header: false, columns }), ';')
  t.equal(delimiter('1;2', { header: false, columns: ['a'] }), ',')
  t.throws(() => layout('1;2,3\n', { header: false, columns }), { message: /could be a comma or a semicolon/ })
  t.end()
})

t.test('a separator line says the delimiter, in whatever form a writer leaves it', t => {
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
  t.equal(delimiter('sep=;\na,b\n1,2', { delimiter: ',' }), ',', "the user's word counts more")
  t.equal(delimiter('sep=;\nalone\n1'), ';')
  for (const [text, message] of [
    [
      'sep=\na,b\n',
      /^Line 1 of x\.csv is "sep=", which does not tell the delimiter for certain; give it with delimiter$/,
    ],
    ['sep=;,,\na,b,c\n', /^Line 1 of x\.csv is "sep=;,,"/],
    ['sep=;\na,b\n1,2\n', /^Line 2 of x\.csv .* could be a semicolon or a comma/],
  ] as const)
    t.throws(() => layout(text), { code: 'HEADER_INVALID', message }, text)
  t.equal(delimiter('sep=a;b\n1;2'), ';', 'a column that is called so')
  t.end()
})

t.test('the type line of Export-Csv is passed over', t => {
  for (const line of ['#TYPE System.Object', '"#TYPE Selected.X"', '#type X,,', '#TYPE X;'])
    t.strictSame(passed(`${line}\r\n"a","b"\r\n"1","2"\r\n`), ['1 type line'], line)
  t.strictSame(passed('#,b\n1,2'), [])
  t.strictSame(layout('#TYPE X\r\nä,b\n1,2'), {
    delimiter: ',',
    skippedLines: 1,
    skippedBytes: 9,
    passedOver: [{ what: 'type line', line: 1 }],
  })
  t.end()
})

t.test('a title above the header is told, with the option that passes over it', t => {
  const told = (names: string, cells: number, delimiter: string) =>
    `Line 1 of x.csv has ${names}, the lines after it have ${cells} cells (the delimiter is ${delimiter}). If a later line names the columns, give its number with headerLine; if this one does, give the delimiter with delimiter`
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

t.test('headerLine passes over what stands above it', t => {
  const text = 'Report "Q1\nmade; by\n\nid;name\n1;Ann'
  t.strictSame(layout(text, { headerLine: 4 }), {
    delimiter: ';',
    skippedLines: 3,
    skippedBytes: Buffer.byteLength('Report "Q1\nmade; by\n\n'),
    passedOver: [
      { what: 'line above the header', line: 1 },
      { what: 'line above the header', line: 2 },
    ],
  })
  t.throws(() => layout('a\nb', { headerLine: 9 }), {
    code: 'HEADER_INVALID',
    message: 'x.csv has no names of columns on line 9; check headerLine',
  })
  t.end()
})

t.test('the header is the line with all columns that are wanted, where those above have fewer cells', t => {
  const columns = ['id', 'name', 'mail']
  const above = 'Employees\nmade by;HR\n'
  t.strictSame(passed(`${above}ID;Name;Mail\n1;Ann;a@x`, { columns }), [
    '1 line above the header',
    '2 line above the header',
  ])
  t.strictSame(passed('id;name\n1;Ann\n2;Bo;b@x\n\nid;name;mail\n', { columns }), [], 'a table with another header')
  t.equal(layout(above, { columns }, { isEnd: false }), undefined, 'it may still come')
  t.end()
})

t.test('it needs no more of a pipe than what is certain', t => {
  const open = (text: string) => layout(text, {}, { isEnd: false })?.delimiter
  t.equal(open('a;b\n'), undefined)
  t.equal(open('a;b\n1;'), undefined)
  t.equal(open('a;b\n1;2\n'), ';')
  t.equal(open('a\n1\n'), ',')
  t.equal(open('a\n1\r'), undefined, 'a line feed may follow')
  t.equal(open('a;b,c\n1;2\n'), undefined)
  t.equal(open(`a;b,c\n${'1;2\n'.repeat(19)}`), undefined)
  t.equal(open(`a;b,c\n${'1;2\n'.repeat(20)}`), ';')
  t.end()
})
