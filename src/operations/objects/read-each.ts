import type { GraphRequest } from '../../core/graph.ts'
import type { OperationContext, Values } from '../../core/operation.ts'
import { refusal } from '../../graph/refusal.ts'

/** An object as Graph returns it. */
export type Seen = Values & { readonly id: string }

/**
 * Reads objects, each by its own link; undefined for one that does not exist. In the order of the links.
 *
 * @throws EntrapipeError `NOT_PERMITTED`, `GRAPH_REFUSED`, `SIGN_IN_FAILED` for a read that Graph refuses for another reason
 */
export const readEach = async (
  urls: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly (Seen | undefined)[]> => {
  const distinct = [...new Set(urls)]
  const requests = distinct.map((url): GraphRequest => ({ method: 'GET', url }))
  const replies = await graph.batch(requests, signal)
  const found = new Map(
    replies.map((reply, at) => {
      if (reply.status !== 200 && reply.status !== 404) throw refusal(requests[at]!, reply, graph.tenant)
      return [distinct[at]!, reply.status === 200 ? (reply.body as Seen) : undefined]
    }),
  )
  return urls.map(url => found.get(url))
}

/** Objects of one path by id, without those that do not exist. @param path such as `/groups` */
export const readByIds = async (
  path: string,
  select: string,
  ids: readonly string[],
  context: OperationContext,
): Promise<ReadonlyMap<string, Seen>> => {
  const distinct = [...new Set(ids)]
  const found = await readEach(
    distinct.map(id => `${path}/${id}?$select=${select}`),
    context,
  )
  return new Map(distinct.flatMap((id, at) => (found[at] ? [[id, found[at]]] : [])))
}
