import { propertiesOfType } from './properties.ts'

/** Names that Azure AD Graph and the portal's downloads use. @see https://learn.microsoft.com/graph/migrate-azure-ad-graph-property-differences */
const formerly: Readonly<Record<string, string>> = {
  objectId: 'id',
  deletedTimestamp: 'deletedDateTime',
  dirSyncEnabled: 'onPremisesSyncEnabled',
  facsimileTelephoneNumber: 'faxNumber',
  immutableId: 'onPremisesImmutableId',
  lastDirSyncDateTime: 'onPremisesLastSyncDateTime',
  mobile: 'mobilePhone',
  physicalDeliveryOfficeName: 'officeLocation',
  telephoneNumber: 'businessPhones',
}
const former = new Map(Object.entries(formerly).map(([name, now]) => [name.toLowerCase(), now]))

/**
 * The property that is meant by a name which the type lacks: the present name of a former one (`objectId`), or the path of
 * one in a complex property (`lastSignInDateTime`).
 */
export const likelyProperty = (type: string, name: string): string | undefined => {
  const properties = propertiesOfType(type)
  const word = name.toLowerCase()
  const now = former.get(word)
  if (now !== undefined && properties.has(now)) return now
  for (const { name: outer, type: inner, collection } of properties.values()) {
    if (collection) continue
    const found = [...propertiesOfType(inner).keys()].find(one => one.toLowerCase() === word)
    if (found !== undefined) return `${outer}/${found}`
  }
  return undefined
}
