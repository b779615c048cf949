import type { Fields } from './json.ts'
import { columnReader } from './columns.ts'
import type { Row } from './row.ts'

/** A column of a row that is not made yet. */
export interface ProjectedColumn {
  readonly name: string
  /** Reads its value from the row before. What it throws fails the row. */
  readonly read: (row: Fields) => unknown
  /** The property of the row before that is its value, so that it can be read without a row; null if it never has a value. */
  readonly from?: string | null | undefined
  /** Makes the value of that property alone. @default it is unchanged */
  readonly of?: ((property: unknown) => unknown) | undefined
}

/** The columns of a row that is not made yet, in order. Names are unique. */
export type Projection = readonly ProjectedColumn[]

/** How a sink gets its rows from rows before the last transforms. */
export interface Projected {
  readonly columns: Projection
  /**
   * Makes the rows, for those that the sink cannot encode otherwise. A row that fails is settled and left out, as if it had
   * never reached the sink.
   */
  rows(rows: readonly Row<unknown>[]): readonly Row<unknown>[] | Promise<readonly Row<unknown>[]>
}

/**
 * Reads the columns of these names, in this order; undefined for one that the projection lacks. Every column of the projection
 * is read, because one that is left out fails its row too.
 */
export const readsOf = (names: readonly string[], projection: Projection): readonly ProjectedColumn['read'][] => {
  const known = new Map(projection.map(({ name, read }) => [name, read]))
  const reads = names.map(name => known.get(name) ?? nothing)
  const others = projection.filter(({ name }) => !names.includes(name))
  const [first = nothing, ...later] = reads
  if (others.length === 0) return reads
  return [
    row => {
      for (const { read } of others) read(row)
      return first(row)
    },
    ...later,
  ]
}

const nothing = (): undefined => undefined

/** The column of this name in rows that `given` would make, where it is a property of the row before. */
export const projectedFrom = (name: string, given: Projection | undefined): Pick<ProjectedColumn, 'from' | 'of'> => {
  const found = given?.find(column => column.name === name)
  if (found) return { from: found.from, of: found.of }
  // A path may lead into a property.
  return name.includes('/') ? {} : { from: given ? null : name }
}

/** As `columnReader`, for rows that `given` would make. */
export const projectedReader = (name: string, given: Projection | undefined): ((row: Fields) => unknown) => {
  if (!given) return columnReader(name)
  const found = (wanted: string): ProjectedColumn | undefined => given.find(column => column.name === wanted)
  const whole = found(name)
  if (whole) return whole.read
  const slash = name.indexOf('/')
  const parent = slash < 0 ? undefined : found(name.slice(0, slash))
  if (!parent) return nothing
  // The reader of a path begins at a row, so the parent is put into one.
  const inside = columnReader(name)
  const first = name.slice(0, slash)
  return row => inside({ [first]: parent.read(row) })
}
