import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { xlsx, type XlsxSourceOptions } from '../../src/sources/xlsx.ts'
import { partContext } from '../contracts/part-context.ts'
import { keeps } from '../contracts/keeps.ts'
import { archive, sheet, textRow, workbook, workbookXml } from '../formats/xlsx/make-workbook.ts'

type Options = Omit<XlsxSourceOptions, 'from'>

const reading = async (t: Test, bytes: Buffer, options: Options = {}) => {
  const folder = t.testdir({})
  await writeFile(join(folder, 'x.xlsx'), bytes)
  const { ctx, results, origins } = partContext(folder)
  const source = xlsx({ from: 'x.xlsx', ...options })
  const read = async () => {
    const rows: { readonly key: unknown; readonly value: unknown }[] = []
    for await (const page of source.read(ctx, { name: 'xlsx' })) rows.push(...page.rows)
    return rows
  }
  return { read, columns: async () => (await source.columns!(ctx))?.names, results, origins }
}

const values = async (t: Test, bytes: Buffer, options: Options = {}) =>
  (await (await reading(t, bytes, options)).read()).map(({ value }) => value)

const refused = async (t: Test, bytes: Buffer, error: object, options: Options = {}) =>
  t.rejects((await reading(t, bytes, options)).read(), error as Error)

const many = sheet(
  textRow(1, 'id', 'name') +
    Array.from({ length: 9000 }, (_, at) => textRow(at + 2, `id${at}`, `name of a person ${at}`)).join(''),
)

t.test('a workbook keeps the contract of a source', t =>
  keeps(t, sourceContract({ make: () => xlsx({ from: 'x.xlsx' }), files: { 'x.xlsx': many } })),
)

t.test('keys are the numbers of rows in Excel, and empty rows are none', async t => {
  const { read, columns } = await reading(
    t,
    sheet(
      `${textRow(2, 'name', 'city')}<row r="3"/>${textRow(5, 'Ann')}<row><c t="str"><v>Bob</v></c><c s="0"/></row><row r="900"><c r="A900" s="0"/></row>`,
    ),
  )
  t.strictSame(await columns(), ['name', 'city'])
  t.strictSame(await read(), [
    { key: 5, value: { name: 'Ann', city: '' } },
    { key: 6, value: { name: 'Bob', city: '' } },
  ])
})

t.test('shared, rich and escaped texts are read without formatting and readings', async t => {
  const texts = [
    '<t>name</t>',
    '<r><t>An</t></r><r><rPr><b/></rPr><t xml:space="preserve">na </t></r>',
    '<t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh>',
    '<t>a_x000D_b &amp; _x005F_x0041_</t>',
    '<t/>',
    `<t>${'ü'.repeat(600_000)}</t>`,
  ]
  const rows = texts.map(
    (_, at) => `<row r="${at + 1}"><c r="A${at + 1}" t="s"><v>${at}</v></c><c r="B${at + 1}"><v>1</v></c></row>`,
  )
  const found = await values(t, sheet(rows.join('').replace('<c r="B1"><v>1', '<c r="B1" t="str"><v>one'), { texts }))
  t.strictSame(found, [
    { name: 'Anna ', one: '1' },
    { name: '山田', one: '1' },
    { name: 'a\rb & _x0041_', one: '1' },
    { name: '', one: '1' },
    { name: 'ü'.repeat(600_000), one: '1' },
  ])
})

