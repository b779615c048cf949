import type { Graph, GraphRequest } from '../core/graph.ts'
import { refusal } from '../graph/refusal.ts'

interface Reading {
  readonly graph: Pick<Graph, 'pages' | 'batch' | 'tenant'>
  readonly signal: AbortSignal
}

/** All objects of a listing. Only for listings that are short in every directory. */
export const allPages = async <T>(
  { graph, signal }: Pick<Reading, 'signal'> & { readonly graph: Pick<Graph, 'pages'> },
  link: string,
): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const { values } of graph.pages<T>(link, { signal })) found.push(...values)
  return found
}

interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink'?: string
}

/**
 * Ids of the direct and indirect members of each group, in lower case and in the order of the groups. Many groups are read at once.
 *
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const nestedMembers = async (
  reading: Reading,
  groups: readonly string[],
): Promise<readonly (readonly string[])[]> => {
  const requests = groups.map((id): GraphRequest => ({
    method: 'GET',
    url: `/groups/${id}/transitiveMembers?$select=id&$top=999`,
  }))
  const replies = await reading.graph.batch(requests, reading.signal)
  const members: (readonly string[])[] = []
  for (const [at, reply] of replies.entries()) {
    // The group was deleted meanwhile.
    if (reply.status === 404) members.push([])
    else if (reply.status !== 200) throw refusal(requests[at]!, reply, reading.graph.tenant)
    else {
      const { value, '@odata.nextLink': next } = reply.body as Page
      // The list of a large group is read again from its start, since a link of a batch is no path.
      const all = next === undefined ? value : await allPages<{ readonly id: string }>(reading, requests[at]!.url)
      members.push(all.map(({ id }) => id.toLowerCase()))
    }
  }
  return members
}
