import { restorationOf } from './objects/restoration.ts'

/**
 * Restores deleted applications from the bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 */
export const restoreApplication = restorationOf({ of: 'application', title: 'Restore applications' })
