import type { ColumnType, ColumnTypes } from '../../core/column-type.ts'
import type { Fields } from '../../core/json.ts'
import type { Projection } from '../../core/projection.ts'
import { columnTypeOf } from '../column-types.ts'

/** The export that a layout is for. */
export type PresetKind = 'users' | 'groups' | 'members' | 'devices' | 'deleted-users' | 'deleted-groups'

/** A column of a known layout: its exact header, and the source of its value. */
export interface Column {
  readonly header: string
  /** The source property. Absent if Graph does not have the value; the column is then empty. */
  readonly from?: string
  /** The value to write, made of the property `from`. @default the property, unchanged */
  readonly of?: (property: unknown) => unknown
  /** The value to write, if it is made of several properties. */
  readonly value?: (object: Fields) => unknown
  /** Type of a value that is not the property, for formats with types. @default any */
  readonly type?: ColumnType
}

/** A layout of the portal or of a documented script: its columns with exact headers and order. */
export interface Preset {
  readonly name: string
  readonly of: PresetKind
  readonly summary: string
  readonly columns: readonly Column[]
  /** `$expand`, if a column needs a relation. */
  readonly expand?: string
  /** Whether the original uses an advanced query (`ConsistencyLevel: eventual`). */
  readonly advanced?: boolean
  /** What is uncertain about the original. */
  readonly uncertain?: string
  /** Only users who are stale (`stale.ts`), each with the reason. @default all objects */
  readonly isStale?: true
}

/** Columns with the names of their properties. */
export const same = (...names: readonly string[]): readonly Column[] =>
  names.map(name => ({ header: name, from: name }))

/** A column of the original that Graph has no value for. */
export const absent = (header: string): Column => ({ header })

/** The first item of a list, or the value itself; null if missing. */
export const first = (value: unknown): unknown => (Array.isArray(value) ? (value[0] ?? null) : (value ?? null))

/** Properties that a preset selects, without repeats. Annotations (`@odata.type`) and relations are returned without being selected. */
export const selected = (preset: Preset): readonly string[] =>
  [...new Set(['id', ...preset.columns.flatMap(column => (column.from === undefined ? [] : [column.from]))])].filter(
    name => !name.startsWith('@') && !preset.expand?.startsWith(name),
  )

/** Headers of columns that are always empty. */
export const emptyColumns = (preset: Preset): readonly string[] =>
  preset.columns.filter(column => column.from === undefined && !column.value).map(column => column.header)

const entityTypes: Readonly<Record<PresetKind, string>> = {
  users: 'user',
  groups: 'group',
  members: 'user',
  devices: 'device',
  'deleted-users': 'user',
  'deleted-groups': 'group',
}

/** The types of the columns of a layout, by header. Columns with values of their own, and empty ones, have texts. */
export const typesIn = ({ of, columns }: Preset): ColumnTypes =>
  Object.fromEntries(
    columns.map(({ header, from, of: made, value, type }) => [
      header,
      type ?? (from === undefined || made || value ? undefined : columnTypeOf(entityTypes[of], from)) ?? 'any',
    ]),
  )

/** A column with the function that reads its value. */
export const readerOf = (column: Column): Projection[number] => {
  const { header: name, from = null, of, value } = column
  if (value) return { name, read: value }
  if (from === null) return { name, from, read: () => null }
  return { name, from, of, read: of ? object => of(object[from]) : object => object[from] ?? null }
}

/** The columns of a layout, each with the function that reads its value. */
export const readersOf = (preset: Preset): Projection => preset.columns.map(readerOf)
