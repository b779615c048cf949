import { restorationOf } from './objects/restoration.ts'

/**
 * Restores deleted service principals from the bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 */
export const restoreServicePrincipal = restorationOf({ of: 'servicePrincipal', title: 'Restore service principals' })
