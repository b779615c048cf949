import type { ParquetType, SchemaElement } from 'hyparquet'
import type { ColumnType } from '../../core/column-type.ts'

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const

const leaves: Readonly<Record<Exclude<ColumnType, 'texts'>, Omit<SchemaElement, 'name'>>> = {
  boolean: { type: 'BOOLEAN' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  text,
  // Not annotated as JSON: not every reader knows that, and all know text.
  json: text,
  any: text,
}

/** The schema of a Parquet file. Every column may be null, also those that Microsoft's schema says are not. */
export const parquetSchema = (columns: readonly string[], types: readonly ColumnType[]): SchemaElement[] => [
  { name: 'schema', num_children: columns.length },
  ...columns.flatMap((name, at): SchemaElement[] => {
    const type = types[at]!
    if (type !== 'texts') return [{ name, repetition_type: 'OPTIONAL', ...leaves[type] }]
    return [
      { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', ...text },
    ]
  }),
]

/** Where the values of a column are in the schema, and how they are stored. */
export const leafOf = (name: string, type: ColumnType): { readonly type: ParquetType; readonly path: string[] } =>
  type === 'texts' ? { type: text.type, path: [name, 'list', 'element'] } : { type: leaves[type].type!, path: [name] }
