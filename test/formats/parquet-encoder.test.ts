import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { ColumnTypes } from '../../src/core/column-type.ts'
import type { Row } from '../../src/core/row.ts'
import { parquetEncoder } from '../../src/formats/parquet-encoder.ts'
import { duck } from './parquet/duck.ts'

const rowsOf = (values: readonly unknown[]): Row<unknown>[] => values.map((value, at) => ({ key: at + 1, value }))

const refuse = (row: Row<unknown>, message: string): never => {
  throw new Error(`${row.key}: ${message}`)
}

/** Writes values to a file, and returns its path and the rejected rows. */
const written = async (t: Test, types: ColumnTypes, values: readonly unknown[], pageSize = values.length || 1) => {
  const file = join(t.testdir({}), 'x.parquet')
  const encoder = parquetEncoder({ columns: Object.keys(types), types })
  const rejected: unknown[] = []
  const pieces: (string | Uint8Array)[] = []
  const rows = rowsOf(values)
  for (let at = 0; at < rows.length; at += pageSize)
    pieces.push(encoder.rows(rows.slice(at, at + pageSize), ({ key }, message) => void rejected.push([key, message])))
  pieces.push(encoder.end())
  await writeFile(file, Buffer.concat(pieces as Uint8Array[]))
  return { file, rejected, encoder }
}

const samples: readonly (readonly [
  type: ColumnTypes[string],
  duckType: string,
  values: readonly (readonly [given: unknown, read: unknown])[],
])[] = [
  [
    'boolean',
    'BOOLEAN',
    [
      [true, true],
      [false, false],
      [null, null],
      [undefined, null],
    ],
  ],
  [
    'int32',
    'INTEGER',
    [
      [0, 0],
      [-0, 0],
      [2_147_483_647, 2_147_483_647],
      [-2_147_483_648, -2_147_483_648],
      ['12', 12],
      [null, null],
    ],
  ],
  [
    'int64',
    'BIGINT',
    [
      [7, '7'],
      [9_007_199_254_740_991, '9007199254740991'],
      [9_007_199_254_740_993n, '9007199254740993'],
      ['9223372036854775807', '9223372036854775807'],
      [-(2n ** 63n), '-9223372036854775808'],
      [null, null],
    ],
  ],
  [
    'double',
    'DOUBLE',
    [
      [0.1, 0.1],
      [-1e300, -1e300],
      [3, 3],
      [null, null],
    ],
  ],
  [
    'timestamp',
    'TIMESTAMP WITH TIME ZONE',
    [
      ['2024-02-29T23:59:59Z', '2024-02-29 23:59:59+00'],
      ['2024-01-01T00:00:00.5Z', '2024-01-01 00:00:00.5+00'],
      ['2024-01-01T00:00:00.1234567Z', '2024-01-01 00:00:00.123456+00'],
      ['2024-01-01T01:00:00+01:00', '2024-01-01 00:00:00+00'],
      ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00+00'],
      ['1969-12-31T23:59:59.9Z', '1969-12-31 23:59:59.9+00'],
      [new Date(1), '1970-01-01 00:00:00.001+00'],
      [null, null],
    ],
  ],
  [
    'date',
    'DATE',
    [
      ['2024-02-29', '2024-02-29'],
      ['1969-12-31', '1969-12-31'],
      [null, null],
    ],
  ],
  [
    'text',
    'VARCHAR',
    [
      ['', ''],
      ['Ännö, "x"\r\n🙂', 'Ännö, "x"\r\n🙂'],
      ['\u0000', '\u0000'],
      [null, null],
    ],
  ],
  [
    'texts',
    'VARCHAR[]',
    [
      [[], []],
      [
        ['a', '', null, 'Ä'],
        ['a', '', null, 'Ä'],
      ],
      [[null], [null]],
      [null, null],
    ],
  ],
  [
    'json',
    'VARCHAR',
    [
      [{ a: [1, 'ä'] }, '{"a":[1,"ä"]}'],
      [[], '[]'],
      ['x', '"x"'],
      [null, null],
    ],
  ],
  [
    'any',
    'VARCHAR',
    [
      ['x', 'x'],
      [1.5, '1.5'],
      [true, 'true'],
      [['a', 'b'], 'a;b'],
      [{ a: 1 }, '{"a":1}'],
      [null, null],
    ],
  ],
]

