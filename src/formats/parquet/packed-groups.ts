import type { ColumnChunk, ColumnMetaData, RowGroup, Statistics } from 'hyparquet'
import type { PageEncodingStats } from 'hyparquet/src/types.js'
import type { ColumnType } from '../../core/column-type.ts'
import { given } from '../../core/given.ts'
import { leafOf } from './schema.ts'

type PackedValue = number | string | boolean | null

/** The metadata of a column in a group: encodings, numbers, the pages, and what is known of the values. */
type PackedChunk = readonly [
  encodings: ColumnMetaData['encodings'],
  numbers: readonly number[],
  statistics?: readonly [pages: number, least: PackedValue, most: PackedValue, nulls: number, nans: number],
]

/** The metadata of a group of rows as JSON, without what the schema tells: a third of its size. */
export type PackedGroup = readonly [rows: number, bytes: number, compressed: number, chunks: readonly PackedChunk[]]

/** `nan_count` is written, but not typed. */
type KnownStatistics = Statistics & { readonly nan_count?: bigint }

// Statistics are only of columns that are no texts, so that a text is a long integer.
const packedValue = (value: unknown): PackedValue =>
  typeof value === 'bigint' ? String(value) : (value as PackedValue)
const unpackedValue = (value: PackedValue): Statistics['max'] =>
  typeof value === 'string' ? BigInt(value) : (value ?? undefined)

const packChunk = ({ file_offset, meta_data }: ColumnChunk): PackedChunk => {
  const { encodings, encoding_stats, statistics, ...facts } = meta_data!
  const { min_value, max_value, null_count = 0n, nan_count = 0n } = (statistics ?? {}) as KnownStatistics
  const numbers = [
    file_offset,
    facts.num_values,
    facts.total_uncompressed_size,
    facts.total_compressed_size,
    facts.data_page_offset,
    ...(facts.dictionary_page_offset === undefined ? [] : [facts.dictionary_page_offset]),
  ].map(Number)
  if (!statistics) return [encodings, numbers]
  const pages = encoding_stats!.at(-1)!.count
  const [least, most] = [min_value, max_value].map(value => packedValue(value ?? null))
  return [encodings, numbers, [pages, least!, most!, Number(null_count), Number(nan_count)]]
}

const unpackChunk = ([encodings, numbers, known]: PackedChunk, name: string, type: ColumnType): ColumnChunk => {
  const [file_offset, num_values, uncompressed, compressed, data, dictionary] = numbers.map(BigInt)
  const leaf = leafOf(name, type)
  return {
    meta_data: {
      type: leaf.type,
      encodings,
      path_in_schema: leaf.path,
      codec: 'ZSTD',
      num_values: num_values!,
      total_compressed_size: compressed!,
      total_uncompressed_size: uncompressed!,
      data_page_offset: data!,
      ...(dictionary !== undefined && { dictionary_page_offset: dictionary }),
      ...(known && { statistics: unpackStatistics(known, type), encoding_stats: pagesOf(encodings, known[0]) }),
    },
    file_offset: file_offset!,
  }
}

const unpackStatistics = (
  [, least, most, nulls, nans]: NonNullable<PackedChunk[2]>,
  type: ColumnType,
): KnownStatistics => {
  const [min_value, max_value] = [unpackedValue(least), unpackedValue(most)]
  return {
    // Parquet has the negative zero as the smaller of the two, and JSON has only one.
    ...given({ min_value: min_value === 0 ? -0 : min_value, max_value }),
    null_count: BigInt(nulls),
    ...(type === 'double' && { nan_count: BigInt(nans) }),
  }
}

const pagesOf = (encodings: ColumnMetaData['encodings'], count: number): PageEncodingStats[] => [
  ...(encodings.length > 1 ? [{ page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const] : []),
  { page_type: 'DATA_PAGE_V2', encoding: encodings.at(-1)!, count },
]

/** Packs the metadata of groups. */
export const packGroups = (groups: readonly RowGroup[]): readonly PackedGroup[] =>
  groups.map(({ num_rows, total_byte_size, total_compressed_size = 0n, columns }) => [
    Number(num_rows),
    Number(total_byte_size),
    Number(total_compressed_size),
    columns.map(packChunk),
  ])

/** Unpacks what `packGroups` packed. */
export const unpackGroups = (
  packed: readonly PackedGroup[],
  columns: readonly string[],
  types: readonly ColumnType[],
): RowGroup[] =>
  packed.map(([rows, bytes, compressed, chunks]) => ({
    columns: chunks.map((chunk, at) => unpackChunk(chunk, columns[at]!, types[at]!)),
    total_byte_size: BigInt(bytes),
    num_rows: BigInt(rows),
    total_compressed_size: BigInt(compressed),
  }))
