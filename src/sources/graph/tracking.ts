import { propertiesOfType } from '../../data/properties.ts'
import { listableProperties } from '../../data/listing.ts'
import { propertiesOf, type Filter } from '../../odata/ast.ts'

/** What a delta query tracks of a listing, to tell what was created, deleted or moved while it was read. */
export interface Tracked {
  /** Properties for `$select`. */
  readonly select: readonly string[]
  /** The one with the time of creation; undefined if the type has none. */
  readonly created: string | undefined
}

/** Properties that shards of a listing are ranges of, by type: who changes one may move past its shard. */
const shardKeys: Readonly<Record<string, string>> = {
  user: 'userPrincipalName',
  group: 'mailNickname',
  device: 'displayName',
}

/**
 * Returns what delta must track of a listing of a type: its id, its time of creation, the key of its shards, and what its filter
 * reads. Undefined if the filter reads what delta does not track, such as `signInActivity`.
 *
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const trackedOf = (type: string, filter?: Filter): Tracked | undefined => {
  const properties = propertiesOfType(type)
  const created = ['createdDateTime', 'registrationDateTime'].find(name => properties.has(name))
  const read = filter === undefined ? [] : propertiesOf(filter).map(path => path.split('/')[0]!)
  const listable = new Set(listableProperties(type))
  if (read.some(name => name !== 'id' && !listable.has(name))) return undefined
  const names = ['id', created, shardKeys[type], ...read].filter(name => name !== undefined)
  return { select: [...new Set(names)], created }
}
