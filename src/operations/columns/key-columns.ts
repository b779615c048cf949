import type { NameColumn } from '../../core/operation-columns.ts'
import { loose, propertyIn } from '../../formats/csv-header.ts'

/** A column of the file that may name an object. */
export interface KeyColumn {
  readonly column: string
  /** What it has, in the order in which it is preferred. */
  readonly rank: Rank
  /** The property by which its cells are looked up, if its caption says so. */
  readonly by: string | undefined
}

/** `any`: whatever names the object · `id` · `unique`: another name that no two objects have · `mail` · `other`. */
type Rank = 'any' | 'id' | 'unique' | 'mail' | 'other'

const ranks: readonly Rank[] = ['any', 'id', 'unique', 'mail', 'other']

const rankOf = (caption: string, value: string, by: string | undefined): Rank => {
  if (by !== undefined) return 'unique'
  if (caption === value.toLowerCase() || /or(?:upn|userprincipalname|name)$/.test(caption)) return 'any'
  if (caption.endsWith('id')) return 'id'
  if (caption === 'upn' || caption.endsWith('userprincipalname')) return 'unique'
  return /mail/.test(caption) ? 'mail' : 'other'
}

/** The columns that name the object of this value, the preferred first. @param header columns with their captions */
export const keyColumns = (
  header: Iterable<readonly [column: string, caption: string]>,
  value: string,
  { captions, keyed = {} }: Pick<NameColumn, 'captions' | 'keyed'>,
): readonly KeyColumn[] => {
  const known = new Set([value, ...captions].map(loose))
  const properties = new Map(Object.entries(keyed).map(([caption, property]) => [loose(caption), property]))
  return [...header]
    .map(([column, caption]) => ({ column, caption: loose(propertyIn(caption) ?? caption) }))
    .filter(({ caption }) => known.has(caption))
    .map(({ column, caption }) => {
      const by = properties.get(caption)
      return { column, by, rank: rankOf(caption, loose(value), by) }
    })
    .sort((one, other) => ranks.indexOf(one.rank) - ranks.indexOf(other.rank))
}

/**
 * Two columns of which nobody can tell which one names the object; undefined if that is clear. An id is preferred to a user
 * principal name, and that to a mail address: exports have all three.
 */
export const rivals = (columns: readonly KeyColumn[]): readonly [string, string] | undefined => {
  const [first, second] = columns
  if (!first || !second) return undefined
  return first.rank === 'any' || first.rank === second.rank ? [first.column, second.column] : undefined
}
