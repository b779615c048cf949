import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { csv, type CsvSinkOptions } from '../../src/sinks/csv.ts'
import { partContext } from '../contracts/part-context.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import { csv as csvSource } from '../../src/sources/csv.ts'
import { keeps } from '../contracts/keeps.ts'
import { asTexts, readBack, toStream, unwritable } from './read-back.ts'

const columns = ['id', 'displayName', 'enabled', 'mail', 'plans', 'note']
const refused = Object.values(unwritable)

for (const file of ['rows.csv', 'rows.csv.gz', 'rows.csv.zst'])
  t.test(`${file} keeps the contract of a sink`, t =>
    keeps(
      t,
      sinkContract({
        make: () => csv({ to: file, columns }),
        read: readBack(file, () => csvSource({ from: file })),
        asRead: asTexts,
        refused,
      }),
    ),
  )

t.test('without columns, those of the first row keep the contract of a sink', t =>
  keeps(
    t,
    sinkContract({
      make: () => csv({ to: 'rows.csv', eol: 'crlf', bom: true }),
      read: readBack('rows.csv', () => csvSource({ from: 'rows.csv' }), '\ufeff'),
      asRead: asTexts,
      refused: [...refused, { id: '1', another: 'column' }],
    }),
  ),
)

t.test('CSV to stdout keeps the contract of a sink', t =>
  keeps(
    t,
    sinkContract({
      ...toStream(
        stdout => csv({ to: '-', columns: ['id', 'enabled'], stdout }),
        text => {
          const [, ...lines] = text.trimEnd().split('\n')
          return lines.map(line => line.split(','))
        },
      ),
      asRead: ({ id, enabled }: { readonly id: string; readonly enabled: boolean }) => [id, String(enabled)],
      refused,
    }),
  ),
)

const written = async (t: Test, options: Omit<CsvSinkOptions, 'to'>, values: readonly unknown[]) => {
  const folder = t.testdir({})
  const { ctx, results } = partContext(folder)
  const writer = await csv({ to: 'out/rows.csv', ...options }).open(ctx)
  await writer.write(values.map((value, key) => ({ key, value: value as Record<string, unknown> })))
  const files = await writer.finish()
  await writer.close('commit', sampleManifest(files))
  return { text: await readFile(join(folder, 'out/rows.csv'), 'utf8'), files, results }
}

t.test('columns are written in order; others are omitted, missing ones are empty', async t => {
  const { text, files, results } = await written(t, { columns: ['b', 'a', 'none'], emptyColumns: ['none'] }, [
    { a: 1, b: 2, c: 3 },
    { b: 'x' },
  ])
  t.equal(text, 'b,a,none\n2,1,\nx,,\n')
  t.match(files, [{ format: 'csv', rows: 2, columns: ['b', 'a', 'none'], emptyColumns: ['none'] }])
  t.strictSame(results, [])
})

t.test('a row with a column that the first row lacks is rejected, and the others are written', async t => {
  const { text, files, results } = await written(t, {}, [{ a: 1, b: 2 }, { a: 3, c: 4 }, { b: 5 }, 'no row'])
  t.equal(text, 'a,b\n1,2\n,5\n')
  t.match(files, [{ rows: 2, columns: ['a', 'b'] }])
  t.strictSame(results, [
    {
      key: 1,
      operation: 'csv',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'Column "c" is not in the header, which comes from the first row',
      fix: 'Name all columns: columns: [...] in a pipeline, or --select on the command line',
    },
    {
      key: 3,
      operation: 'csv',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'Expected an object with columns, got a string',
      fix: 'Return an object from the step before it.',
    },
  ])
})

t.test('a row with a value that is not JSON is rejected, and the others in its page are written', async t => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  const { text, files, results } = await written(t, { columns: ['a'] }, [{ a: 1 }, { a: cycle }, { a: 2 }])
  t.equal(text, 'a\n1\n2\n')
  t.match(files, [{ rows: 2 }])
  t.match(results, [{ key: 1, outcome: 'failed', code: 'ROW_INVALID', message: /^The row cannot be written as CSV: / }])
  t.notMatch(results[0]?.message ?? '', '\n')
})

t.test('a file without rows has a header, unless header is false', async t => {
  t.equal((await written(t, { columns: ['a', 'b'] }, [])).text, 'a,b\n')
  t.equal((await written(t, { columns: ['a', 'b'], header: false }, [])).text, '')
  t.equal((await written(t, { columns: ['a', 'b'], header: false, bom: true }, [{ a: 1 }])).text, '\ufeff1,\n')
})

