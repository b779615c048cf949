import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { FoundGroup } from './find-group.ts'

interface Member extends Fields {
  readonly id: string
  readonly '@odata.type'?: string
}

/**
 * Finds service principals among the members of a group, which v1.0 omits from the listing. The only documented way
 * returns the first 20 members of any type; service principals after those cannot be found.
 *
 * @returns their names, or their ids if they have no name
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
 * Whether Graph returned only type and id of a member, because the sign-in has no permission to read objects of its type.
 * Every directory object has a display name, so this is detected only if the listing selects it.
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
