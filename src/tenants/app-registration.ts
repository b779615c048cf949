import { graphAppId, permissionIds } from '../data/permission-ids.ts'
import type { OperationPermissions } from '../data/permissions.ts'
import { leastRights, type Granted } from './rights.ts'
import { given } from '../core/given.ts'

/** A permission of an app registration. */
export interface AppPermission {
  readonly name: string
  /** Absent where no two published sources agree on it: it has to be looked up by name. */
  readonly id?: string
  /** What Microsoft's manifests and commands call it: `Role` is an app role, `Scope` a delegated right. */
  readonly type: 'Role' | 'Scope'
  /** Present when it is needed only then. */
  readonly when?: string
}

/** What an app registration for some operations consists of. */
export interface AppRegistration {
  readonly graphAppId: string
  readonly operations: readonly string[]
  readonly permissions: readonly AppPermission[]
  readonly optional: readonly AppPermission[]
  /** What permissions alone do not give. */
  readonly notes: readonly string[]
}

/** The app registration that operations need: as an app of its own, or for a person who signs in. */
export const appRegistration = (
  operations: readonly OperationPermissions[],
  kind: Granted['kind'],
): AppRegistration => {
  const { least, optional } = leastRights(operations, kind)
  const permission = (name: string, when?: string): AppPermission => {
    const id = permissionIds[name]?.[kind]
    return {
      name,
      ...given({ id }),
      type: kind === 'application' ? 'Role' : 'Scope',
      ...(when && { when }),
    }
  }
  return {
    graphAppId,
    operations: operations.map(({ operation }) => operation),
    permissions: least.map(name => permission(name)),
    optional: optional.map(({ permission: name, when }) => permission(name, when)),
    notes: [...new Set(operations.flatMap(({ note }) => note ?? []))],
  }
}
