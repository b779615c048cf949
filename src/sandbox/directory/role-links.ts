import type { Fields } from '../../core/json.ts'
import type { Directory, Mutation, Reference, View } from './types.ts'

/** A directory role for a principal within a scope. */
export interface RoleGrant {
  /** Id of the role's template, which is that of its definition. */
  readonly role: string
  readonly principal: Reference
  /** `/`, or `/administrativeUnits/{id}`. */
  readonly scope: string
}

/** A role that was activated. */
export const activated = (directory: Pick<Directory, 'collection'>, role: string, view: View) =>
  directory.collection('directoryRole').find('roleTemplateId', role, view)

/** The properties of a role that is activated. */
export const newRole = (directory: Pick<Directory, 'directoryRoleTemplates'>, role: string): Fields => {
  const { displayName, description } = directory.directoryRoleTemplates.find(({ id }) => id === role)!
  return { description, displayName, roleTemplateId: role }
}

/**
 * The changes that give a principal a role. One for the whole directory is a membership of the activated role, which a first assignment
 * activates.
 *
 * @param values of a schedule that ends
 */
export const granting = (
  directory: Pick<Directory, 'collection' | 'directoryRoleTemplates' | 'freshId'>,
  { role, principal, scope }: RoleGrant,
  values?: Fields,
): readonly Mutation[] => {
  const { kind, id } = principal
  const scheduled: readonly Mutation[] =
    scope === '/' && values === undefined
      ? []
      : [{ do: 'assign', kind, id, family: 'roles', of: role, within: scope, ...(values && { values }) }]
  if (scope !== '/') return scheduled
  const found = activated(directory, role, 'truth')
  const roleId = found?.id ?? directory.freshId()
  return [
    ...(found
      ? []
      : [{ do: 'create', kind: 'directoryRole', values: { id: roleId, ...newRole(directory, role) } } as const]),
    { do: 'link', kind: 'directoryRole', id: roleId, relation: 'members', target: principal },
    ...scheduled,
  ]
}
