import { GraphFault } from '../protocol.ts'

const refused = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message)

/** Errors of invitations. Unconfirmed: their codes. */
export const invitationFaults = {
  /** As captured. @see https://github.com/microsoftgraph/msgraph-beta-sdk-dotnet/issues/798 */
  userExists: (id: string) =>
    refused(
      `The invited user already exists in the directory as object ID: ${id}. They can use that account to sign in to shared apps and resources.`,
    ),
  /** As captured. */
  domainVerified: () =>
    refused(
      "This user cannot be invited because the domain of the user's email address is a verified domain of this directory.",
    ),
  /** Worded here: the page names the characters only. @see https://learn.microsoft.com/graph/api/resources/invitation#properties */
  addressInvalid: () => refused('The invited user email address is invalid.'),
  /** Worded here. */
  redirectInvalid: () => refused('The invite redirect URL is invalid.'),
  /** Worded here. */
  typeInvalid: () => refused('The invited user type must be Guest or Member.'),
  /** Worded here: the page names the limit only. @see https://learn.microsoft.com/graph/api/resources/invitedusermessageinfo#properties */
  tooManyRecipients: () => refused('Only one additional recipient is supported in ccRecipients.'),
  /** Worded here. @see https://learn.microsoft.com/entra/external-id/reset-redemption-status */
  addressOfAnother: () =>
    refused('The invited user email address must be the mail or one of the otherMails of the invited user.'),
} as const
