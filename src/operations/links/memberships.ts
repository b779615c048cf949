import type { OperationContext } from '../../core/operation.ts'
import { readListings } from '../../graph/read-listings.ts'
import { setOf, type ObjectType } from '../objects/types-of.ts'
import type { LinkForm, Relation } from './form.ts'
import { containerIn, type Link } from './link.ts'

const listsOf = { members: 'memberOf', owners: 'ownedObjects' } as const

/** Types whose `ownedObjects` Graph lists. */
const owning: readonly string[] = ['user', 'servicePrincipal']

const urlOf = ({ member }: Link, relation: Relation, type: ObjectType): string | undefined => {
  if (!(type in setOf) || (relation === 'owners' && !owning.includes(type))) return undefined
  return `/${setOf[type as keyof typeof setOf]}/${member}/${listsOf[relation]}?$select=id&$top=999`
}

/**
 * Whether links are there, from what each object is a direct member or an owner of: cheaper than the list of a large group, if there are
 * few, and the only plain list of a group that shows service principals. Undefined if the sign-in may not read it.
 *
 * @see https://learn.microsoft.com/graph/api/user-list-memberof
 */
export const directly = async (
  links: readonly Link[],
  form: LinkForm,
  types: ReadonlyMap<string, ObjectType>,
  context: OperationContext,
): Promise<readonly (boolean | undefined)[]> => {
  const urls = links.map(link => urlOf(link, form.relation, types.get(link.member) ?? ''))
  const distinct = [...new Set(urls.filter(url => url !== undefined))]
  const listings = await readListings<{ readonly id: string }>(context, distinct, () => true)
  const found = new Map(
    listings.flatMap((listed, at) =>
      listed ? [[distinct[at]!, new Set(listed.map(({ id }) => id.toLowerCase()))] as const] : [],
    ),
  )
  return links.map((link, at) => found.get(urls[at] ?? '')?.has(containerIn(form, link)))
}
