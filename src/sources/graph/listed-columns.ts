import type { Columns } from '../../core/columns.ts'
import { defaultProperties } from '../../data/listing.ts'
import type { Listing } from './listing.ts'

/** Names of the relations in an `$expand`, without their options. */
const relationsOf = (expand: string | undefined): readonly string[] =>
  (expand ?? '')
    .replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)

const more = 'Graph returns other properties only if `select` names them.'

/**
 * The columns of a listing: those selected, and the id. Without a selection, the default properties of the type, if the
 * type is known.
 */
export const listedColumns = ({ select, expand }: Listing, type?: string): Columns | undefined => {
  const names = select?.length ? select : type === undefined ? undefined : defaultProperties(type)
  if (!names) return undefined
  return { names: [...new Set(['id', ...names, ...relationsOf(expand)])], closed: true, more }
}
