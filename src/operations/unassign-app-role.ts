import { unassigning } from './app-roles/operations.ts'

/** Takes app roles from users, groups and service principals. @see https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignedto */
export const unassignAppRole = unassigning
