import type { Fields } from '../../core/json.ts'
import type { Reference } from './reference.ts'

/**
 * What is assigned: app roles of service principals · active directory roles whose scope or time is limited (the others are members of a
 * directory role) · active directory roles that have not begun · directory roles for which a principal is eligible · requests for active
 * and for eligible roles, which stay · delegated permissions of a client, which an administrator consented to for everybody.
 */
export type AssignmentFamily = 'appRoles' | 'roles' | 'laterRoles' | 'eligibleRoles' | 'scopes' | RequestFamily

/** Families of requests. */
export type RequestFamily = 'activeRequests' | 'eligibleRequests'

/** What tells an assignment from others. */
export interface AssignmentOf {
  readonly family: AssignmentFamily
  readonly principal: Reference
  /** Id of the service principal that has the app role or the scopes, or of the template of the directory role. */
  readonly of: string
  /** Id of the app role, the scope of the directory role (`/`), the id of the request, or `AllPrincipals`. */
  readonly within: string
}

/** An app role or directory role of a principal. */
export interface Assignment extends AssignmentOf {
  readonly id: string
  /** The rest: when it was made, its schedule. */
  readonly values: Fields
}
