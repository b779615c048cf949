import { unassignmentOf } from './roles/operations.ts'
import { timedForm } from './roles/read.ts'

/** Takes active directory roles that end. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests */
export const unassignTimedRole = unassignmentOf(timedForm)
