import { assignmentOf } from './roles/operations.ts'
import { activeForm } from './roles/read.ts'

/** Gives directory roles to users, groups and service principals. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments */
export const assignRole = assignmentOf(activeForm)
