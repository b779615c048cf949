import { unassignmentOf } from './roles/operations.ts'
import { eligibleForm } from './roles/read.ts'

/** Ends that users and groups are eligible for directory roles. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests */
export const unassignEligibleRole = unassignmentOf(eligibleForm)
