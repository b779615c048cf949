import { assignmentOf } from './roles/operations.ts'
import { timedForm } from './roles/read.ts'

/** Gives active directory roles that end. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests */
export const assignTimedRole = assignmentOf(timedForm)
