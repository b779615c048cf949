import type { Entity, Kind } from '../directory/types.ts'
import { faults } from './faults.ts'
import { isOfMembers, type RelationName } from './relations.ts'
import { kindOfType, typeFacts } from './type-facts.ts'

/**
 * The type that a path casts what belongs to an object to, such as `microsoft.graph.user`.
 *
 * @throws GraphFault 400 for a type that there is not, or that the group cannot have as a member
 */
export const castOf = (
  type: string | undefined,
  kind: Kind,
  owner: Entity,
  relation: RelationName,
): Kind | undefined => {
  if (type === undefined) return undefined
  const cast = kindOfType(type)
  if (!cast) throw faults.segmentUnknown(type)
  if (kind === 'group' && isOfMembers(relation) && !membersOf(owner).includes(cast))
    throw faults.castUnsupported(typeFacts[cast].type)
  return cast
}

/** Which types a group can have as members. @see https://learn.microsoft.com/graph/api/group-list-members */
const membersOf = (group: Entity): readonly Kind[] =>
  (group['groupTypes'] as readonly string[] | undefined)?.includes('Unified')
    ? ['user']
    : ['user', 'group', 'device', 'servicePrincipal', 'orgContact']

/**
 * Whether a cast needs an advanced query: the documents ask for one for the transitive lists. For the direct ones their pages
 * ask too, but the service answers without, and Microsoft's own samples send none (`Groups[id].Members.GraphUser.GetAsync()`).
 *
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 * @see https://learn.microsoft.com/graph/api/group-list-transitivemembers
 */
export const castNeedsIndex = (relation: RelationName): boolean =>
  relation === 'transitiveMembers' || relation === 'transitiveMemberOf'
