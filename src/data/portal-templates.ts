/** A column of a bulk template of the Entra portal. */
interface PortalColumn {
  /** The English caption; it differs in other languages. */
  readonly caption: string
  /** The name in brackets, the same in every language. */
  readonly property: string
  readonly required: boolean
  /** Path of the value in Graph; `[0]` for the only item of a list. */
  readonly graph: string
  /** The cell is the negation of the property: "Block sign in: No" is `accountEnabled: true`. */
  readonly isInverted?: boolean
}

/** A bulk template as downloaded from the portal: version row, caption row, example row, data. */
export interface PortalTemplate {
  /** Whether the current download begins with `version:v1.0`; files with and without are accepted. */
  readonly hasVersionRow: boolean
  readonly columns: readonly PortalColumn[]
  /** Cells of the example row, if known. */
  readonly example?: readonly string[]
}

const column = (caption: string, property: string, graph: string, more: Partial<PortalColumn> = {}): PortalColumn => ({
  caption,
  property,
  required: false,
  graph,
  ...more,
})

const required = { required: true }

const members: PortalTemplate = {
  hasVersionRow: false,
  columns: [column('Member object ID or user principal name', 'memberObjectIdOrUpn', 'id', required)],
  example: ['Example: 9832aad8-e4fe-496b-a604-95c6eF01ae75'],
}

/**
 * The upload templates of the portal's bulk operations.
 *
 * @see https://learn.microsoft.com/entra/identity/users/users-bulk-add
 * @see https://learn.microsoft.com/entra/identity/users/users-bulk-delete
 * @see https://learn.microsoft.com/entra/identity/users/users-bulk-restore
 * @see https://learn.microsoft.com/entra/external-id/tutorial-bulk-invite
 * @see https://learn.microsoft.com/entra/identity/users/groups-bulk-import-members
 */
export const portalTemplates = {
  'create-users': {
    hasVersionRow: true,
    columns: [
      column('Name', 'displayName', 'displayName', required),
      column('User name', 'userPrincipalName', 'userPrincipalName', required),
      column('Initial password', 'passwordProfile', 'passwordProfile.password', required),
      column('Block sign in (Yes/No)', 'accountEnabled', 'accountEnabled', { required: true, isInverted: true }),
      column('First name', 'givenName', 'givenName'),
      column('Last name', 'surname', 'surname'),
      column('Job title', 'jobTitle', 'jobTitle'),
      column('Department', 'department', 'department'),
      column('Usage location', 'usageLocation', 'usageLocation'),
      column('Street address', 'streetAddress', 'streetAddress'),
      column('State or province', 'state', 'state'),
      column('Country or region', 'country', 'country'),
      column('Office', 'physicalDeliveryOfficeName', 'officeLocation'),
      column('City', 'city', 'city'),
      column('ZIP or postal code', 'postalCode', 'postalCode'),
      column('Office phone', 'telephoneNumber', 'businessPhones[0]'),
      column('Mobile phone', 'mobile', 'mobilePhone'),
    ],
  },
  'delete-users': {
    hasVersionRow: true,
    columns: [column('User name', 'userPrincipalName', 'userPrincipalName', required)],
    example: ['Example: chris@contoso.com'],
  },
  'restore-users': {
    hasVersionRow: true,
    columns: [column('Object ID', 'objectId', 'id', required)],
  },
  'invite-users': {
    hasVersionRow: true,
    columns: [
      column('Email address to invite', 'inviteeEmail', 'invitedUserEmailAddress', required),
      column('Redirection url', 'inviteRedirectURL', 'inviteRedirectUrl', required),
      column('Send invitation message (true or false)', 'sendEmail', 'sendInvitationMessage'),
      column('Customized invitation message', 'customizedMessageBody', 'invitedUserMessageInfo.customizedMessageBody'),
    ],
  },
  'import-members': members,
  'remove-members': members,
} as const satisfies Readonly<Record<string, PortalTemplate>>

/** A column's cell in the caption row: `User name [userPrincipalName] Required`. */
export const portalCaption = ({ caption, property, required }: PortalColumn): string =>
  `${caption} [${property}]${required ? ' Required' : ''}`
