import t from 'tap'
import type { RowGroup } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import { footer, type SavedFooter } from '../../../src/formats/parquet/footer.ts'
import { parquetSchema } from '../../../src/formats/parquet/schema.ts'

const schema = parquetSchema(['name', 'number', 'score', 'tags'], ['text', 'int64', 'double', 'texts'])

const groupAt = (at: number): RowGroup => ({
  columns: ['name', 'number', 'score', 'tags'].map((name, nth) => ({
    meta_data: {
      type: (['BYTE_ARRAY', 'INT64', 'DOUBLE', 'BYTE_ARRAY'] as const)[nth]!,
      encodings: nth === 1 ? ['PLAIN'] : ['PLAIN', 'RLE_DICTIONARY'],
      path_in_schema: nth === 3 ? [name, 'list', 'element'] : [name],
      codec: 'ZSTD',
      num_values: BigInt(at * 31 + nth),
      total_compressed_size: BigInt(at * 1_000 + 1),
      total_uncompressed_size: BigInt(at) ** 5n,
      data_page_offset: BigInt(at) * 10_000_000_000n,
      ...(nth === 0 && { dictionary_page_offset: BigInt(at) + 4n }),
      ...(nth === 1 && { statistics: { min_value: -(2n ** 63n) + BigInt(at), max_value: 2n ** 62n, null_count: 3n } }),
      ...(nth === 2 && { statistics: { min_value: -0, max_value: at / 3, null_count: 0n } }),
    },
    file_offset: BigInt(at * 77),
  })),
  total_byte_size: BigInt(at * 3),
  num_rows: BigInt(at + 1),
  total_compressed_size: BigInt(at * 2),
})

/** The footer as the library writes it from all groups at once. */
const whole = (groups: RowGroup[]): Uint8Array => {
  const out = new ByteWriter()
  const num_rows = groups.reduce((sum, group) => sum + group.num_rows, 0n)
  writeMetadata(out, { version: 2, created_by: 'x', schema, num_rows, row_groups: groups, metadata_length: 0 })
  out.appendBytes(new TextEncoder().encode('PAR1'))
  return out.getBytes()
}

for (const count of [0, 1, 14, 15, 127, 128, 2_001])
  t.test(`the footer of ${count} groups is that of the library, also if it is continued`, async t => {
    const groups = Array.from({ length: count }, (_, at) => groupAt(at))
    const expected = Buffer.from(whole(groups))
    const once = footer(schema, 'x')
    for (const group of groups) once.add(group)
    t.ok(expected.equals(once.bytes()), 'at once')

    let saved: SavedFooter | undefined
    for (const [from, to] of [
      [0, 3],
      [3, 10],
      [10, count],
    ] as const) {
      const part = footer(schema, 'x', saved)
      for (const group of groups.slice(from, to)) part.add(group)
      if (to === count) t.ok(expected.equals(part.bytes()), 'continued twice')
      saved = JSON.parse(JSON.stringify(part.save())) as SavedFooter
    }
  })

t.test('what an earlier version saved is refused', async t => {
  const earlier = { rows: 1, groups: [] } as unknown as SavedFooter
  t.throws(() => footer(schema, 'x', earlier), { code: 'PARTIAL_CHANGED' })
})
