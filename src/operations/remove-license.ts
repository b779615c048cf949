import { removingLicences } from './licences/operations.ts'

/** Removes products that users have directly. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const removeLicense = removingLicences
