import { zstdCompressSync } from 'node:zlib'
import type { ColumnChunk, Encoding } from 'hyparquet'
import type { ByteWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import type { ColumnType } from '../../core/column-type.ts'
import { leafOf } from './schema.ts'

/** A column of the group of rows that is being collected. */
export interface GroupColumn {
  /** Adds the values of some rows. */
  add(values: readonly unknown[], from: number, to: number): void
  /** Writes the column of the group, and begins the next one. */
  write(out: ByteWriter): ColumnChunk
}

/** Writes the pages of a column in a group. */
interface ChunkWriter {
  dictionary(page: Uint8Array, values: number): void
  data(page: DataPage): void
  /** The metadata of the pages that were written. */
  end(values: number): ColumnChunk
}

interface DataPage {
  readonly encoding: Encoding
  readonly values: Uint8Array
  /** How often each repeats, and how much of it is there: see Parquet's format. */
  readonly repetition: Uint8Array
  readonly definition: Uint8Array
  readonly counts: { readonly num_values: number; readonly num_nulls: number; readonly num_rows: number }
}

/** Begins a column in a group. */
export const chunkWriter = (out: ByteWriter, name: string, columnType: ColumnType): ChunkWriter => {
  const { type, path } = leafOf(name, columnType)
  const start = out.offset
  const encodings: Encoding[] = []
  let dictionaryAt: number | undefined
  let dataAt = 0
  let uncompressed = 0
  return {
    dictionary(page, values) {
      const compressed = zstdCompressSync(page)
      dictionaryAt = out.offset
      writePageHeader(out, {
        type: 'DICTIONARY_PAGE',
        uncompressed_page_size: page.length,
        compressed_page_size: compressed.length,
        dictionary_page_header: { num_values: values, encoding: 'PLAIN' },
      })
      uncompressed += out.offset - dictionaryAt + page.length
      out.appendBytes(compressed)
      encodings.push('PLAIN')
    },
    data({ encoding, values, repetition, definition, counts }) {
      const compressed = zstdCompressSync(values)
      const levels = repetition.length + definition.length
      dataAt = out.offset
      writePageHeader(out, {
        type: 'DATA_PAGE_V2',
        uncompressed_page_size: levels + values.length,
        compressed_page_size: levels + compressed.length,
        data_page_header_v2: {
          ...counts,
          encoding,
          definition_levels_byte_length: definition.length,
          repetition_levels_byte_length: repetition.length,
          is_compressed: true,
        },
      })
      uncompressed += out.offset - dataAt + levels + values.length
      // Levels are not compressed.
      for (const bytes of [repetition, definition, compressed]) out.appendBytes(bytes)
      encodings.push(encoding)
    },
    end: values => ({
      meta_data: {
        type,
        encodings,
        path_in_schema: path,
        codec: 'ZSTD',
        num_values: BigInt(values),
        total_compressed_size: BigInt(out.offset - start),
        total_uncompressed_size: BigInt(uncompressed),
        data_page_offset: BigInt(dataAt),
        ...(dictionaryAt !== undefined && { dictionary_page_offset: BigInt(dictionaryAt) }),
      },
      file_offset: BigInt(start),
    }),
  }
}
