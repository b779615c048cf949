import { sizesOf, type DirectoryOptions } from './directory-options.ts'
import { scatter } from './permutation.ts'
import { tenantOf } from './populate.ts'
import type { TenantNames } from './user.ts'

/** The names of the tenant of a directory, without creating it. @throws EntrapipeError `OPTION_INVALID` */
export const namesOf = (options: DirectoryOptions): TenantNames => tenantOf(options.seed ?? 1, keyOf(options))

/** The number from which all of a directory is derived, besides its seed. @throws EntrapipeError `OPTION_INVALID` */
export const keyOf = (options: DirectoryOptions): number => {
  const { users, groups, devices } = sizesOf(options)
  return [users, groups, devices].reduce((sum, size) => scatter(sum ^ size), scatter(options.seed ?? 1))
}