t.test('ids, telephone numbers, dates and booleans are what people see', async t => {
  const formats = [
    '000000',
    '"+"0',
    '(000) 000-0000',
    14,
    22,
    'h:mm',
    '#,##0.00',
    10,
    '[h]:mm',
    '@',
    '[$-407]d/ mmmm yyyy;@',
  ]
  const cells: readonly (readonly [style: number, value: string, seen: string])[] = [
    [0, '42', '42'],
    [0, '4915112345678', '4915112345678'],
    [0, '0.30000000000000004', '0.3'],
    [1, '42', '000042'],
    [1, '42.5', '42.5'],
    [2, '4915112345678', '+4915112345678'],
    [3, '5551234567', '(555) 123-4567'],
    [4, '46053', '2026-01-31'],
    [4, '46053.75', '2026-01-31'],
    [4, '1', '1900-01-01'],
    [4, '61', '1900-03-01'],
    [5, '46053.354166666664', '2026-01-31T08:30:00'],
    [5, '46053', '2026-01-31'],
    [6, '0.354166666666667', '08:30:00'],
    [7, '1234.5', '1234.5'],
    [8, '0.25', '0.25'],
    [9, '1.5', '36:00'],
    [10, '12', '12'],
    [11, '46053', '2026-01-31'],
  ]
  const row = (line: number, [style, value]: readonly [number, string, string]): string =>
    `<row r="${line}"><c r="A${line}" s="${style}"><v>${value}</v></c></row>`
  const rows = textRow(1, 'seen') + cells.map((cell, at) => row(at + 2, cell)).join('')
  t.strictSame(
    await values(t, sheet(rows, { formats })),
    cells.map(([, , seen]) => ({ seen })),
  )
  const in1904 = sheet(textRow(1, 'seen') + row(2, [4, '44591', '']), { formats, date1904: true })
  t.strictSame(await values(t, in1904), [{ seen: '2026-01-31' }])
  const others = `${textRow(1, 'a', 'b', 'c')}<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="b"><v>0</v></c><c r="C2" t="d"><v>2026-01-31T00:00:00</v></c></row>`
  t.strictSame(await values(t, sheet(others)), [{ a: 'true', b: 'false', c: '2026-01-31' }])
})

t.test('a formula gives its result', async t => {
  const rows = `${textRow(1, 'a', 'b')}<row r="2"><c r="A2" t="str"><f>A1&amp;"x"</f><v>ax</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>`
  t.strictSame(await values(t, sheet(rows)), [{ a: 'ax', b: '' }])
})

t.test('a row that nobody can read correctly fails alone, with its cell', async t => {
  const bytes = sheet(
    [
      textRow(1, 'id', 'name'),
      '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>',
      '<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>A1</f></c></row>',
      '<row r="4"><c r="A4"><v>1.2345678901234568E+18</v></c></row>',
      '<row r="5"><c r="A5" s="1"><v>-5</v></c></row>',
      textRow(6, '6', 'Ann', 'surplus'),
      textRow(7, '7', 'Bob'),
    ].join(''),
    { formats: [14] },
  )
  const { read, results } = await reading(t, bytes)
  t.strictSame(await read(), [{ key: 7, value: { id: '7', name: 'Bob' } }])
  t.match(results, [
    {
      key: 2,
      operation: 'xlsx',
      code: 'ROW_INVALID',
      message: 'Row 2 of x.xlsx has the error #N/A. Correct the cell (cell B2)',
    },
    { key: 3, message: /^Row 3 of x\.xlsx has a formula without a result\. .* \(cell B3\)$/ },
    { key: 4, message: /^Row 4 of x\.xlsx has a number of more than 15 digits, .* \(cell A4\)$/ },
    { key: 5, message: /^Row 5 of x\.xlsx has -5, which is not a date \(cell A5\)$/ },
    {
      key: 6,
      message: 'Row 6 of x.xlsx has 3 cells, but the header has 2. Name the column, or delete the cells after it.',
    },
  ])
})

t.test('a formula whose result is empty and no text fails its row, also one that fills the cells below it', async t => {
  const bytes = sheet(
    [
      textRow(1, 'id', 'name'),
      '<row r="2"><c r="A2"><f>LOWER("ANN")</f><v /></c></row>',
      textRow(3, '3', '<c r="B3" t="e"><f>A1</f><v></v></c>'),
      textRow(4, '4', '<c r="B4"><f t="array" ref="B4:B6">LOWER(C4:C6)</f><v/></c>'),
      textRow(5, '5', '<c r="B5"><v>0</v></c>'),
      textRow(6, '6'),
      textRow(7, '7', '<c r="B7"><f t="array" ref="B7:B8">LOWER(C7:C8)</f><v>1</v></c>'),
      textRow(8, '8', '<c r="B8"><v>0</v></c>'),
    ].join(''),
  )
  const { read, results } = await reading(t, bytes)
  t.strictSame(
    (await read()).map(({ value }) => value),
    [
      { id: '7', name: '1' },
      { id: '8', name: '0' },
    ],
  )
  t.match(results, [
    { key: 2, code: 'ROW_INVALID', message: /^Row 2 of x\.xlsx has a formula without a result\. .* \(cell A2\)$/ },
    { key: 3, message: /formula without a result.*\(cell B3\)$/ },
    { key: 4, message: /formula without a result.*\(cell B4\)$/ },
    { key: 5, message: /formula without a result.*\(cells B4:B6\)$/ },
    { key: 6, message: /formula without a result.*\(cells B4:B6\)$/ },
  ])
  t.equal(results.length, 5)
})

