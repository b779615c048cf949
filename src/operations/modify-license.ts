import { modifyingLicences } from './licences/operations.ts'

/** Turns plans of products on and off that users have directly. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const modifyLicense = modifyingLicences
