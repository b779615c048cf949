import { assignmentOf } from './roles/operations.ts'
import { eligibleForm } from './roles/read.ts'

/** Makes users and groups eligible for directory roles. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests */
export const assignEligibleRole = assignmentOf(eligibleForm)
