import { stringify } from 'csv-stringify/sync'
import t from 'tap'
import { csvRecords, type CsvRecord } from '../../src/formats/csv-records.ts'
import { random } from './random.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (text: string, options: { delimiter?: string; size?: number } = {}): Promise<CsvRecord[]> => {
  const out: CsvRecord[] = []
  for await (const some of csvRecords(inPieces(Buffer.from(text), options.size ?? 65_536), {
    name: 'x.csv',
    ...options,
  }))
    out.push(...some)
  return out
}

t.test('a record has the number of the line it begins on, for any line ends and line breaks inside cells', async t => {
  const text = 'a,b\r\n1,"x\r\ny\n"\r\n\r\n\n2,"z\rq"\n3,4\r5,6'
  for (const size of [1, 2, 7, 65_536])
    t.strictSame(await read(text, { size }), [
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', 'x\r\ny\n'] },
      { line: 7, cells: ['2', 'z\rq'] },
      { line: 9, cells: ['3', '4'] },
      { line: 10, cells: ['5', '6'], isUnended: true },
    ])
})

t.test('the output of csv-stringify is read back, cell by cell', async t => {
  const next = random(3)
  const pieces = ['a', '"', ',', ';', '\n', '\r\n', ' ', 'é', '😀', '\t']
  const cell = () => Array.from({ length: Math.floor(next() * 5) }, () => pieces[Math.floor(next() * 10)]).join('')
  for (const [size, delimiter] of [
    [5, ','],
    [64, ';'],
    [65_536, '\t'],
    [65_536, '||'],
  ] as const) {
    const rows = Array.from({ length: 500 }, () => [cell(), 'x', cell()])
    const text = stringify(rows, { delimiter, record_delimiter: '\r\n', quote_record_delimiter: true })
    t.strictSame(
      (await read(text, { delimiter, size })).map(record => record.cells),
      rows,
    )
  }
})

t.test('a version line is a separate record, whatever the delimiter is', async t => {
  t.strictSame(await read('version:v1.0,,,\na;b;c\n1;2;3\n'), [
    { line: 1, cells: ['version:v1.0,,,'] },
    { line: 2, cells: ['a', 'b', 'c'] },
    { line: 3, cells: ['1', '2', '3'] },
  ])
})

t.test('lines before the header are not records but count as lines', async t => {
  for (const size of [1, 65_536]) {
    t.strictSame(await read('sep=|\r\na|b\r\n', { size }), [{ line: 2, cells: ['a', 'b'] }])
    t.strictSame(await read('\n \r\n#TYPE X\n\nä;b\n1;2', { size }), [
      { line: 5, cells: ['ä', 'b'] },
      { line: 6, cells: ['1', '2'], isUnended: true },
    ])
  }
})

t.test('a row with more than 16,384 cells is an error', async t => {
  await t.rejects(read(`a,b\n1,2\n${','.repeat(16_384)}\n`), {
    code: 'INPUT_MALFORMED',
    message: /^x\.csv, line 3: the row has more than 16384 cells\. /,
    facts: { line: 3 },
  })
})

t.test('an invalid quote is reported with the line its row begins on', async t => {
  const before = 'a,b\n1,2\n1,2\n1,2\n1,2\n1,2\n'
  for (const [rest, message] of [
    ['Ann "Smith",x\n', /^x\.csv, line 7, column 1: unexpected quote \("\) inside an unquoted cell/],
    [
      'x,="0012"\n',
      /^x\.csv, line 7, column 2: the cell is a formula such as ="0012" without quotes around it\. Quote the cell and double the quotes inside it, as --excel writes it: "=""0012"""\. It is then read as the text 0012/,
    ],
    ['x,"Ann" Smith\n', /^x\.csv, line 7, column 2: unexpected text after a closing quote/],
    ['x,"Ann\n1,2\n"q",1\n', /^x\.csv, line 7, column 2: unexpected text after a closing quote/],
    ['\n"Ann\n1,2\n', /^x\.csv, line 8, column 1: the closing quote \("\) is missing/],
  ] as const)
    for (const size of [3, 65_536])
      await t.rejects(read(before + rest, { size }), {
        code: 'INPUT_MALFORMED',
        message,
        facts: { line: rest[0] === '\n' ? 8 : 7 },
      })
})

t.test('an unclosed quote is an error before it fills the memory', async t => {
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('a,b\n1,"2\n')
    for (;;) yield Buffer.alloc(1 << 20, 'x')
  }
  const reading = (async () => {
    for await (const some of csvRecords(endless(), { name: 'x.csv' })) if (!some) break
  })()
  await t.rejects(reading, { code: 'INPUT_MALFORMED', message: /line 2, column 2: the row is longer than 16 MiB/ })
})

t.test('a cell with a zero byte is found in any chunk', async t => {
  for (const size of [1, 5, 65_536])
    t.strictSame(await read('a,b\n1,2\n3,"x\0"\n\0,4\n5,6\n', { size }), [
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2'] },
      { line: 3, cells: ['3', 'x\0'], zeroIn: 1 },
      { line: 4, cells: ['\0', '4'], zeroIn: 0 },
      { line: 5, cells: ['5', '6'] },
    ])
})
