import t from 'tap'
import { compressionOf, formatName, formatOf } from '../../src/formats/format-of.ts'

t.test('the extension determines format and compression', async t => {
  t.strictSame(formatOf('out/users.csv'), { format: 'csv', compression: undefined })
  t.strictSame(formatOf('Users.CSV.GZ'), { format: 'csv', compression: 'gzip' })
  t.strictSame(formatOf('users.ndjson.zst'), { format: 'jsonl', compression: 'zstd' })
  t.strictSame(formatOf('a.json/users.jsonl'), { format: 'jsonl', compression: undefined })
  t.strictSame(formatOf('users.json'), { format: 'json', compression: undefined })
  t.equal(compressionOf('-'), undefined)
  t.equal(formatName('jsonl', 'users.ndjson.zst'), 'jsonl.zst')
})

t.test('another extension is an error that lists the supported ones', async t => {
  for (const name of ['users', 'users.xlsx', 'users.gz', 'csv', 'users.csv.bz2', '.csv/users'])
    t.throws(() => formatOf(name), {
      code: 'OPTION_INVALID',
      message: `Expected a file name that ends in .csv, .jsonl, .ndjson, .json, optionally followed by .gz or .zst, got ${name}`,
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

t.test('for a workbook, the error says how to save it as CSV, and how to write CSV for Excel', async t => {
  const fix =
    'Workbooks are not supported. As input, save the sheet as "CSV UTF-8" in Excel. As output, write a .csv file for Excel: --excel, or `excel` in a pipeline.'
  for (const path of ['x.xlsx', 'x.XLS']) t.throws(() => formatOf(path), { code: 'OPTION_INVALID', fix })
  t.throws(() => formatName('csv', 'x.xlsx'), { code: 'OPTION_INVALID', fix })
  t.throws(() => formatOf('x.txt'), { code: 'OPTION_INVALID', fix: undefined })
})
