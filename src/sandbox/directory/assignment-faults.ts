import { GraphFault } from '../protocol.ts'
import type { AssignmentFamily } from './assignment-types.ts'

/** The refusal of an object that does not exist. */
export const notFound = (id: string): GraphFault =>
  new GraphFault(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )

/** The refusal of a role that the principal has, and of a role that is active. @see https://learn.microsoft.com/graph/api/directoryrole-post-directoryroles */
export const conflicting = (): GraphFault =>
  new GraphFault(
    400,
    'Request_BadRequest',
    'A conflicting object with one or more of the specified property values is present in the directory.',
  )

/** The refusal of an assignment that is there, as captured. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments */
export const alreadyAssigned = (family: AssignmentFamily): GraphFault =>
  family === 'appRoles'
    ? new GraphFault(400, 'Request_BadRequest', 'Permission being assigned already exists on the object')
    : family === 'roles'
      ? conflicting()
      : new GraphFault(400, 'RoleAssignmentExists', 'The Role assignment already exists.')

/** The refusal of the removal of an assignment that is not there. */
export const notAssigned = (family: AssignmentFamily, id: string): GraphFault =>
  family === 'eligibleRoles' || family === 'laterRoles'
    ? new GraphFault(400, 'RoleAssignmentDoesNotExist', 'The Role assignment does not exist.')
    : notFound(id)
