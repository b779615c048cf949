import t from 'tap'
import type { RowEncoder } from '../../src/core/encoder.ts'
import type { Fields } from '../../src/core/json.ts'
import type { JsonRows } from '../../src/core/json-rows.ts'
import type { Projection } from '../../src/core/projection.ts'
import { presetFor } from '../../src/data/presets/presets.ts'
import { readersOf } from '../../src/data/presets/preset.ts'
import { csvEncoder } from '../../src/formats/csv-encoder.ts'
import type { CsvOptions } from '../../src/formats/csv-dialect.ts'
import { jsonlEncoder } from '../../src/formats/jsonl-encoder.ts'
import { unparsedRowsOf } from '../unparsed-rows-of.ts'
import { anyJson } from './any-json.ts'
import { random } from './random.ts'

const columns = ['displayName', 'id', 'mail', 'businessPhones', 'age', 'missing', 'größe', 'x y', 'last']
const inOrder = ['id', 'displayName', 'mail', 'businessPhones', 'age', 'x y', 'größe', 'last']
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
const projection: Projection = [
  { name: 'Name', from: 'displayName', read: row => row['displayName'] ?? null },
  { name: 'phone', from: 'businessPhones', of: first, read: row => first(row['businessPhones']) },
  { name: 'never', from: null, read: () => null },
  { name: 'Id', from: 'id', read: row => row['id'] ?? null },
]

const textOf = (encoded: Uint8Array | string): string => Buffer.from(encoded as string).toString()

/** What an encoder writes of rows that are parsed. */
const parsed = (encoder: RowEncoder, rows: JsonRows, columns?: Projection): string => {
  const reject = (): void => void t.fail('no row is rejected')
  return textOf(columns ? encoder.project!(columns)!(rows.rows())! : encoder.rows(rows.rows(), reject))
}

const encoders: Record<string, (columns: readonly string[] | undefined) => RowEncoder> = {
  jsonl: columns => jsonlEncoder({ ...(columns && { columns }) }),
  'jsonl with \\r\\n': columns => jsonlEncoder({ ...(columns && { columns }), eol: 'crlf' }),
}
const dialects: readonly CsvOptions[] = [
  {},
  { delimiter: ';', eol: 'crlf', bom: true },
  { delimiter: '\t', nulls: 'NULL', arraySeparator: ', ' },
  { delimiter: '|', header: false },
]
for (const options of dialects)
  encoders[`csv ${JSON.stringify(options)}`] = columns => csvEncoder({ ...options, ...(columns && { columns }) })

for (const [name, encoderOf] of Object.entries(encoders))
  t.test(`${name}: unparsed rows are written to the same bytes as parsed ones`, async t => {
    const next = random(name.length)
    const pages = Array.from({ length: 60 }, () => Array.from({ length: 8 }, () => anyJson(next).text))
    for (const [given, projected] of [
      [columns, undefined],
      [inOrder, undefined],
      [undefined, undefined],
      [projection.map(({ name }) => name), projection],
      [['phone', 'Id', 'other', 'Name'], projection],
      [undefined, projection],
    ] as const) {
      const [ours, theirs] = [encoderOf(given), encoderOf(given)]
      const encode = ours.unparsed?.(projected)
      const isCsv = name.startsWith('csv')
      t.equal(encode !== undefined, given !== undefined || isCsv === (projected !== undefined), 'whether it can')
      if (!encode) continue
      for (const texts of pages) {
        const written = encode(unparsedRowsOf(texts))
        const wanted = parsed(theirs, unparsedRowsOf(texts), projected)
        if (written === undefined || textOf(written) !== wanted) t.equal(written && textOf(written), wanted)
      }
      t.strictSame([ours.written, ours.save(), ours.columns], [theirs.written, theirs.save(), theirs.columns])
    }
  })

