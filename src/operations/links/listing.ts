import { isCode } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { idSet, type IdSet } from './id-set.ts'
import type { Relation } from './link.ts'

/** Links of a group from its plain list. */
interface Listing extends Pick<IdSet, 'has' | 'size'> {
  /** Whether it has all links that the list shows. */
  readonly isWhole: boolean
}

interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink'?: string
}

const linkOf = (group: string, relation: Relation): string => `/groups/${group}/${relation}?$select=id&$top=999`

/**
 * The whole list of a group's direct links, read once for all rows of a window that follow one another: 32 to 64 bytes a link. Only
 * the last one is kept. What checks memberships is transitive, and an advanced query reads an index that lags.
 */
export const wholeListing = (group: string, relation: Relation, context: OperationContext): Promise<Listing> =>
  context.once(`${relation} of ${group}`, () => read(group, relation, context), 'whole listing')

const read = async (group: string, relation: Relation, { graph, signal }: OperationContext): Promise<Listing> => {
  const ids = idSet()
  try {
    for await (const { values } of graph.pages<{ readonly id: string }>(linkOf(group, relation), { signal }))
      for (const { id } of values) ids.add(id)
  } catch (error) {
    // The group was deleted since it was read: the request that changes it says so.
    if (!isCode(error, 'GRAPH_NOT_FOUND')) throw error
  }
  return { has: ids.has, size: ids.size, isWhole: true }
}

/** Groups whose first pages are in memory at once. */
const groupsAtOnce = 200

/** The first 999 links of each group. Calls `seen` with one after the other, so that they need not be in memory together. */
export const firstPages = async (
  groups: readonly string[],
  relation: Relation,
  { graph, signal }: OperationContext,
  seen: (group: string, listing: Listing | undefined) => void,
): Promise<void> => {
  for (let from = 0; from < groups.length; from += groupsAtOnce) {
    const some = groups.slice(from, from + groupsAtOnce)
    const replies = await graph.batch(
      some.map(group => ({ method: 'GET' as const, url: linkOf(group, relation) })),
      signal,
    )
    some.forEach((group, at) => {
      const { status, body } = replies[at]!
      if (status !== 200) return seen(group, undefined)
      const { value, '@odata.nextLink': next } = body as Page
      const ids = new Set(value.map(({ id }) => id.toLowerCase()))
      seen(group, { has: id => ids.has(id), size: ids.size, isWhole: next === undefined })
    })
  }
}
