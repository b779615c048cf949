import type { Columns } from '../../core/columns.ts'
import { defaultProperties } from '../../data/listing.ts'
import type { Listing } from '../graph.ts'

/** Names of the relations of an `$expand`, whatever stands in their parentheses. */
const relationsOf = (expand: string | undefined): readonly string[] =>
  (expand ?? '')
    .replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)

const more = 'Graph gives other properties only where `select` names them.'

/**
 * The columns of a listing: what is selected, and the id; without a selection what Graph gives of the type by itself, where
 * the type is known.
 */
export const listedColumns = ({ select, expand }: Listing, type?: string): Columns | undefined => {
  const names = select?.length ? select : type === undefined ? undefined : defaultProperties(type)
  if (!names) return undefined
  return { names: [...new Set(['id', ...names, ...relationsOf(expand)])], closed: true, more }
}
