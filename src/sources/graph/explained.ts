import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { nearest } from '../../core/nearest.ts'
import { namesAt, propertiesOfType } from '../../data/properties.ts'
import { propertiesOf } from '../../odata/ast.ts'
import { filterRows } from '../../odata/describe-finding.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import { memberTypes } from './member-types.ts'

/** The request that Graph refused. */
interface Asked {
  readonly path: string
  readonly filter?: string
  readonly paged: boolean
  /** Whether no page has been read yet. */
  readonly isFirst: boolean
  readonly disputed?: readonly string[]
}

/** Explains why Graph refused a query, and adds a fix. Returns any other error unchanged. */
export const explained = (error: unknown, asked: Asked): unknown => {
  if (!isCode(error, 'GRAPH_REFUSED')) return error
  const { path, paged, isFirst, disputed = [] } = asked
  const status = error.facts['status']
  const isOne = status === 400 && /requested resource is not a collection/i.test(error.message)
  if (isFirst && (status === 200 || isOne))
    return new EntrapipeError('OPTION_INVALID', `${path} is one object, not a collection.`, {
      cause: error,
      facts: error.facts,
      fix: 'Name a collection, such as /users or /groups/<id>/owners.',
    })
  if (status !== 400) return error
  const unknown = unknownProperty(error, asked) ?? unknownSegment(error, path)
  if (unknown) return unknown
  const fix =
    paged && /\btop\b|page size/i.test(error.message)
      ? 'If this is one object, name a collection instead. If the maximum page size of the collection is smaller, set `top`. If it does not support $top at all, write a pipeline whose source has `paged: false`.'
      : disputed.length > 0
        ? `${disputed.join(' ')} ${filterRows}`
        : undefined
  return fix === undefined
    ? error
    : new EntrapipeError(error.code, error.message, { cause: error, facts: error.facts, fix })
}

/** Graph's message for a path that it does not have, in whole or in part. */
const noSegment = /Resource not found for the segment '([^']+)'/i

const unknownSegment = (error: EntrapipeError, path: string): EntrapipeError | undefined => {
  const [, segment] = noSegment.exec(error.message) ?? []
  if (segment === undefined) return undefined
  const near = path.toLowerCase() === `/${segment.toLowerCase()}` ? nearest(segment, collections) : undefined
  return new EntrapipeError('OPTION_INVALID', `Graph has no ${path}: '${segment}' is not part of its addresses.`, {
    cause: error,
    facts: { ...error.facts, path },
    fix:
      near === undefined ? 'Check the path against the reference of Microsoft Graph v1.0.' : `Did you mean /${near}?`,
  })
}

/** Collections that people name most, for near names. */
const collections = [
  'users',
  'groups',
  'devices',
  'applications',
  'servicePrincipals',
  'directoryRoles',
  'domains',
  'contacts',
  'subscribedSkus',
] as const

/** Graph's message for a property that the type does not have, in `$filter`, `$select` or `$orderby`. */
const notFound = /Could not find a property named '([^']+)' on type '(?:\w+\.)*(\w+)'/i

const unknownProperty = (error: EntrapipeError, { filter }: Asked): EntrapipeError | undefined => {
  const [, property, named = ''] = notFound.exec(error.message) ?? []
  if (property === undefined) return undefined
  const type = `${named.charAt(0).toLowerCase()}${named.slice(1)}`
  // Graph may not have a property that its schema lists.
  const near = nearest(
    property,
    namesAt(type, []).filter(name => name !== property),
  )
  // Graph filters a list of mixed objects only by what all of them have.
  const isOfMember = memberTypes.some(one => propertiesOfType(one).has(property))
  const rowsCan = type === 'directoryObject' && isOfMember && readsProperty(filter, property)
  const fix = rowsCan ? filterRows : near === undefined ? undefined : `Did you mean '${near}'?`
  return new EntrapipeError('PROPERTY_UNKNOWN', error.message, {
    cause: error,
    facts: { ...error.facts, type, property },
    ...given({ fix }),
  })
}

const readsProperty = (filter: string | undefined, property: string): boolean => {
  if (filter === undefined) return false
  try {
    return propertiesOf(parseFilter(filter)).includes(property)
  } catch {
    // `graph` sends filters that this parser does not know.
    return false
  }
}