t.test('no formula has a result in a workbook that asks to be calculated', async t => {
  const rows = [
    textRow(1, 'id', 'name'),
    textRow(2, '2', '<c r="B2"><f>UPPER("sales")</f><v>0</v></c>'),
    textRow(3, '3', '<c r="B3" t="str"><f>UPPER("sales")</f><v></v></c>'),
    textRow(4, '4', 'Sales'),
  ].join('')
  const { read, results } = await reading(t, sheet(rows, { calculation: 'calcId="124519" fullCalcOnLoad="1"' }))
  t.strictSame(await read(), [{ key: 4, value: { id: '4', name: 'Sales' } }])
  t.match(results, [
    { key: 2, code: 'ROW_INVALID', message: /formula without a result.*\(cell B2\)$/ },
    { key: 3, code: 'ROW_INVALID', message: /formula without a result.*\(cell B3\)$/ },
  ])
  const saved = await values(t, sheet(rows, { calculation: 'calcId="191029"' }))
  t.strictSame(saved, [
    { id: '2', name: '0' },
    { id: '3', name: '' },
    { id: '4', name: 'Sales' },
  ])
})

t.test('of several sheets the only visible one with cells is read, and another one by its name', async t => {
  const [people, empty] = [textRow(1, 'a') + textRow(2, 'x'), '<row r="1"><c r="A1" s="0"/></row>']
  const one = workbook({
    sheets: [
      { name: 'Old', rows: textRow(1, 'b') + textRow(2, 'y'), state: 'veryHidden' },
      { name: 'Sheet1', rows: empty },
      { name: 'People', rows: people },
    ],
  })
  t.strictSame(await values(t, one), [{ a: 'x' }])
  t.strictSame(await values(t, one, { sheet: 'old ' }), [{ b: 'y' }])
  await refused(
    t,
    one,
    { code: 'OPTION_INVALID', message: 'x.xlsx has no sheet "New". It has "Old", "Sheet1", "People".' },
    { sheet: 'New' },
  )
  const two = workbook({
    sheets: [
      { name: 'A', rows: people },
      { name: 'B', rows: people },
    ],
  })
  await refused(t, two, {
    code: 'OPTION_INVALID',
    message: 'x.xlsx has 2 sheets: "A", "B". Name the one to read: `sheet`.',
  })
  const hidden = workbook({ sheets: [{ name: 'A', rows: people, state: 'hidden' }] })
  await refused(t, hidden, { code: 'INPUT_MALFORMED', message: /no visible sheet\. Name a hidden one: `sheet`/ })
})

t.test('hidden rows end the run unless it is said whether they count', async t => {
  const bytes = sheet(
    `${textRow(1, 'a')}${textRow(2, 'x')}<row r="3" hidden="1"><c r="A3"><v>1</v></c></row><row r="4" hidden="1"/>`,
  )
  await refused(t, bytes, { code: 'INPUT_MALFORMED', message: /^Row 3 of x\.xlsx is hidden/, facts: { line: 3 } })
  t.strictSame(await values(t, bytes, { hiddenRows: 'read' }), [{ a: 'x' }, { a: '1' }])
  const { read, origins } = await reading(t, bytes, { hiddenRows: 'skip' })
  t.equal((await read()).length, 1)
  t.strictSame(origins, [{ ignored: [{ what: 'hidden row', records: 1, firstLine: 3 }] }])
})

