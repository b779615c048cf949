import t from 'tap'
import { csvEncoder } from '../../src/formats/csv-encoder.ts'
import type { Fields, Json } from '../../src/core/json.ts'

type Options = Parameters<typeof csvEncoder>[0]

const open = (options: Options, saved?: Json) => {
  const encoder = csvEncoder(options, saved)
  const refused: string[] = []
  return {
    encoder,
    refused,
    write: (...values: readonly Fields[]) =>
      encoder.rows(
        values.map((value, key) => ({ key, value })),
        (row, message) => void refused.push(`${row.key}: ${message}`),
      ),
  }
}

t.test(
  'an encoder resumed before the first row writes the header once, and one resumed after it does not repeat it',
  async t => {
    for (const options of [{}, { columns: ['a'] }]) {
      const first = open(options)
      const beforeRows = first.encoder.save()
      t.equal(first.write({ a: 1 }), 'a\n1\n')
      const early = open(options, beforeRows)
      t.equal(early.write({ a: 2 }) + early.write({ a: 3 }) + early.encoder.end(), 'a\n2\n3\n')
      t.equal(early.encoder.written, 2)
      const late = open(options, first.encoder.save())
      t.equal(late.write({ a: 2 }) + late.encoder.end(), '2\n')
      t.equal(late.encoder.written, 2)
    }
  },
)

t.test('a row with a zero byte is rejected by its column, and the others are written and counted', async t => {
  const { encoder, refused, write } = open({ columns: ['a', 'b'] })
  const rows = [{ a: 1 }, { a: 'x', b: 'y\0' }, { a: ['p', '\0'] }, { a: { b: '\0' } }]
  t.equal(write(...rows), 'a,b\n1,\n"{""b"":""\\u0000""}",\n')
  t.strictSame(refused, ['1: Column "b" contains a zero byte', '2: Column "a" contains a zero byte'])
  t.equal(encoder.written, 2)
  const unnamed = open({})
  t.equal(unnamed.write({ 'a\0': 1 }, { b: 1 }), 'b\n1\n')
  t.strictSame(unnamed.refused, ['0: A column name contains a zero byte'])
  for (const options of [{ columns: ['\0'] }, { delimiter: '\0' }, { nulls: '\0' }, { arraySeparator: '\0' }])
    t.throws(() => csvEncoder(options), { code: 'OPTION_INVALID' }, JSON.stringify(options))
})

t.test('a header quotes names with a possible delimiter', async t => {
  const { write } = open({ columns: ['a;b', 'c|d', 'e f', '\ufeffg'], delimiter: ',' })
  t.equal(write({}), '"a;b","c|d",e f,"\ufeffg"\n,,,\n')
  t.equal(open({ columns: ['a'], quotes: 'all' }).write({ a: 1 }), '"a"\n"1"\n')
  t.equal(open({ columns: ['=a'], formulaGuard: true }).write({ '=a': 1 }), "'=a\n1\n")
})

t.test('in a file with one column every cell with a possible delimiter is quoted', async t => {
  for (const quotes of ['needed', 'all'] as const) {
    const { write } = open({ columns: ['a'], quotes, header: false })
    const lines = write({ a: ['E3', 'P1'] }, { a: 'x\ty' }, { a: '\ufeffz' }, { a: '' })
    t.equal(lines, '"E3;P1"\n"x\ty"\n"\ufeffz"\n""\n')
  }
})
