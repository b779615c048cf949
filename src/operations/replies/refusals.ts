/** What a text of Graph means. */
export interface Refusal {
  readonly text: RegExp
  /** The cause in words, where Graph's sentence does not tell it. */
  readonly cause?: string
  readonly fix: string
  /** It is about the group, not about the links of the request. */
  readonly ofGroup?: true
}

/**
 * Graph's refusals of changes, with what to do. The first whose text fits is used.
 *
 * @see https://learn.microsoft.com/graph/errors and the pages of the requests
 */
export const refusals: readonly Refusal[] = [
  // Users
  {
    text: /same value for property userPrincipalName/i,
    fix: 'Choose another user principal name. A deleted user holds its name, too: restore or purge it.',
  },
  {
    text: /same value for property (?:mailNickname|proxyAddresses|mail)\b|ObjectConflict/i,
    fix: 'Choose another mail nickname or address. Deleted groups and users hold theirs, too.',
  },
  {
    text: /domain portion of the userPrincipalName/i,
    fix: 'Use a verified domain of the tenant. `entrapipe export graph /domains` lists them.',
  },
  {
    text: /password complexity/i,
    fix: 'Use at least 8 characters of three kinds: lower case, upper case, digits, symbols.',
  },
  { text: /password must be specified/i, fix: 'Add a column with the initial password.' },
  {
    text: /on-premises mastered|originated within an external service/i,
    cause: 'Active Directory or Exchange masters a property of the object.',
    fix: 'Change it in Active Directory, or in Exchange for an object that is no longer synchronized.',
    ofGroup: true,
  },
  {
    text: /DirectoryObjectUnauthorizedAccessException|unauthorized operation/i,
    fix: 'SharePoint keeps this property. Only its owner can change it, signed in as a person.',
  },
  { text: /is read-only and cannot be set/i, fix: 'Remove the column.' },
  { text: /extension properties are not available/i, fix: 'Register the extension first, or remove the column.' },
  {
    text: /property '?\w*'? ?(?:is invalid|in payload has a value that does not match)|Invalid value specified for property/i,
    fix: 'Correct the value of the property that the message names.',
  },
  { text: /One or more property values specified are invalid/i, fix: 'Check the values of the row, and try again.' },
  // Invitations
  {
    text: /invited user already exists in the directory/i,
    fix: 'Remove the row: this person uses the existing account.',
  },
  {
    text: /email address is a verified domain of this directory/i,
    fix: 'Create the person with `entrapipe users create`: the domain of the address is one of this directory.',
  },
  { text: /invited user email address/i, fix: 'Correct the address of the row.' },
  {
    text: /cross-tenant access settings|invitations (?:are )?not allowed|invitations have been disabled/i,
    fix: 'Allow the invitation in the external collaboration settings or the cross-tenant access settings of the tenant.',
  },
  // Links
  {
    text: /references already exist/i,
    fix: 'Nothing needs to be done: the link exists.',
  },
  {
    text: /more than 20 link changes/i,
    fix: 'Retry the row: a request had too many links.',
  },
  {
    text: /mail-enabled security groups|writes of mail-enabled groups/i,
    cause: 'The group is a distribution list or a mail-enabled security group, which Graph cannot change.',
    fix: 'Change the group in Exchange.',
    ofGroup: true,
  },
  { text: /cannot be added to (?:Unified|Security) Groups/i, fix: 'Use a member of a type that the group can have.' },
  { text: /Nesting is currently not supported/i, fix: 'Add the members of the nested group instead.' },
  { text: /at least one owner/i, fix: 'Add another owner first.' },
  { text: /Only users and service principals/i, fix: 'Use a user or a service principal as the owner.' },
  {
    text: /maximum quota count/i,
    cause: 'A limit of the directory is reached.',
    fix: 'Remove what is not needed, or ask Microsoft for a higher limit.',
  },
  // Roles
  {
    text: /Permission being assigned was not found/i,
    fix: 'Use an app role that the application declares, enabled, for this type of object.',
  },
  { text: /Not a valid reference update/i, fix: 'Correct the resource of the row.' },
  {
    text: /IsAssignableToRole property/i,
    fix: 'Use a role-assignable group. Whether a group can have roles is decided when it is created.',
  },
  {
    text: /RoleAssignmentRequestPolicyValidationFailed/i,
    fix: 'Compare the row with the settings of the role in Privileged Identity Management.',
  },
  // Groups
  { text: /product license assigned to the group/i, fix: 'Remove the licenses of the group first.' },
  { text: /can only be set during group creation/i, fix: 'Remove the column, or create a new group.' },
  // Devices
  {
    text: /only on windows devices/i,
    cause: 'Apps can change only extensionAttributes on devices without Windows.',
    fix: 'Sign in as a person, or remove the row.',
  },
  // Every object
  {
    text: /concurrent requests being made/i,
    cause: 'Another request changed the object at the same time.',
    fix: 'Retry the row: `entrapipe runs retry <run>`.',
  },
  {
    text: /same key value|MultipleObjectsWithSameKeyValue/i,
    fix: 'Another object has the same value of a unique property. Choose another value.',
  },
  {
    text: /does not exist or one of its queried|objects being referenced do(?:es)?(?:n't| not) exist/i,
    cause: 'The object, or one that the row refers to, does not exist.',
    fix: 'Correct the id. The object may have been deleted.',
  },
  {
    text: /insufficient privileges/i,
    fix: 'Compare the permissions of the app with `entrapipe permissions`. Role-assignable groups and holders of privileged roles require more, and members of dynamic groups cannot be changed.',
  },
]
