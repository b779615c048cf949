import { assigningLicences } from './licences/operations.ts'

/** Assigns products to users directly, those of one user in one request. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export const assignLicense = assigningLicences
