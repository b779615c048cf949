import { assigningToGroups } from './group-licences/operations.ts'

/** Assigns products to groups, those of one group in one request. @see https://learn.microsoft.com/graph/api/group-assignlicense */
export const assignGroupLicense = assigningToGroups
