import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'

interface Member extends Fields {
  readonly id: string
  readonly '@odata.type'?: string
}

/** The relations of a group from which v1.0 omits service principals. */
export type OmittingRelation = 'members' | 'transitiveMembers' | 'owners'

const type = 'microsoft.graph.servicePrincipal'

/**
 * Finds service principals among the members or owners of a group, which v1.0 omits from the listing. Microsoft documents one
 * way, `$expand` of the group, which has the first 20 direct members of any type. A cast as an advanced query, which is
 * reported to return all of them, finds the others and those of nested groups. Either may be refused.
 *
 * @returns their names, or their ids if they have no name
 * @see https://learn.microsoft.com/graph/api/group-list-members
 * @see https://learn.microsoft.com/graph/api/group-list-owners
 */
export const servicePrincipalsLeftOut = async (
  ctx: Context,
  group: string,
  relation: OmittingRelation,
  isListed: (id: string) => boolean,
): Promise<readonly string[]> => {
  const expanded = relation === 'owners' ? 'owners' : 'members'
  const direct = await ctx.graph.attempt<{ readonly [name: string]: readonly Member[] | undefined }>(
    { method: 'GET', url: `/groups/${group}?$select=id&$expand=${expanded}($select=id,displayName)` },
    ctx.signal,
  )
  const cast = await ctx.graph.attempt<{ readonly value?: readonly Member[] }>(
    {
      method: 'GET',
      url: `/groups/${group}/${relation}/${type}?$select=id,displayName&$top=999&$count=true`,
      headers: { ConsistencyLevel: 'eventual' },
    },
    ctx.signal,
  )
  const found = [
    ...listOf(direct.status, direct.body?.[expanded]).filter(member => member['@odata.type'] === `#${type}`),
    ...listOf(cast.status, cast.body?.value),
  ]
  const names = found
    .filter(({ id }) => !isListed(id))
    .map(member => [member.id, typeof member['displayName'] === 'string' ? member['displayName'] : member.id] as const)
  return [...new Map(names).values()]
}

const listOf = (status: number, list: readonly Member[] | undefined): readonly Member[] =>
  status < 300 && Array.isArray(list) ? list : []

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
