import { assigning } from './app-roles/operations.ts'

/** Assigns app roles to users, groups and service principals. @see https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto */
export const assignAppRole = assigning
