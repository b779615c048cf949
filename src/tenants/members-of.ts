import type { Graph } from '../core/graph.ts'
import { ownerIsGone, readListings } from '../graph/read-listings.ts'

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

/**
 * Ids of the direct and indirect members of each group, in lower case and in the order of the groups. Many groups are read at once.
 *
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const nestedMembers = async (
  reading: Reading,
  groups: readonly string[],
): Promise<readonly (readonly string[])[]> => {
  const urls = groups.map(id => `/groups/${id}/transitiveMembers?$select=id&$top=999`)
  const members = await readListings<{ readonly id: string }>(reading, urls, ownerIsGone)
  // Those of a group that was deleted meanwhile are undefined.
  return members.map((all = []) => all.map(({ id }) => id.toLowerCase()))
}
