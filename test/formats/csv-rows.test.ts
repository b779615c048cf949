import t from 'tap'
import { csvDialect, type CsvOptions } from '../../src/formats/csv-dialect.ts'
import { csvCompiled, csvRows, csvStringified } from '../../src/formats/csv-rows.ts'
import { anyValue, random } from './random.ts'

const dialects: readonly CsvOptions[] = [
  {},
  { delimiter: ';', eol: 'crlf' },
  { delimiter: '\t', formulaGuard: true },
  { delimiter: '|', nulls: 'NULL', arraySeparator: ', ' },
  { excel: ';', nulls: '-' },
  { excel: ',', formulaGuard: true },
  { delimiter: "'", formulaGuard: true, eol: 'crlf', nulls: '-' },
]

for (const options of dialects)
  for (const width of [1, 2, 7])
    t.test(
      `${width} columns, ${JSON.stringify(options)}: the compiled encoder writes the same bytes as csv-stringify`,
      async t => {
        const columns = Array.from({ length: width }, (_, at) =>
          at === 1 ? 'with "quotes", dots.and=signs' : `column${at}`,
        )
        const next = random(width * 1000 + dialects.indexOf(options))
        const dialect = csvDialect(options)
        const [compiled, stringified] = [csvCompiled(columns, dialect), csvStringified(columns, dialect)]
        for (let page = 0; page < 300; page++) {
          const values = Array.from({ length: 10 }, () =>
            Object.fromEntries(columns.map(name => [name, anyValue(next)])),
          )
          const [ours, theirs] = [compiled(values), stringified(values)]
          if (ours !== theirs) t.equal(ours, theirs)
        }
        t.pass('3,000 rows are the same')
      },
    )

t.test('an empty cell in a file with one column is quoted, since readers skip empty lines', async t => {
  t.equal(csvRows(['a'], csvDialect({}))([{ a: null }, { a: '' }, { a: 1 }]), '""\n""\n1\n')
})

t.test('a formula is guarded, a negative number is not', async t => {
  const rows = csvRows(['a', 'b'], csvDialect({ formulaGuard: true }))
  t.equal(
    rows([
      { a: '=1+3', b: -1 },
      { a: '-1', b: '@x,y' },
    ]),
    "'=1+3,-1\n'-1,\"'@x,y\"\n",
  )
})

t.test('long delimiters and quotes around every cell are supported', async t => {
  t.equal(csvRows(['a', 'b'], csvDialect({ delimiter: '||' }))([{ a: 'x|', b: 'y' }]), '"x|"||y\n')
  t.equal(csvRows(['a', 'b'], csvDialect({ quotes: 'all' }))([{ a: 'x', b: null }]), '"x",\n')
})

t.test('a column is read as an own property, never an inherited one', async t => {
  t.equal(csvRows(['constructor', 'a.b'], csvDialect({}))([{ a: { b: 1 } }, { 'a.b': 2 }]), ',\n,2\n')
})

t.test('a column named like an inherited property is empty if the row lacks it', async t => {
  for (const dialect of [csvDialect({}), csvDialect({ quotes: 'all' })])
    t.equal(
      csvRows(['a', 'constructor'], dialect)([{ a: 'x' }, { a: 'y', constructor: 'z' }]).replaceAll('"', ''),
      'x,\ny,z\n',
    )
})