t.test('merged cells below the header end the run, and those above it do not', async t => {
  const rows = `${textRow(1, 'Staff')}${textRow(2, 'a', 'b')}${textRow(3, 'x', 'y')}`
  const merged = (ref: string) => sheet(rows, { after: `<mergeCells count="1"><mergeCell ref="${ref}"/></mergeCells>` })
  t.strictSame(await values(t, merged('A1:B1'), { headerLine: 2 }), [{ a: 'x', b: 'y' }])
  t.strictSame(await values(t, merged('D3:D9'), { headerLine: 2 }), [{ a: 'x', b: 'y' }], 'beside the table')
  await refused(
    t,
    merged('A3:A4'),
    { code: 'INPUT_MALFORMED', message: /^The cells A3:A4 of x\.xlsx are merged/ },
    { headerLine: 2 },
  )
})

t.test('the header is found by its columns or its row, and its mistakes name the row', async t => {
  const rows = `${textRow(1, 'Staff of 2026')}${textRow(3, 'User Name', 'City')}${textRow(4, 'ann', 'Rome')}`
  const { read, origins } = await reading(t, sheet(rows), { columns: ['userName'] })
  t.strictSame(await read(), [{ key: 4, value: { userName: 'ann' } }])
  t.strictSame(origins, [{ ignored: [{ what: 'row above the header', records: 1, firstLine: 1 }] }])
  t.strictSame(await values(t, sheet(rows), { headerLine: 3 }), [{ 'User Name': 'ann', City: 'Rome' }])
  await refused(t, sheet(rows), { code: 'HEADER_INVALID', message: /no header in row 2/ }, { headerLine: 2 })
  await refused(t, sheet(textRow(1, 'a', 'a')), { code: 'HEADER_INVALID', message: /\(row 1\) names "a" twice/ })
  await refused(t, sheet(''), {
    code: 'HEADER_INVALID',
    message: 'x.xlsx is empty. The first row must name the columns',
  })
  const again = textRow(1, 'a', 'b', 'c') + textRow(2, 'b', 'a', 'x')
  await refused(t, sheet(again), { message: /^Row 2 of x\.xlsx has only column names/ })
})

t.test('a portal template that Excel has saved as a workbook is a template', async t => {
  const rows = [
    textRow(1, 'version:v1.0'),
    textRow(2, 'User name [userPrincipalName] Required'),
    textRow(3, 'Example: chris@contoso.com'),
    textRow(4, 'ann@contoso.com'),
  ]
  t.strictSame(await values(t, sheet(rows.join(''))), [{ userPrincipalName: 'ann@contoso.com' }])
})

t.test('names of elements may have a prefix', async t => {
  const rows = (textRow(1, 'a') + textRow(2, 'x')).replace(/<(\/?)/g, '<$1x:')
  t.strictSame(await values(t, sheet(rows, { prefix: 'x:' })), [{ a: 'x' }])
})

const compound = (stream: string): Buffer => {
  const bytes = Buffer.alloc(2048)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes)
  bytes.writeUInt16LE(9, 30)
  bytes.writeUInt32LE(1, 48)
  bytes.write(stream, 1024 + 128, 'utf16le')
  return bytes
}
const parts = workbookXml({ sheets: [{ name: 'A', rows: textRow(1, 'a') + textRow(2, 'x') }] })
const sheetPart = 'xl/worksheets/sheet1.xml'

