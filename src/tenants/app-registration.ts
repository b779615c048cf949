import { graphAppId, permissionIds } from '../data/permission-ids.ts'
import type { OperationPermissions } from '../data/permissions.ts'
import { leastRights, type Granted } from './rights.ts'
import { given } from '../core/given.ts'

/** A permission of an app registration. */
export interface AppPermission {
  readonly name: string
  /** Absent if no two published sources agree on it; look it up by name. */
  readonly id?: string
  /** As in Microsoft's manifests and commands: `Role` is an app role, `Scope` a delegated permission. */
  readonly type: 'Role' | 'Scope'
  /** The condition on which it is required, if any. */
  readonly when?: string
}

/** The app registration for some operations. */
export interface AppRegistration {
  readonly graphAppId: string
  readonly operations: readonly string[]
  readonly permissions: readonly AppPermission[]
  readonly optional: readonly AppPermission[]
  /** Requirements besides permissions. */
  readonly notes: readonly string[]
}

/** The app registration that operations require: as an app, or for a person who signs in. */
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
