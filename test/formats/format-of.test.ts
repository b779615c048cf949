import t from 'tap'
import { compressionOf, formatName, formatOf } from '../../src/formats/format-of.ts'

t.test('the end of the name says format and compression', async t => {
  t.strictSame(formatOf('out/users.csv'), { format: 'csv', compression: undefined })
  t.strictSame(formatOf('Users.CSV.GZ'), { format: 'csv', compression: 'gzip' })
  t.strictSame(formatOf('users.ndjson.zst'), { format: 'jsonl', compression: 'zstd' })
  t.strictSame(formatOf('a.json/users.jsonl'), { format: 'jsonl', compression: undefined })
  t.strictSame(formatOf('users.json'), { format: 'json', compression: undefined })
  t.equal(compressionOf('-'), undefined)
  t.equal(formatName('jsonl', 'users.ndjson.zst'), 'jsonl.zst')
})

t.test('another name is refused, and the valid ones are listed', async t => {
  for (const name of ['users', 'users.xlsx', 'users.gz', 'csv', 'users.csv.bz2', '.csv/users'])
    t.throws(() => formatOf(name), {
      code: 'OPTION_INVALID',
      message: `Expected a file whose name ends in .csv, .jsonl, .ndjson, .json, each also with .gz or .zst after it, got ${name}`,
    })
})

t.test('a file that is written has the name of what is written', t => {
  t.equal(formatName('csv', '-'), 'csv')
  t.equal(formatName('jsonl', 'x.ndjson'), 'jsonl')
  for (const path of ['x.txt', 'x', 'x.json', 'x.csv.bz2', 'x.gz'])
    t.throws(() => formatName('csv', path), {
      code: 'OPTION_INVALID',
      message: `Expected a file whose name ends in .csv, or .csv and .gz or .zst, since that is what is written, got ${path}`,
    })
  t.end()
})
