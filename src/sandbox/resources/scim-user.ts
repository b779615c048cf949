import type { Fields } from '../../core/json.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

/** An item of a multi-valued attribute, by its type. */
const typed = (values: unknown, type: string): Fields =>
  fieldsOf(Array.isArray(values) ? values.find(one => fieldsOf(one)['type'] === type) : undefined)

/**
 * The properties that the default mapping of "API-driven provisioning to Microsoft Entra ID" writes, by their SCIM attributes. `externalId`
 * is matched with `employeeId`, and `active` switches the account; the other lines are unconfirmed.
 *
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-faqs
 */
const mapping: Readonly<Record<string, (user: Fields) => unknown>> = {
  accountEnabled: user => user['active'],
  city: user => typed(user['addresses'], 'work')['locality'],
  country: user => typed(user['addresses'], 'work')['country'],
  department: user => fieldsOf(user[enterprise])['department'],
  displayName: user => user['displayName'],
  employeeId: user => user['externalId'],
  givenName: user => fieldsOf(user['name'])['givenName'],
  jobTitle: user => user['title'],
  mobilePhone: user => typed(user['phoneNumbers'], 'mobile')['value'],
  postalCode: user => typed(user['addresses'], 'work')['postalCode'],
  state: user => typed(user['addresses'], 'work')['region'],
  streetAddress: user => typed(user['addresses'], 'work')['streetAddress'],
  surname: user => fieldsOf(user['name'])['familyName'],
  userPrincipalName: user => user['userName'],
}

/** The properties of a SCIM user. Attributes that are left out, null or empty are not written. */
export const mapped = (user: Fields): Fields => ({
  ...Object.fromEntries(
    Object.entries(mapping)
      .map(([property, of]) => [property, of(user)] as const)
      .filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ),
  ...phonesOf(user),
})

const phonesOf = (user: Fields): Fields => {
  const { value } = typed(user['phoneNumbers'], 'work')
  return typeof value === 'string' && value !== '' ? { businessPhones: [value] } : {}
}

/** `externalId` of the manager. */
export const managerOfScim = (user: Fields): string | undefined => {
  const { value } = fieldsOf(fieldsOf(user[enterprise])['manager'])
  return typeof value === 'string' && value !== '' ? value : undefined
}
