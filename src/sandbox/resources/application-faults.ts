import { GraphFault } from '../protocol.ts'

const refused = (message: string, target: string, code = 'InvalidValue'): GraphFault =>
  new GraphFault(400, 'Request_BadRequest', message, { details: [{ code, message, target }] })

/** Errors of writes to applications and service principals. */
export const applicationFaults = {
  /** Worded as the same refusal for users and groups. */
  uriTaken: () =>
    refused(
      'Another object with the same value for property identifierUris already exists.',
      'identifierUris',
      'ObjectConflict',
    ),
  /** Worded here. @see https://learn.microsoft.com/graph/api/application-update */
  passwords: () =>
    refused('passwordCredentials cannot be set with this request. Use addPassword.', 'passwordCredentials'),
} as const