t.test('stdout gets the rows of each page immediately, and is not resumable', async t => {
  const { PassThrough } = await import('node:stream')
  const stdout = new PassThrough()
  const sink = csv({ to: '-', columns: ['a'], stdout })
  const { ctx } = partContext(t.testdir({}))
  t.equal(sink.resumable, false)
  t.equal(sink.place?.target(ctx), undefined)
  const writer = await sink.open(ctx)
  await writer.write([{ key: 0, value: { a: 'ö' } }])
  t.equal(String(stdout.read()), 'a\nö\n')
  t.strictSame(await writer.finish(), [{ path: '-', format: 'csv', rows: 1, bytes: 5, columns: ['a'] }])
  await writer.close('commit')
  t.equal(stdout.read(), null)
})

t.test('a compressed file decompresses to the same bytes as the plain file', async t => {
  const folder = t.testdir({})
  const { ctx } = partContext(folder)
  const writer = await csv({ to: 'rows.csv.gz', columns: ['a'] }).open(ctx)
  await writer.write([{ key: 0, value: { a: 1 } }])
  await writer.checkpoint(1)
  await writer.write([{ key: 1, value: { a: 2 } }])
  const files = await writer.finish()
  await writer.close('commit')
  t.equal(String(gunzipSync(await readFile(join(folder, 'rows.csv.gz')))), 'a\n1\n2\n')
  t.match(files, [{ format: 'csv.gz' }])
})

t.test('options whose output could not be read back are errors', async t => {
  const { ctx } = partContext(t.testdir({}))
  const refused = (options: Omit<CsvSinkOptions, 'to'>) => csv({ to: 'x.csv', ...options }).check!(ctx)
  await t.rejects(refused({ delimiter: '"' }), { code: 'OPTION_INVALID', message: /^Expected delimiter to be / })
  await t.rejects(refused({ delimiter: '' }), { code: 'OPTION_INVALID' })
  await t.rejects(refused({ arraySeparator: '' }), { code: 'OPTION_INVALID' })
  t.throws(() => csv({ to: 'x.csv', eol: 'cr' as 'lf' }), {
    message: 'Expected eol of csv to be lf or crlf, got "cr"',
  })
  await t.rejects(refused({ columns: [] }), { message: 'Expected at least one column, got none' })
  await t.rejects(refused({ columns: ['a', 'a'] }), { message: 'Expected unique columns, got "a" twice' })
})

t.test('a file for Excel has what Excel needs, said or not, and no option says otherwise', async t => {
  const rows = [{ a: '01', b: 'x' }]
  const { text } = await written(t, { excel: ';' }, rows)
  t.ok(text.startsWith('\ufeffa;b\r\n'), text)
  t.equal((await written(t, { excel: ';', bom: true, eol: 'crlf', delimiter: ';' }, rows)).text, text)
  const { ctx } = partContext(t.testdir({}))
  for (const more of [{ bom: false }, { eol: 'lf' as const }, { delimiter: ',' }])
    await t.rejects(csv({ to: 'x.csv', excel: ';', ...more }).check!(ctx), {
      code: 'OPTION_INVALID',
      message: new RegExp(`^Expected ${Object.keys(more)[0]} to be .* excel`),
    })
  for (const excel of ['', ';;', '"', '\n', '=', '&'])
    await t.rejects(csv({ to: 'x.csv', excel }).check!(ctx), {
      code: 'OPTION_INVALID',
      message: /^Expected excel to be/,
    })
})

t.test('columns without a value in any row are reported, also by a resumed run', async t => {
  const { ctx } = partContext(t.testdir({}))
  const sink = () => csv({ to: 'x.csv', columns: ['a', 'b', 'c', 'never'], emptyColumns: ['never'] })
  const writer = await sink().open(ctx)
  await writer.write([{ key: 0, value: { a: 1, b: null, c: [] } }])
  const { mark } = await writer.checkpoint(1)
  await writer.write([{ key: 1, value: { a: null, b: 'cut away', c: null } }])
  await writer.close('keep')
  const again = await sink().open(ctx, JSON.parse(JSON.stringify(mark)))
  await again.write([{ key: 1, value: { a: null, b: null, c: ['x'] } }])
  t.match(await again.finish(), [{ emptyColumns: ['never'], blankColumns: ['b'] }])
  await again.close('abort')
})

t.test('a value with a zero byte is rejected in every dialect, alone, quoted or in a list', async t => {
  for (const options of [
    {},
    { quotes: 'all' },
    { delimiter: '||' },
    { delimiter: ';', formulaGuard: true },
    { excel: ';' },
  ] as const) {
    const values = ['a\0b', '\0', 'a, "b";\n\0', ['x', 'y\0']]
    const rows = [{ a: 'first' }, ...values.map(a => ({ a })), { a: 'last' }]
    const { text, files, results } = await written(t, { columns: ['a'], ...options }, rows)
    t.notMatch(text, '\0')
    t.match(files, [{ rows: 2 }])
    t.strictSame(
      results.map(({ key, message }) => ({ key, message })),
      values.map((_, at) => ({ key: at + 1, message: 'Column "a" contains a zero byte' })),
    )
  }
})
