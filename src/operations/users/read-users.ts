import type { GraphReply, GraphRequest } from '../../core/graph.ts'
import type { OperationContext, Values } from '../../core/operation.ts'
import type { Json } from '../../core/json.ts'

/** A user as Graph returns it. */
export type UserSeen = { readonly id: string } & Values

/** Addresses a user by id or user principal name: a name that begins with $ needs quotes. */
const userPath = (name: string): string =>
  name.startsWith('$')
    ? `/users('${encodeURIComponent(name.replaceAll("'", "''"))}')`
    : `/users/${encodeURIComponent(name)}`

const found = ({ status, body }: GraphReply): UserSeen | undefined => (status === 200 ? (body as UserSeen) : undefined)

/** The live users of these ids or names; undefined for one that does not exist. In the order of the names. */
export const usersSeen = async (
  names: readonly string[],
  properties: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly (UserSeen | undefined)[]> => {
  const select = [...new Set(['id', ...properties])].join(',')
  const replies = await graph.batch(
    names.map(name => ({ method: 'GET' as const, url: `${userPath(name)}?$select=${select}` })),
    signal,
  )
  return replies.map(found)
}

/** What of a deleted user is read. */
const binned = 'id,deletedDateTime,userPrincipalName,displayName'

/** The deleted users of these ids; undefined for one that is not in the bin. */
export const deletedSeen = async (
  ids: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly (UserSeen | undefined)[]> => {
  const replies = await graph.batch(
    ids.map(id => ({ method: 'GET' as const, url: `/directory/deletedItems/${id}?$select=${binned}` })),
    signal,
  )
  return replies.map(found)
}

const quoted = (text: string): string => encodeURIComponent(text.replaceAll("'", "''"))

/** Deleted users that hold these user principal names: in the bin, the id without hyphens stands before the name. */
export const holdersInBin = async (
  upns: readonly string[],
  { graph, signal }: OperationContext,
): Promise<readonly (UserSeen | undefined)[]> => {
  const requests: GraphRequest[] = upns.map(upn => ({
    method: 'GET',
    url: `/directory/deletedItems/microsoft.graph.user?$select=${binned}&$count=true&$filter=endsWith(userPrincipalName,'${quoted(upn)}')`,
    headers: { ConsistencyLevel: 'eventual' },
  }))
  const replies = await graph.batch(requests, signal)
  return replies.map(({ status, body }, at) => {
    if (status !== 200) return undefined
    const { value } = body as { readonly value: readonly UserSeen[] }
    return value.find(user => String(user['userPrincipalName']).toLowerCase() === nameInBin(user.id, upns[at]!))
  })
}

const nameInBin = (id: string, upn: string): string => `${id.replaceAll('-', '')}${upn}`.toLowerCase()

const ofCase = new Set(['userPrincipalName', 'mail', 'mailNickname', 'usageLocation', 'preferredLanguage'])
const isTime = /^\d{4}-\d\d-\d\dT/
const asTime = (value: Json): Json => (typeof value === 'string' && isTime.test(value) ? Date.parse(value) : value)

/** A value in the form in which it is compared: without case where Graph has none, times as times, null for an empty list. */
const comparable = (name: string, value: Json | undefined): Json => {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return ofCase.has(name) ? value.toLowerCase() : asTime(value)
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(each => comparable('', each as Json))
  if (typeof value !== 'object') return value
  const members = Object.entries(value)
    .map(([member, inner]) => [member, comparable(member, inner as Json)] as const)
    .filter(([, inner]) => inner !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return members.length === 0 ? null : Object.fromEntries(members)
}

/** Whether the directory has this value of a property already. */
export const isEqual = (name: string, one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(comparable(name, one)) === JSON.stringify(comparable(name, other))

/** Names of the properties whose values differ. */
export const differing = (wanted: Values, seen: Values): readonly string[] =>
  Object.keys(wanted).filter(name => !isEqual(name, wanted[name], seen[name]))
