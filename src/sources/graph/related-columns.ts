import { EntrapipeError } from '../../core/errors.ts'
import { relationsOfType } from '../../data/properties.ts'
import { parseExpand } from '../../odata/parse-expand.ts'

/** A `$select`, and the `$expand` for its relations. */
interface RelatedColumns {
  /** Properties of the type. */
  readonly select: readonly string[]
  readonly expand: string | undefined
  /** Columns from relations: `manager`, `manager/displayName`. */
  readonly related: readonly string[]
}

/** The properties to select if a relation is selected without a path. */
const usual = ['id', 'displayName', 'userPrincipalName']

/**
 * Moves relations from `$select`, where Graph refuses them, to `$expand`: `manager`, or `manager/displayName`.
 *
 * @throws EntrapipeError `OPTION_INVALID` for several relations, and for a path into a to-many relation
 */
export const relatedColumns = (columns: readonly string[], type: string, expand?: string): RelatedColumns => {
  const relations = relationsOfType(type)
  const related = columns.filter(name => relations.has(firstOf(name)))
  if (related.length === 0) return { select: columns, expand, related }
  const select = columns.filter(name => !related.includes(name))
  const given = expand === undefined ? [] : [parseExpand(expand).relation]
  const [relation = '', other] = [...new Set([...given, ...related.map(firstOf)])]
  if (other !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Graph supports only one expanded relation, got ${relation} and ${other}`,
    )
  const inside = related.filter(name => name !== relation).map(name => firstOf(name.slice(relation.length + 1)))
  if (inside.length > 0 && relations.get(relation)?.collection)
    throw new EntrapipeError('OPTION_INVALID', `${relation} is a list. Select it without a path`)
  const own = /\$select=([^;)]*)/i
    .exec(expand ?? '')?.[1]
    ?.split(',')
    .map(name => name.trim())
  const lacking = own && inside.find(name => !own.includes(name))
  if (lacking !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected the $select of expand to have ${lacking}, as select names ${relation}/${lacking}, got ${expand}`,
    )
  const wanted = new Set([...(related.includes(relation) ? usual : ['id']), ...inside])
  return { select, expand: expand ?? `${relation}($select=${[...wanted].join(',')})`, related }
}

const firstOf = (path: string): string => path.split('/')[0]!
