import type { GraphRequest } from '../../core/graph.ts'
import type { OperationContext } from '../../core/operation.ts'
import { refusal } from '../../graph/refusal.ts'
import type { Seen } from '../objects/read-each.ts'
import { quoted } from '../values/quoted.ts'
import { holdersInBin } from './holders.ts'

const condition = (address: string): string =>
  [
    `mail eq ${quoted(address)}`,
    `proxyAddresses/any(p:p eq ${quoted(`smtp:${address}`)})`,
    `userPrincipalName eq ${quoted(address)}`,
  ].join(' or ')

/** The users with each of these addresses, of which one is enough. In the order of the addresses. @throws EntrapipeError `NOT_PERMITTED` */
export const usersWithAddress = async (
  addresses: readonly string[],
  properties: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly (readonly Seen[])[]> => {
  const select = ['id', ...properties].join(',')
  const requests = addresses.map((address): GraphRequest => ({
    method: 'GET',
    url: `/users?$select=${select}&$filter=${encodeURIComponent(condition(address))}`,
  }))
  const replies = await graph.batch(requests, signal)
  return replies.map((reply, at) => {
    if (reply.status !== 200) throw refusal(requests[at]!, reply, graph.tenant)
    return (reply.body as { readonly value: readonly Seen[] }).value
  })
}

/** How the name of a guest begins, in lower case: `ann_fabrikam.com#ext#@` for `ann@fabrikam.com`. */
const accountOf = (address: string): string => `${address.replace('@', '_')}#ext#@`.toLowerCase()

/** Ids of the deleted guests who were invited with each of these addresses; undefined if there is none, or the sign-in may not read the bin. */
export const deletedGuests = async (
  addresses: readonly string[],
  context: OperationContext,
): Promise<readonly (string | undefined)[]> => {
  const byAccount = await context.once('deleted guests by account', async () => {
    const byName = await holdersInBin(context)
    return new Map([...byName].map(([name, id]) => [name.slice(0, name.indexOf('@') + 1), id]))
  })
  return addresses.map(address => byAccount.get(accountOf(address)))
}