for (const [what, bytes, code, message] of [
  ['a workbook with a password', compound('EncryptedPackage'), 'INPUT_MALFORMED', /protected with a password/],
  ['an old workbook', compound('Workbook'), 'INPUT_MALFORMED', /an old Excel workbook \(\.xls\)/],
  ['a Word document of old', compound('WordDocument'), 'INPUT_MALFORMED', /not an Excel workbook/],
  ['a CSV file', Buffer.from('a,b\n1,2\n'), 'INPUT_MALFORMED', /is text and not an Excel workbook/],
  ['an empty file', Buffer.alloc(0), 'INPUT_MALFORMED', /is empty/],
  ['a binary file', Buffer.from([1, 0, 2, 0]), 'INPUT_MALFORMED', /not an Excel workbook/],
  ['another archive', archive({ 'a.txt': 'x' }), 'INPUT_MALFORMED', /a ZIP archive, but not an Excel workbook/],
  ['a binary workbook', archive({ 'xl/workbook.bin': '' }), 'INPUT_MALFORMED', /\.xlsb/],
  ['half a workbook', many.subarray(0, many.length / 2), 'INPUT_CUT_OFF', /cut off or damaged/],
  [
    'a sheet that ends early',
    archive({ ...parts, [sheetPart]: parts[sheetPart as never] + '<x>' }),
    'INPUT_MALFORMED',
    /is damaged/,
  ],
  [
    'a missing sheet',
    archive(Object.fromEntries(Object.entries(parts).filter(([name]) => name !== sheetPart))),
    'INPUT_MALFORMED',
    /lacks its part/,
  ],
  [
    'a document type',
    archive({ ...parts, [sheetPart]: '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>' }),
    'INPUT_MALFORMED',
    /document type/,
  ],
  [
    'a text that the workbook lacks',
    sheet(`${textRow(1, 'a')}<row r="2"><c r="A2" t="s"><v>7</v></c></row>`),
    'INPUT_MALFORMED',
    /a text 7, which the workbook lacks/,
  ],
  ['rows that go back', sheet(textRow(2, 'a') + textRow(1, 'b')), 'INPUT_MALFORMED', /after row 2 there is a row 1/],
  ['a row after the last', sheet(textRow(1, 'a') + textRow(1_048_577, 'b')), 'INPUT_MALFORMED', /a row 1048577/],
  [
    'a column after the last',
    sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
    'INPUT_MALFORMED',
    /a cell XFE1 out of order/,
  ],
  ['a text of 5 MiB of zeros', sheet(textRow(1, '0'.repeat(5 * 1024 ** 2))), 'INPUT_MALFORMED', /longer than 4 MiB/],
] as const)
  t.test(`${what} is refused`, t => refused(t, bytes, { code, message }))

t.test('a part that says to be larger than any workbook is not unpacked', async t => {
  const bytes = archive(parts)
  // The directory says 1 GiB for the part of the styles.
  const at = bytes.lastIndexOf('xl/styles.xml') - 46 + 24
  bytes.writeUInt32LE(1024 ** 3, at)
  await refused(t, bytes, { code: 'INPUT_MALFORMED', message: /has 1024 MiB in xl\/styles\.xml, and at most 64 MiB/ })
})

t.test('stdin and compressed workbooks are refused before the run', async t => {
  const { ctx } = partContext(t.testdir({}))
  await t.rejects(xlsx({ from: '-' }).check!(ctx), { code: 'OPTION_INVALID', message: /cannot be read from stdin/ })
  await t.rejects(xlsx({ from: 'sftp://ann@files.contoso.com/x.xlsx' }).check!(ctx), {
    code: 'OPTION_INVALID',
    message: /cannot be read from an SFTP server/,
  })
  await t.rejects(xlsx({ from: 'x.xlsx.gz' }).check!(ctx), { code: 'OPTION_INVALID', message: /Decompress it/ })
  await t.rejects(xlsx({ from: 'x.xlsx', headerLine: 0 }).check!(ctx), { code: 'OPTION_INVALID' })
  t.throws(() => xlsx({ from: 'x.xlsx', hiddenRows: 'maybe' as never }), { code: 'OPTION_INVALID' })
})

t.test('a workbook that is saved while it is read ends the run', async t => {
  const folder = t.testdir({})
  await writeFile(join(folder, 'x.xlsx'), many)
  const { ctx } = partContext(folder)
  const source = xlsx({ from: 'x.xlsx' })
  await source.describe!(ctx)
  const reading = (async () => {
    for await (const { rows } of source.read(ctx, { name: 'xlsx' }))
      if (rows.length > 0) await writeFile(join(folder, 'x.xlsx'), many.subarray(1))
  })()
  await t.rejects(reading, { code: 'INPUT_CHANGED' })
})
