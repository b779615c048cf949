import type { Columns } from '../../core/columns.ts'
import type { Fields } from '../../core/json.ts'
import type { Entity } from './listing.ts'
import { selection } from './selection.ts'

/** Rows of what belongs to an object: columns that name both, and then the selected properties of what belongs to it. */
interface RelatedRows {
  readonly columns: Columns
  /** The selected properties without the first columns. */
  readonly own: readonly string[]
  /** The `$select`. */
  readonly select: readonly string[]
  readonly row: (object: Entity, entry: Entity) => Fields
}

/**
 * @param fixed the first columns, each with the function that reads it
 * @param select properties of an entry; names of first columns are left out
 */
export const relatedRows = (
  fixed: Readonly<Record<string, (object: Entity, entry: Entity) => unknown>>,
  select: readonly string[],
): RelatedRows => {
  const own = select.filter(name => !(name in fixed))
  const { names, lift } = selection(own.length === 0 ? ['id'] : own)
  const readers = Object.entries(fixed)
  return {
    columns: {
      names: [...readers.map(([name]) => name), ...own],
      closed: true,
      more: 'Other properties are returned if `select` names them.',
    },
    own,
    select: names,
    row(object, entry) {
      const lifted: Fields = lift ? lift(entry) : entry
      const row: Record<string, unknown> = {}
      for (const [name, read] of readers) row[name] = read(object, entry)
      for (const name of own) row[name] = lifted[name] ?? null
      return row
    },
  }
}

/** The type of an entry of a mixed list: `user`. */
export const typeIn = (entry: Entity): string | null =>
  typeof entry['@odata.type'] === 'string' ? entry['@odata.type'].replace('#microsoft.graph.', '') : null
