import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { HeldRole } from './person.ts'

/** The administrative unit of a scope; undefined if it is another one. */
export const unitIn = (directoryScopeId: string): string | undefined =>
  /^\/administrativeUnits\/([^/]+)$/i.exec(directoryScopeId)?.[1]

const isOfObject = ({ directoryScopeId }: HeldRole): boolean =>
  directoryScopeId !== '/' && unitIn(directoryScopeId) === undefined

/** Gives roles that are given for single objects their names, which messages show; those of others are read with the rows. */
export const withRoleNames = async (
  { graph, signal }: Context,
  roles: readonly (readonly HeldRole[])[],
): Promise<readonly (readonly HeldRole[])[]> => {
  const ids = [...new Set(roles.flatMap(held => held.filter(isOfObject).map(role => role.roleDefinitionId)))]
  if (ids.length === 0) return roles
  const replies = await graph.batch(
    ids.map(id => ({ method: 'GET', url: `${objectKinds.directoryRole.path}/${id}?$select=id,displayName` })),
    signal,
  )
  const names = new Map(
    replies.flatMap(({ status, body }, at) => {
      const name = status === 200 ? (body as { readonly displayName?: unknown }).displayName : undefined
      return typeof name === 'string' ? [[ids[at]!, name] as const] : []
    }),
  )
  return roles.map(held =>
    held.map(role => (isOfObject(role) ? { ...role, ...given({ name: names.get(role.roleDefinitionId) }) } : role)),
  )
}
