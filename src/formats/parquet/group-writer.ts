import { ByteWriter } from 'hyparquet-writer'
import { schemaPathResolver } from 'hyparquet-writer/src/schema.js'
import type { ColumnType } from '../../core/column-type.ts'
import { version } from '../../core/version.ts'
import type { GroupColumn } from './column-chunk.ts'
import { footer, magic, type SavedFooter } from './footer.ts'
import { plainColumn } from './plain-column.ts'
import { parquetSchema } from './schema.ts'
import { textColumn, textListColumn } from './text-column.ts'

/** Where a file that is continued stands. */
export interface SavedGroups {
  readonly bytes: number
  readonly footer: SavedFooter
}

/** Writes one Parquet file, group by group. Holds the metadata of its groups, 2 KB each, which the end of the file has. */
interface GroupWriter {
  /** Adds rows to the group. @param values the stored values of each column */
  add(values: readonly (readonly unknown[])[], from: number, to: number): void
  /** Ends the group, which has at least one row. */
  group(): Uint8Array
  /** The bytes that complete the file. */
  end(): Uint8Array
  /** Where the file stands after a group. */
  save(): SavedGroups
}

/** @param saved what `save` returned when the file had these bytes */
export const groupWriter = (
  columns: readonly string[],
  types: readonly ColumnType[],
  saved?: SavedGroups,
): GroupWriter => {
  const schema = parquetSchema(columns, types)
  const pathOf = schemaPathResolver(schema)
  const held = columns.map((name, at): GroupColumn => {
    const type = types[at]!
    if (type === 'texts') return textListColumn(name, type)
    if (type === 'text' || type === 'json' || type === 'any') return textColumn(name, type)
    return plainColumn(pathOf([name]), type === 'boolean' ? undefined : 'PLAIN')
  })
  const buffer = new ByteWriter(256 * 1024)
  const groups = footer(schema, `entrapipe version ${version}`, saved?.footer)
  if (saved) buffer.offset = saved.bytes
  else buffer.appendUint32(magic)
  let rows = 0
  const taken = (): Uint8Array => {
    const bytes = buffer.getBytes().slice()
    buffer.index = 0
    return bytes
  }
  return {
    add(values, from, to) {
      rows += to - from
      for (let which = 0; which < held.length; which++) held[which]!.add(values[which]!, from, to)
    },
    group() {
      const start = buffer.offset
      const chunks = held.map(column => column.write(buffer))
      groups.add({
        columns: chunks,
        total_byte_size: chunks.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n),
        num_rows: BigInt(rows),
        total_compressed_size: BigInt(buffer.offset - start),
      })
      rows = 0
      return taken()
    },
    end: () => Buffer.concat([taken(), groups.bytes()]),
    save: () => ({ bytes: buffer.offset, footer: groups.save() }),
  }
}
