import { GraphFault } from '../protocol.ts'

const refused = (message: string): GraphFault => new GraphFault(400, 'Request_BadRequest', message)

/** Errors of assignments of app roles, as captured. Those marked `Worded here` are documented without their message. */
export const appRoleFaults = {
  /** Of a role that the resource does not declare, that is disabled, or not for this type of principal. */
  notFound: (appId: string) => refused(`Permission being assigned was not found on application '${appId}'.`),
  /** The path is about another object than the body. @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/4628 */
  notReference: () => refused('Not a valid reference update.'),
  /** Worded here. */
  principalType: () => refused('Only users, groups and service principals can have app roles.'),
} as const
