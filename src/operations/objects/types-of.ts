import { isCode } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'

/** Types of objects that can be members or owners, and where each is read alone. */
export const setOf = {
  user: 'users',
  group: 'groups',
  device: 'devices',
  servicePrincipal: 'servicePrincipals',
  orgContact: 'contacts',
} as const

/** The type of an object, such as `user`; `unreadable` if the sign-in cannot find out whether it exists. */
export type ObjectType = string

/** Most ids that Graph looks up at once. @see https://learn.microsoft.com/graph/api/directoryobject-getbyids */
const idsAtOnce = 1000

/**
 * The types of the objects with these ids; an id that no object has is missing. Without Directory.Read.All, which `getByIds`
 * requires, each object is read alone, where the sign-in may read its type.
 */
export const typesOf = async (
  ids: readonly string[],
  context: OperationContext,
): Promise<ReadonlyMap<string, ObjectType>> => {
  const distinct = [...new Set(ids)]
  const found = new Map<string, ObjectType>()
  for (let at = 0; at < distinct.length; at += idsAtOnce)
    for (const [id, type] of await lookedUp(distinct.slice(at, at + idsAtOnce), context)) found.set(id, type)
  return found
}

type Typed = readonly [id: string, type: ObjectType]

const lookedUp = async (ids: readonly string[], context: OperationContext): Promise<readonly Typed[]> => {
  const { graph, signal } = context
  try {
    const { body } = await graph.request<{
      readonly value: readonly { readonly id: string; readonly '@odata.type': string }[]
    }>({ method: 'POST', url: '/directoryObjects/getByIds?$select=id', body: { ids }, repeatable: true }, signal)
    return body.value.map(one => [one.id.toLowerCase(), one['@odata.type'].replace('#microsoft.graph.', '')])
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return readAlone(ids, context)
  }
}

/** Reads each id as a user, the rest as groups, and so on. A type that may not be read leaves its ids open. */
const readAlone = async (ids: readonly string[], { graph, signal }: OperationContext): Promise<readonly Typed[]> => {
  const typed: Typed[] = []
  const hidden = new Set<string>()
  let left = ids
  for (const [type, set] of Object.entries(setOf)) {
    if (left.length === 0) break
    const replies = await graph.batch(
      left.map(id => ({ method: 'GET' as const, url: `/${set}/${id}?$select=id` })),
      signal,
    )
    left.forEach((id, at) => {
      const { status } = replies[at]!
      if (status === 200) typed.push([id, type])
      else if (status !== 404) hidden.add(id)
    })
    const found = new Set(typed.map(([id]) => id))
    left = left.filter(id => !found.has(id))
  }
  return [...typed, ...left.filter(id => hidden.has(id)).map((id): Typed => [id, 'unreadable'])]
}
