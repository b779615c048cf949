import { restorationOf } from './objects/restoration.ts'

/**
 * Restores deleted groups from the bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 */
export const restoreGroup = restorationOf({ of: 'group', title: 'Restore groups' })
