import type { Context } from '../../core/context.ts'
import type { GraphRequest } from '../../core/graph.ts'
import { refusal } from '../../graph/refusal.ts'

/** The maximum number of values in an `in` of a filter. See https://learn.microsoft.com/graph/filter-query-parameter */
const idsPerRequest = 15

/** A listing of which some objects are read. */
interface Some {
  /** The URL of the listing with a filter. */
  readonly urlOf: (filter: string) => string
  readonly filter?: string | undefined
  readonly headers?: GraphRequest['headers']
}

/**
 * Reads those of some objects that belong to a listing: 15 to a request, 20 requests to a round trip. Their order is not kept.
 *
 * @param ids ids of objects, which contain no quotes
 * @throws EntrapipeError `GRAPH_REFUSED`, `NOT_PERMITTED`
 */
export const byIds = async <T>(
  ctx: Context,
  { urlOf, filter, headers }: Some,
  ids: readonly string[],
): Promise<readonly T[]> => {
  const requests: GraphRequest[] = []
  for (let from = 0; from < ids.length; from += idsPerRequest) {
    const named = `id in (${ids
      .slice(from, from + idsPerRequest)
      .map(id => `'${id.replaceAll("'", "''")}'`)
      .join(', ')})`
    const url = urlOf(filter === undefined ? named : `${named} and (${filter})`)
    requests.push({ method: 'GET', url, ...(headers && { headers }) })
  }
  const replies = await ctx.graph.batch(requests, ctx.signal)
  return replies.flatMap((reply, at) => {
    if (reply.status !== 200) throw refusal(requests[at]!, reply, ctx.graph.tenant)
    return (reply.body as { readonly value: readonly T[] }).value
  })
}
