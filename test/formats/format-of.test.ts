import t from 'tap'
import { compressionOf, formatName, formatOf, outputFormatOf } from '../../src/formats/format-of.ts'

t.test('the extension determines format and compression', async t => {
  t.strictSame(formatOf('out/users.csv'), { format: 'csv', compression: undefined })
  t.strictSame(formatOf('Users.CSV.GZ'), { format: 'csv', compression: 'gzip' })
  t.strictSame(formatOf('users.ndjson.zst'), { format: 'jsonl', compression: 'zstd' })
  t.strictSame(formatOf('a.json/users.jsonl'), { format: 'jsonl', compression: undefined })
  t.strictSame(formatOf('Users.xlsx'), { format: 'xlsx', compression: undefined })
  t.strictSame(formatOf('users.json'), { format: 'json', compression: undefined })
  t.equal(compressionOf('-'), undefined)
  t.equal(formatName('jsonl', 'users.ndjson.zst'), 'jsonl.zst')
})

t.test('another extension is an error that lists the supported ones', async t => {
  for (const name of ['users', 'users.xls', 'users.xlsx.gz', 'users.gz', 'csv', 'users.csv.bz2', '.csv/users'])
    t.throws(() => formatOf(name), {
      code: 'OPTION_INVALID',
      message: `Expected a file name that ends in .csv, .jsonl, .ndjson, .json, optionally followed by .gz or .zst, or in .xlsx, got ${name}`,
    })
})

t.test('an output file must have the extension of its format', t => {
  t.equal(formatName('csv', '-'), 'csv')
  t.equal(formatName('jsonl', 'x.ndjson'), 'jsonl')
  for (const path of ['x.txt', 'x', 'x.json', 'x.csv.bz2', 'x.gz'])
    t.throws(() => formatName('csv', path), {
      code: 'OPTION_INVALID',
      message: `Expected a file name that ends in .csv, optionally followed by .gz or .zst, got ${path}`,
    })
  t.end()
})

t.test('for other workbooks and compressed ones, the error says what to do', async t => {
  for (const path of ['x.XLS', 'x.xlsm', 'x.xlsb'])
    t.throws(() => formatOf(path), {
      code: 'OPTION_INVALID',
      fix: 'Of workbooks, only .xlsx is supported. Excel can save others as .xlsx.',
    })
  t.throws(() => formatOf('x.xlsx.gz'), {
    code: 'OPTION_INVALID',
    fix: 'A workbook is compressed already: it has no second ending.',
  })
  t.throws(() => formatName('xlsx', 'x.csv'), { message: 'Expected a file name that ends in .xlsx, got x.csv' })
  t.throws(() => formatOf('x.txt'), { code: 'OPTION_INVALID', fix: undefined })
})

t.test('Parquet is written and not read, and has no second ending', async t => {
  t.strictSame(outputFormatOf('lake/Users.Parquet'), { format: 'parquet', compression: undefined })
  t.throws(() => formatOf('x.parquet'), { code: 'OPTION_INVALID', fix: /only written/ })
  t.throws(() => outputFormatOf('x.parquet.gz'), { code: 'OPTION_INVALID', fix: /compressed already/ })
  t.throws(() => outputFormatOf('lake/2026.11/users'), {
    code: 'OPTION_INVALID',
    fix: 'For a folder of part files, end it with a slash: lake/2026.11/users/.',
  })
  t.throws(() => formatOf('lake/users'), { code: 'OPTION_INVALID', fix: undefined })
  t.throws(() => outputFormatOf('x.txt'), { message: /in \.xlsx or \.parquet, got x\.txt$/ })
})
