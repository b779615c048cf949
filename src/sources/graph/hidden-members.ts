import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { FoundGroup } from './find-group.ts'

interface Member extends Fields {
  readonly id: string
  readonly '@odata.type'?: string
}

/**
 * Service principals among the members of a group that the listing left out: v1.0 does not list them. The one documented
 * way to them shows the first 20 members, of any type; beyond those nobody can tell.
 *
 * @returns their names, or their ids where they have none
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
export const servicePrincipalsLeftOut = async (
  ctx: Context,
  { id }: FoundGroup,
  isListed: (id: string) => boolean,
): Promise<readonly string[]> => {
  const url = `/groups/${id}?$select=id&$expand=members($select=id,displayName)`
  const reply = await ctx.graph.attempt<{ readonly members?: readonly Member[] }>({ method: 'GET', url }, ctx.signal)
  const members = reply.status < 300 && Array.isArray(reply.body?.members) ? reply.body.members : []
  return members
    .filter(member => member['@odata.type'] === '#microsoft.graph.servicePrincipal' && !isListed(member.id))
    .map(member => (typeof member['displayName'] === 'string' ? member['displayName'] : member.id))
}

/**
 * Whether Graph reduced a member to its type and id, because the sign-in may not read objects of that type. Every object of
 * the directory has a display name, so only a listing that asks for it can tell.
 *
 * @see https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects
 */
export const isReduced = (member: Fields, selectsName: boolean): boolean =>
  selectsName &&
  typeof member['@odata.type'] === 'string' &&
  Object.entries(member).every(
    ([name, value]) =>
      name === 'id' || name.startsWith('@') || value === null || (Array.isArray(value) && value.length === 0),
  )
