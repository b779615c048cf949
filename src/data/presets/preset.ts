import type { Fields } from '../../core/json.ts'

/** What a layout is of, in the words of `entrapipe export`. */
export type PresetKind = 'users' | 'groups' | 'members' | 'devices' | 'deleted-users'

/** A column of a layout that others made: its header as they spell it, and where its value comes from. */
export interface Column {
  readonly header: string
  /** The property it is taken from. Absent where Graph does not give it: the column is there, and empty. */
  readonly from?: string
  /** What of the object is written. @default the property `from` as it is */
  readonly value?: (object: Fields) => unknown
}

/** A layout that people know from elsewhere: its columns with their header, spelling, case and order. */
export interface Preset {
  readonly name: string
  readonly of: PresetKind
  readonly summary: string
  readonly columns: readonly Column[]
  /** `$expand`, where a column needs a relation. */
  readonly expand?: string
  /** Read from the index (`ConsistencyLevel: eventual`), as the original does. */
  readonly advanced?: boolean
  /** What is not known for certain of the original. */
  readonly uncertain?: string
}

/** A column that is named as its property. */
export const same = (...names: readonly string[]): readonly Column[] =>
  names.map(name => ({ header: name, from: name }))

/** A column of the original that Graph has nothing for. */
export const absent = (header: string): Column => ({ header })

/** The first item of a list, or the value itself; null where there is none. */
export const first = (value: unknown): unknown => (Array.isArray(value) ? (value[0] ?? null) : (value ?? null))

/** Properties that a preset selects, each once. Annotations (`@odata.type`) and relations come without being selected. */
export const selected = (preset: Preset): readonly string[] =>
  [...new Set(['id', ...preset.columns.flatMap(column => (column.from === undefined ? [] : [column.from]))])].filter(
    name => !name.startsWith('@') && !preset.expand?.startsWith(name),
  )

/** Headers of columns that are always empty. */
export const emptyColumns = (preset: Preset): readonly string[] =>
  preset.columns.filter(column => column.from === undefined).map(column => column.header)

/** Makes a row of a preset. */
export const laidOut = (preset: Preset): ((object: Fields) => Fields) => {
  const columns = preset.columns.map(({ header, from, value }) => ({
    header,
    read: value ?? (from === undefined ? () => null : (object: Fields) => object[from] ?? null),
  }))
  return object => {
    const row: Record<string, unknown> = {}
    for (const { header, read } of columns) row[header] = read(object)
    return row
  }
}
