import type { Graph } from '../../core/graph.ts'
import { isGuid } from '../../core/guid.ts'
import { printText } from '../../odata/print-filter.ts'
import { printQuery } from '../../odata/parse-query.ts'

/** A group that was found. */
interface NamedGroup {
  readonly id: string
  readonly displayName: string | null
  readonly mail: string | null
}

/**
 * Finds groups whose name or mail address begins with a text, or whose id it is, by name.
 *
 * @param most number of groups to read
 * @throws EntrapipeError as `Graph.pages`
 */
export const searchGroups = async (
  graph: Pick<Graph, 'pages'>,
  text: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly NamedGroup[]> => {
  const quoted = printText(text)
  const filter = isGuid(text)
    ? `id eq ${quoted}`
    : ['displayName', 'mail'].map(name => `startswith(${name},${quoted})`).join(' or ')
  const link = `/groups?${printQuery({ $select: 'id,displayName,mail', $filter: filter, $top: most })}`
  for await (const { values } of graph.pages<NamedGroup>(link, { signal }))
    return values
      .slice(0, most)
      .sort((one, other) => ((one.displayName ?? '').toLowerCase() < (other.displayName ?? '').toLowerCase() ? -1 : 1))
  return []
}
