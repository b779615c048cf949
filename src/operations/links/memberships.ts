import type { OperationContext } from '../../core/operation.ts'
import { setOf, type ObjectType } from '../objects/types-of.ts'
import type { LinkForm, Relation } from './form.ts'
import { containerIn, type Link } from './link.ts'

interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink'?: string
}

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
  { graph, signal }: OperationContext,
): Promise<readonly (boolean | undefined)[]> => {
  const urls = links.map(link => urlOf(link, form.relation, types.get(link.member) ?? ''))
  const distinct = [...new Set(urls.filter(url => url !== undefined))]
  const replies = await graph.batch(
    distinct.map(url => ({ method: 'GET' as const, url })),
    signal,
  )
  const found = new Map<string, ReadonlySet<string>>()
  for (const [at, { status, body }] of replies.entries()) {
    if (status !== 200) continue
    const { value, '@odata.nextLink': next } = body as Page
    const ids = new Set(value.map(({ id }) => id.toLowerCase()))
    // More than 999 groups: the list is read again from its start, since a link of a batch is no path.
    if (next !== undefined)
      for await (const { values } of graph.pages<{ readonly id: string }>(distinct[at]!, { signal }))
        for (const { id } of values) ids.add(id.toLowerCase())
    found.set(distinct[at]!, ids)
  }
  return links.map((link, at) => found.get(urls[at] ?? '')?.has(containerIn(form, link)))
}
