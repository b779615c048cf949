/**
 * Properties of users that Active Directory masters while the user is synced, with the attributes there. Graph refuses to
 * change them. Other writable properties of synced users, such as `usageLocation`, `otherMails`, `userType`, licences, and the
 * properties of SharePoint, are changed in Entra ID.
 *
 * `employeeOrgData` and `employeeHireDate` are refused too, although no default rule syncs the former. Passwords are synced as
 * hashes; Graph cannot reset them, because it does not write them back.
 *
 * @see https://learn.microsoft.com/entra/identity/hybrid/connect/reference-connect-sync-attributes-synchronized
 * @see https://learn.microsoft.com/graph/api/resources/user (businessPhones, mobilePhone, onPremisesExtensionAttributes)
 * @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1900 (employeeOrgData, employeeHireDate)
 * @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/5768 (passwordProfile)
 */
export const userAttributes: Readonly<Record<string, string>> = {
  accountEnabled: 'userAccountControl',
  businessPhones: 'telephoneNumber',
  city: 'l',
  companyName: 'company',
  country: 'co',
  department: 'department',
  displayName: 'displayName',
  employeeHireDate: 'the attribute that is synced as employeeHireDate',
  employeeId: 'employeeID',
  employeeLeaveDateTime: 'the attribute that is synced as employeeLeaveDateTime',
  employeeOrgData: 'the attributes that are synced as employeeOrgData',
  employeeType: 'employeeType',
  faxNumber: 'facsimileTelephoneNumber',
  givenName: 'givenName',
  jobTitle: 'title',
  mail: 'mail',
  mailNickname: 'mailNickname',
  mobilePhone: 'mobile',
  officeLocation: 'physicalDeliveryOfficeName',
  onPremisesExtensionAttributes: 'extensionAttribute1 to extensionAttribute15',
  onPremisesImmutableId: 'ms-DS-ConsistencyGuid',
  passwordProfile: 'the password',
  postalCode: 'postalCode',
  preferredLanguage: 'preferredLanguage',
  showInAddressList: 'msExchHideFromAddressLists',
  state: 'st',
  streetAddress: 'streetAddress',
  surname: 'sn',
  userPrincipalName: 'userPrincipalName',
}

/**
 * Properties that stay read-only in Graph when a user is no longer synced (`onPremisesSyncEnabled` is false). Exchange manages
 * them.
 *
 * @see https://learn.microsoft.com/graph/api/resources/onpremisesextensionattributes
 * @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/3564
 */
export const formerlySyncedProperties: readonly string[] = ['onPremisesExtensionAttributes']