for (const [type, duckType, values] of samples)
  t.test(`${type} is read back as ${duckType}, with its nulls and odd values`, async t => {
    const { file, rejected } = await written(
      t,
      { c: type! },
      values.map(([c]) => ({ c })),
      2,
    )
    t.strictSame(rejected, [])
    t.strictSame(await duck(`select typeof(c) as c from '${file}' limit 1`), [{ c: duckType }])
    t.strictSame(
      (await duck(`select c from '${file}'`)).map(({ c }) => c),
      values.map(([, read]) => read),
    )
  })

/** The bytes of an output, in pages of a size. */
const bytesOf = (values: readonly Row<unknown>[], options: Parameters<typeof parquetEncoder>[0], pageSize: number) => {
  const encoder = parquetEncoder(options)
  const pieces: (string | Uint8Array)[] = []
  for (let at = 0; at < values.length; at += pageSize)
    pieces.push(encoder.rows(values.slice(at, at + pageSize), refuse))
  pieces.push(encoder.end())
  return Buffer.concat(pieces as Uint8Array[])
}

/** Texts of which few, half, or all are different, and numbers. */
const manyRows = rowsOf(
  Array.from({ length: 12_003 }, (_, at) => ({
    few: at % 3 === 0 ? null : `few ${at % 7}`,
    half: `half ${at % 2 === 0 ? at : 1}`,
    all: `all ${at}`,
    later: at < 4_000 ? 'x' : `later ${at}`,
    none: null,
    list: Array.from({ length: at % 4 }, (_, item) => `${item % 2 === 0 ? at : 'x'}`),
    number: at % 5 === 0 ? null : at,
    yes: at % 5 === 0 ? null : at % 2 === 0,
    time: new Date(at * 86_400_000).toISOString(),
  })),
)
const manyTypes: ColumnTypes = {
  few: 'text',
  half: 'text',
  all: 'text',
  later: 'text',
  none: 'text',
  list: 'texts',
  number: 'int32',
  yes: 'boolean',
  time: 'timestamp',
}
const many = { columns: Object.keys(manyTypes), types: manyTypes }

t.test('rows are in groups of 5,000, whatever the size of pages', async t => {
  const file = join(t.testdir({}), 'x.parquet')
  const bytes = bytesOf(manyRows, many, 999)
  for (const pageSize of [1, 20_000]) t.ok(bytes.equals(bytesOf(manyRows, many, pageSize)), `pages of ${pageSize}`)
  await writeFile(file, bytes)
  t.strictSame(
    await duck(
      `select distinct row_group_id as id, row_group_num_rows as rows from parquet_metadata('${file}') order by id`,
    ),
    [5_000, 5_000, 2_003].map((rows, at) => ({ id: `${at}`, rows: `${rows}` })),
  )
  const read = await duck(`select * replace (strftime(time, '%Y-%m-%dT%H:%M:%S.%gZ') as time) from '${file}'`)
  // All rows in one comparison would be slow if it failed.
  const at = manyRows.findIndex(({ value }, at) => JSON.stringify(value) !== JSON.stringify(read[at]))
  t.strictSame(read[at], manyRows[at]?.value)
  t.equal(read.length, manyRows.length)
})

t.test('long rows end a group earlier', async t => {
  const file = join(t.testdir({}), 'x.parquet')
  const long = rowsOf(Array.from({ length: 20 }, (_, at) => ({ text: String(at % 10).repeat(1_000_000) })))
  const options = { columns: ['text'], types: { text: 'text' } } as const
  const bytes = bytesOf(long, options, 20)
  t.ok(bytes.equals(bytesOf(long, options, 3)))
  await writeFile(file, bytes)
  t.strictSame(
    await duck(`select row_group_num_rows as rows from parquet_metadata('${file}') order by row_group_id`),
    [8, 8, 4].map(rows => ({ rows: `${rows}` })),
  )
})

