import { refusal } from '../../graph/refusal.ts'
import type { GraphRequest } from '../../core/graph.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { Seen } from '../objects/read-each.ts'
import { quoted } from '../values/quoted.ts'

/** The groups with each of these values of a property, up to 100. In the order of the values. @throws EntrapipeError `NOT_PERMITTED` */
export const groupsBy = async (
  property: 'displayName' | 'mailNickname',
  values: readonly string[],
  properties: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly (readonly Seen[])[]> => {
  const select = [...new Set(['id', property, ...properties])].join(',')
  const requests = values.map((value): GraphRequest => {
    const filter = encodeURIComponent(`${property} eq ${quoted(value)}`)
    return { method: 'GET', url: `/groups?$select=${select}&$filter=${filter}` }
  })
  const replies = await graph.batch(requests, signal)
  return replies.map((reply, at) => {
    if (reply.status !== 200) throw refusal(requests[at]!, reply, graph.tenant)
    return (reply.body as { readonly value: readonly Seen[] }).value
  })
}
