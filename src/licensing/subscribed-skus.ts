import type { Graph } from '../core/graph.ts'
import type { Fields } from '../core/json.ts'
import { subscribedFacts } from './products.ts'

/**
 * Reads the products of the tenant, with their units and plans. Graph returns all of them in one page.
 *
 * @throws EntrapipeError `NOT_PERMITTED` without LicenseAssignment.Read.All or a permission that includes it
 * @see https://learn.microsoft.com/graph/api/subscribedsku-list
 */
export const readSubscribedSkus = async (
  graph: Pick<Graph, 'pages'>,
  signal: AbortSignal,
): Promise<readonly Fields[]> => {
  const link = `/subscribedSkus?$select=${subscribedFacts.join(',')}`
  const found: Fields[] = []
  for await (const { values } of graph.pages<Fields>(link, { signal })) found.push(...values)
  return found
}
