import type { Entity, Kind } from '../directory/types.ts'
import { faults } from './faults.ts'
import { isOfMembers, type RelationName } from './relations.ts'
import { kindOfType, typeFacts } from './type-facts.ts'

/**
 * Returns the kind to which a path casts related objects, such as `microsoft.graph.user`.
 *
 * @throws GraphFault 400 for an unknown type, or one that the group cannot have as a member
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

/** The kinds of members that a group can have. @see https://learn.microsoft.com/graph/api/group-list-members */
const membersOf = (group: Entity): readonly Kind[] =>
  (group['groupTypes'] as readonly string[] | undefined)?.includes('Unified')
    ? ['user']
    : ['user', 'group', 'device', 'servicePrincipal', 'orgContact']

/**
 * Whether a cast needs an advanced query. The documents require one for transitive lists. The pages of direct lists require
 * one too, but the service answers without it, and Microsoft's samples send none (`Groups[id].Members.GraphUser.GetAsync()`).
 *
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 * @see https://learn.microsoft.com/graph/api/group-list-transitivemembers
 */
export const castNeedsIndex = (relation: RelationName): boolean =>
  relation === 'transitiveMembers' || relation === 'transitiveMemberOf'