t.test(
  'columns that are read from the rows before give the same bytes, and a value that does not fit changes nothing',
  async t => {
    const encoder = parquetEncoder(many)
    const encode = encoder.project!(
      many.columns.map(name => ({ name, read: row => (row['inner'] as typeof row)[name] })),
    )!
    const inner = manyRows.map(({ key, value }) => ({ key, value: { inner: value } }))
    const pieces: (string | Uint8Array)[] = []
    for (let at = 0; at < inner.length; at += 999) {
      const page = inner.slice(at, at + 999)
      t.equal(encode([...page, { key: 0, value: { inner: { number: 'many' } } }]), undefined)
      pieces.push(encode(page)!)
    }
    pieces.push(encoder.end())
    t.ok(Buffer.concat(pieces as Uint8Array[]).equals(bytesOf(manyRows, many, 999)))
  },
)

t.test('an output that is resumed has the same bytes, and types and columns do not depend on its rows', async t => {
  const write = (encoder: ReturnType<typeof parquetEncoder>, from: number, to: number) => [
    encoder.rows(manyRows.slice(from, to), refuse),
    encoder.flush!(),
  ]
  const first = parquetEncoder(many, undefined, undefined, 7_000)
  const pieces = write(first, 0, 6_000)
  t.equal(first.save(), undefined, 'not worth it yet')
  pieces.push(...write(first, 6_000, 8_000))
  const saved: unknown = JSON.parse(JSON.stringify(first.save()))
  const rest = (encoder: ReturnType<typeof parquetEncoder>) => [...write(encoder, 8_000, 12_003), encoder.end()]
  const resumed = rest(parquetEncoder(many, saved as never, undefined, 7_000))
  t.ok(Buffer.concat(resumed as Uint8Array[]).equals(Buffer.concat(rest(first) as Uint8Array[])))
  const file = join(t.testdir({}), 'x.parquet')
  await writeFile(file, Buffer.concat([...pieces, ...resumed] as Uint8Array[]))
  t.strictSame(await duck(`select count(*) as rows, count(distinct "all") as different from '${file}'`), [
    { rows: '12003', different: '12003' },
  ])
})

t.test('an output without rows has its columns, with their types', async t => {
  const { file } = await written(t, manyTypes, [])
  t.strictSame(
    (await duck(`describe select * from '${file}'`)).map(({ column_type }) => column_type),
    [
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'VARCHAR[]',
      'INTEGER',
      'BOOLEAN',
      'TIMESTAMP WITH TIME ZONE',
    ],
  )
})

const unfit: readonly (readonly [type: ColumnTypes[string], values: readonly unknown[]])[] = [
  ['boolean', ['true', 0]],
  ['int32', [2_147_483_648, 1.5, 'x', '', Number.NaN]],
  ['int64', [9_007_199_254_740_992, 2n ** 63n, '1.5', '9223372036854775808']],
  ['double', ['1', Number.POSITIVE_INFINITY]],
  ['timestamp', ['2024-02-30T00:00:00Z', '2024-01-01', '2024-01-01T00:00:00', 'soon', 0, new Date(Number.NaN)]],
  ['date', ['2024-02-30', '2024-01-01T00:00:00Z', 0]],
  ['text', [1, true, {}, ['a']]],
  ['texts', ['a', [1], [['a']]]],
  ['json', [() => 1]],
]
for (const [type, values] of unfit)
  t.test(`what is no ${type} is rejected, and never null`, async t => {
    const { rejected, encoder } = await written(
      t,
      { c: type! },
      [...values, null].map(c => ({ c })),
    )
    t.strictSame(
      rejected.map(one => (one as [number])[0]),
      values.map((_, at) => at + 1),
    )
    t.equal(encoder.written, 1)
  })
