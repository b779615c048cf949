import { EntrapipeError } from '../../core/errors.ts'
import { relationsOfType } from '../../data/properties.ts'
import { parseExpand } from '../../odata/parse-expand.ts'

/** A `$select` and the `$expand` for the relations that it names. */
interface RelatedColumns {
  /** Properties of the type. */
  readonly select: readonly string[]
  readonly expand: string | undefined
  /** Columns that are relations, or lead into one: `manager`, `manager/displayName`. */
  readonly related: readonly string[]
}

/** What is asked of an object that a relation leads to, when the relation is selected as a whole. */
const usual = ['id', 'displayName', 'userPrincipalName']

/**
 * Takes relations out of a `$select`, where Graph refuses them, and expands them: `manager`, or `manager/displayName`.
 *
 * @throws EntrapipeError `OPTION_INVALID` for several relations, and for a path into a relation to many
 */
export const relatedColumns = (columns: readonly string[], type: string, expand?: string): RelatedColumns => {
  const relations = relationsOfType(type)
  const related = columns.filter(name => relations.has(firstOf(name)))
  if (related.length === 0) return { select: columns, expand, related }
  const select = columns.filter(name => !related.includes(name))
  const given = expand === undefined ? [] : [parseExpand(expand).relation]
  const [relation = '', other] = [...new Set([...given, ...related.map(firstOf)])]
  if (other !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Graph expands one relation at a time, got ${relation} and ${other}`)
  const inside = related.filter(name => name !== relation).map(name => firstOf(name.slice(relation.length + 1)))
  if (inside.length > 0 && relations.get(relation)?.collection)
    throw new EntrapipeError('OPTION_INVALID', `${relation} is a list: select it as a whole`)
  const wanted = new Set([...(related.includes(relation) ? usual : ['id']), ...inside])
  return { select, expand: expand ?? `${relation}($select=${[...wanted].join(',')})`, related }
}

const firstOf = (path: string): string => path.split('/')[0]!
