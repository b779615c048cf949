import { isCode } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { idSet, type IdSet } from './id-set.ts'
import { listOf, type LinkForm } from './form.ts'

/** Links of an object from its plain list. */
interface Listing extends Pick<IdSet, 'has' | 'size'> {
  /** Whether it has all links that the list shows. */
  readonly isWhole: boolean
}

interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink'?: string
}

const linkOf = (form: LinkForm, id: string): string => `${listOf(form, id)}?$select=id&$top=999`

/**
 * The whole list of an object's direct links, read once for all rows of a window that follow one another: 32 to 64 bytes a link. Only
 * the last one is kept. What checks memberships is transitive, and an advanced query reads an index that lags.
 */
export const wholeListing = (form: LinkForm, id: string, context: OperationContext): Promise<Listing> =>
  context.once(listOf(form, id), () => read(form, id, context), 'whole listing')

const read = async (form: LinkForm, id: string, { graph, signal }: OperationContext): Promise<Listing> => {
  const ids = idSet()
  try {
    for await (const { values } of graph.pages<{ readonly id: string }>(linkOf(form, id), { signal }))
      for (const each of values) ids.add(each.id)
  } catch (error) {
    // The object was deleted since it was read: the request that changes it says so.
    if (!isCode(error, 'GRAPH_NOT_FOUND')) throw error
  }
  return { has: ids.has, size: ids.size, isWhole: true }
}

/** Objects whose first pages are in memory at once. */
const listsAtOnce = 200

/** The first 999 links of each object. Calls `seen` with one after the other, so that they need not be in memory together. */
export const firstPages = async (
  form: LinkForm,
  owners: readonly string[],
  { graph, signal }: OperationContext,
  seen: (owner: string, listing: Listing | undefined) => void,
): Promise<void> => {
  for (let from = 0; from < owners.length; from += listsAtOnce) {
    const some = owners.slice(from, from + listsAtOnce)
    const replies = await graph.batch(
      some.map(owner => ({ method: 'GET' as const, url: linkOf(form, owner) })),
      signal,
    )
    some.forEach((owner, at) => {
      const { status, body } = replies[at]!
      if (status !== 200) return seen(owner, undefined)
      const { value, '@odata.nextLink': next } = body as Page
      const ids = new Set(value.map(({ id }) => id.toLowerCase()))
      seen(owner, { has: id => ids.has(id), size: ids.size, isWhole: next === undefined })
    })
  }
}
