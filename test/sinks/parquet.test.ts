import { join } from 'node:path'
import t, { type Test } from 'tap'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import type { ColumnTypes } from '../../src/core/column-type.ts'
import type { Fields } from '../../src/core/json.ts'
import { parquetEncoder } from '../../src/formats/parquet-encoder.ts'
import { verifyFile } from '../../src/formats/verify-file.ts'
import { parquet, type ParquetSinkOptions } from '../../src/sinks/parquet.ts'
import { textSink } from '../../src/sinks/text-sink.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'
import { readParquet } from '../formats/parquet/read-parquet.ts'
import { unwritable } from './read-back.ts'

const types: ColumnTypes = {
  id: 'text',
  displayName: 'text',
  enabled: 'boolean',
  mail: 'text',
  plans: 'texts',
  note: 'text',
}
const columns = Object.keys(types)
const refused = [unwritable.cycle, unwritable.text, { id: 'a', enabled: 'yes' }, { id: 'a', plans: [1] }]
const read = (folder: string) => readParquet(join(folder, 'rows.parquet'))

t.test('a Parquet file keeps the contract of a sink', t =>
  keeps(t, sinkContract({ make: () => parquet({ to: 'rows.parquet', columns, types }), read, refused })),
)

t.test('one whose every checkpoint has the metadata of its rows keeps it, too', t =>
  keeps(
    t,
    sinkContract({
      make: () =>
        textSink({
          kind: 'parquet',
          to: 'rows.parquet',
          format: 'parquet',
          encoder: (saved, known) => parquetEncoder({ columns, types }, saved, known, 100),
        }),
      read,
      refused,
    }),
  ),
)

const written = async (t: Test, options: Omit<ParquetSinkOptions, 'to'>, values: readonly Fields[]) => {
  const folder = t.testdir({})
  const { ctx, results } = partContext(folder)
  const sink = parquet({ to: 'rows.parquet', ...options })
  await sink.check?.(ctx)
  const writer = await sink.open(ctx)
  await writer.write(values.map((value, at) => ({ key: at + 1, value })))
  const files = await writer.finish()
  await writer.close('commit', sampleManifest(files))
  return { folder, ctx, files, results }
}

t.test('the manifest has the columns and their types, and the rows are counted when the file is verified', async t => {
  const { folder, ctx, files } = await written(t, { columns: ['id', 'age?'], types: { age: 'int64' } }, [
    { id: 'a', age: 1 },
    { id: 'b' },
  ])
  t.match(files, [{ format: 'parquet', rows: 2, columns: ['id', 'age'], types: ['any', 'int64'] }])
  const verified = await verifyFile(join(folder, 'rows.parquet'), { environment: ctx.environment })
  t.match(verified, { rows: 2, differences: [] })
})

t.test('a value that does not fit its column fails its row, and the message names both', async t => {
  const { results, files } = await written(t, { columns: ['id', 'at'], types: { at: 'timestamp' } }, [
    { id: 'a', at: '2024-01-01' },
    { id: 'b', at: null },
    { id: 'c', at: 5 },
  ])
  t.match(files, [{ rows: 1 }])
  t.match(results, [
    { key: 1, outcome: 'failed', code: 'ROW_INVALID', message: /"at" is timestamp, got a string/ },
    { key: 3, outcome: 'failed', code: 'ROW_INVALID', message: /"at" is timestamp, got a number/ },
  ])
})

t.test('without columns that are known before the first row it stops, and says what to name', async t => {
  await t.rejects(written(t, {}, [{ id: 'a' }]), { code: 'OPTION_INVALID', fix: /--select/ })
})

t.test('unknown types and a second ending are refused', async t => {
  t.throws(() => parquet({ to: 'x.parquet', types: { id: 'string' as 'text' } }), { code: 'OPTION_INVALID' })
  t.throws(() => parquet({ to: 'x.parquet.gz', columns: ['id'] }), { code: 'OPTION_INVALID' })
})
