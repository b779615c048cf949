import { unassignmentOf } from './roles/operations.ts'
import { activeForm } from './roles/read.ts'

/** Takes directory roles. @see https://learn.microsoft.com/graph/api/unifiedroleassignment-delete */
export const unassignRole = unassignmentOf(activeForm)
