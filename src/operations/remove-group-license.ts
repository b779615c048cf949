import { removingFromGroups } from './group-licences/operations.ts'

/** Removes products from groups, those of one group in one request. @see https://learn.microsoft.com/graph/api/group-assignlicense */
export const removeGroupLicense = removingFromGroups