t.test('a delimiter is found wherever it is in a text, and no other letter is taken for one', async t => {
  for (const delimiter of [',', ';', '|', '\t'])
    for (let letter = 0x20; letter < 0x180; letter++)
      for (let before = 0; before < 9; before++) {
        const name = `${'a'.repeat(before)}${String.fromCharCode(letter)}${'b'.repeat(before % 5)}`
        const columns = ['name', 'id']
        const rows = unparsedRowsOf([JSON.stringify({ id: '1', name })])
        const written = textOf(csvEncoder({ columns, delimiter }).unparsed!()!(rows)!)
        const wanted = parsed(csvEncoder({ columns, delimiter }), rows)
        if (written !== wanted) t.equal(written, wanted)
      }
})

t.test('columns that are renamed have their new names, also if nothing else is changed', async t => {
  const columns = ['key', 'Name']
  const renamed = ['id', 'name'].map((from, at) => ({ name: columns[at]!, from, read: (row: Fields) => row[from] }))
  const rows = unparsedRowsOf(['{"id":"1","name":"a"}', '{"id":"2","name":null}'])
  for (const encoder of [jsonlEncoder({ columns }), csvEncoder({ columns })])
    t.match(textOf(encoder.unparsed!(renamed)!(rows)!), /^(?:key,Name\n|\{"key":"1","Name":"a"\}\n)/)
})

t.test('a long value that is written to several columns has room in each', async t => {
  const columns = Array.from({ length: 40 }, (_, at) => `c${at}`)
  const copied = columns.map(name => ({ name, from: 'id', read: (row: Fields) => row['id'] }))
  const id = 'x'.repeat(70_000)
  const [ours, theirs] = [csvEncoder({ columns }), csvEncoder({ columns })]
  const rows = unparsedRowsOf([JSON.stringify({ id }), JSON.stringify({ id: '1' })])
  t.ok(textOf(ours.unparsed!(copied)!(rows)!) === parsed(theirs, rows, copied))
})

t.test('rows that cannot be written are left to be parsed, and nothing is counted', async t => {
  const encoder = csvEncoder({ columns: ['id', 'name'] })
  const encode = encoder.unparsed!()!
  t.equal(encode(unparsedRowsOf(['{"id":"1","name":"a"}', '{"id":"2","name":"\\u0000"}'])), undefined)
  t.equal(encoder.written, 0)
  const throwing: Projection = [
    { name: 'id', from: 'id', read: row => row['id'] },
    {
      name: 'name',
      from: 'name',
      of() {
        throw new Error('no name')
      },
      read: () => null,
    },
  ]
  for (const made of [csvEncoder({ columns: ['id', 'name'] }), jsonlEncoder({ columns: ['id', 'name'] })]) {
    t.equal(made.unparsed!(throwing)!(unparsedRowsOf(['{"id":"1","name":"a"}'])), undefined)
    t.equal(made.written, 0)
  }
})

t.test('columns and dialects that need values are not written unparsed', async t => {
  const two = ['id', 'name']
  for (const options of [
    { formulaGuard: true },
    { excel: ';' },
    { quotes: 'all' as const },
    { delimiter: 'a' },
    { delimiter: '||' },
  ])
    t.equal(csvEncoder({ columns: two, ...options }).unparsed!(), undefined, JSON.stringify(options))
  t.equal(csvEncoder({ columns: ['id'] }).unparsed!(), undefined)
  const reading: Projection = [
    { name: 'id', read: row => row['id'] },
    { name: 'name', from: 'name', read: () => 1 },
  ]
  t.equal(csvEncoder({ columns: two }).unparsed!(reading), undefined)
  t.equal(jsonlEncoder({ columns: two }).unparsed!(reading), undefined)
})

t.test('the 25 columns of the portal can be written unparsed, and so can the 29', async t => {
  for (const name of ['portal-users', 'portal-users-29']) {
    const made = readersOf(presetFor(name, 'users'))
    t.not(csvEncoder({ columns: made.map(column => column.name) }).unparsed!(made), undefined, name)
  }
})
