import { restorationOf } from './objects/restoration.ts'

/**
 * Restores deleted users from the bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 */
export const restoreUser = restorationOf('user', 'Restore users')
