/**
 * Captions of the file with which the Microsoft 365 admin center adds several users, with their properties of Graph. Those of the portal's
 * template are not repeated.
 *
 * @see https://support.office.com/article/1f5767ed-e717-4f24-969c-6ea9d412ca88
 */
export const adminCentreTemplate: Readonly<Record<string, string>> = {
  'User Name': 'userPrincipalName',
  'Office Number': 'officeLocation',
  Fax: 'faxNumber',
  'Alternate email address': 'otherMails[0]',
  Address: 'streetAddress',
}

/**
 * Captions of the users that the Microsoft 365 admin center exports, which are no names of properties: of what it computes, or says in
 * another way than Graph.
 */
export const adminCentreExport: readonly string[] = [
  ...['Block credential', 'DirSyncEnabled', 'DirSynced', 'Last dirsync time', 'Last password change time stamp'],
  ...['Licenses', 'Oath token metadata', 'Password never expires', 'Release track', 'Soft deletion time stamp'],
  ...['Strong password required', 'Title', 'When created', 'Alternate email addresses'],
]
