import type { SchemaTree } from 'hyparquet'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js'
import { zstdCompressSync } from 'node:zlib'
import type { GroupColumn } from './column-chunk.ts'

/** A column of booleans, numbers, or points in time. */
export const plainColumn = (path: readonly SchemaTree[], encoding: 'PLAIN' | undefined): GroupColumn => {
  const schemaPath = path.map(({ element }) => element)
  const element = schemaPath.at(-1)!
  let held: unknown[] = []
  return {
    add(values, from, to) {
      for (let at = from; at < to; at++) held.push(values[at])
    },
    write(out) {
      const values = held
      held = []
      const { chunk } = writeColumn({
        writer: out,
        column: {
          columnName: element.name,
          element,
          schemaPath,
          codec: 'ZSTD',
          compressors: { ZSTD: bytes => zstdCompressSync(bytes) },
          stats: true,
          pageSize: 0,
          columnIndex: false,
          offsetIndex: false,
          ...(encoding && { encoding }),
        },
        pageData: encodeNestedValues([...path], values),
      })
      return chunk
    },
  }
}
