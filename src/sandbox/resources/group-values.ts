import type { Fields } from '../../core/json.ts'
import type { Entity } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'
import { faults } from './faults.ts'
import { groupFaults } from './group-faults.ts'
import { groupTypeOf } from './group-type.ts'
import { writeFaults } from './write-faults.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Properties that the service computes, or that other calls write. @see https://learn.microsoft.com/graph/api/resources/group */
const readOnly = words(`id deletedDateTime accessType assignedLicenses createdDateTime expirationDateTime
  hasMembersWithLicenseErrors infoCatalogs isArchived isFavorite isManagementRestricted licenseProcessingState mail
  onPremisesDomainName onPremisesExtensionAttributes onPremisesLastSyncDateTime onPremisesNetBiosName
  onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled organizationId
  proxyAddresses renewedDateTime securityIdentifier serviceProvisioningErrors unseenConversationsCount
  unseenMessagesCount`)

/** Properties that Exchange keeps: not at creation, not with others, and not by apps. @see https://learn.microsoft.com/graph/api/group-update */
const ofOutlook = words(`allowExternalSenders autoSubscribeNewMembers hideFromAddressLists hideFromOutlookClients
  isSubscribedByMail unseenCount`)

const invalid = (property: string) => writeFaults.valueInvalid(property, 'group')

const required = ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled']
const onlyNew = ['isAssignableToRole', 'resourceBehaviorOptions', 'resourceProvisioningOptions']
const groupTypes = words('Unified DynamicMembership')
const visibilities = ['Public', 'Private', 'HiddenMembership']
const states = ['On', 'Paused']
const themes = ['Teal', 'Purple', 'Green', 'Blue', 'Pink', 'Orange', 'Red']

/** Whether a request changes properties that Exchange keeps. */
export const isOfOutlook = (given: Fields): boolean => Object.keys(given).some(name => ofOutlook.has(name))

/**
 * Checks the properties of a new group, and completes them as Graph does.
 *
 * @param domain of the address of a Microsoft 365 group
 * @throws GraphFault
 */
export const newGroup = (given: Fields, domain: string): Fields => {
  for (const name of Object.keys(given)) {
    if (readOnly.has(name)) throw writeFaults.readOnly(name)
    if (ofOutlook.has(name)) throw groupFaults.onlyAfterCreation(name)
  }
  for (const name of required) if ((given[name] ?? '') === '') throw groupFaults.valueMissing(name)
  const values = checked(given)
  const { isUnified, isDynamic, isAssignableToRole } = groupTypeOf(values)
  if (!isUnified && values['mailEnabled'] === true) throw groupFaults.mailEnabled('Create')
  if (!isUnified && values['securityEnabled'] !== true) throw groupFaults.notSecurityEnabled()
  checkRule(values, isDynamic)
  if (!isUnified && values['visibility'] === 'HiddenMembership') throw invalid('visibility')
  if (isAssignableToRole) {
    if (values['securityEnabled'] !== true) throw invalid('securityEnabled')
    if (isDynamic) throw invalid('groupTypes')
    if ((values['visibility'] ?? 'Private') !== 'Private') throw invalid('visibility')
  }
  const address = `${String(values['mailNickname'])}@${domain}`
  return {
    ...values,
    groupTypes: values['groupTypes'] ?? [],
    visibility: values['visibility'] ?? (isAssignableToRole ? 'Private' : isUnified ? 'Public' : null),
    // Reported: Graph ignores `mailEnabled: false` of a Microsoft 365 group. https://github.com/microsoftgraph/msgraph-sdk-javascript/issues/947
    ...(isUnified ? { mailEnabled: true, mail: address, proxyAddresses: [`SMTP:${address}`] } : {}),
  }
}

/**
 * Checks the properties of a request that updates a group, and returns those that change it.
 *
 * @throws GraphFault
 */
export const changedGroup = (given: Fields, group: Entity, caller: Caller): Fields => {
  const type = groupTypeOf(group)
  const names = Object.keys(given)
  const outlook = names.find(name => ofOutlook.has(name))
  if (outlook !== undefined) {
    if (names.some(name => !ofOutlook.has(name))) throw groupFaults.alone(outlook)
    if (!caller.delegated) throw faults.mailboxDenied()
    if (!type.isUnified) throw invalid(outlook)
    return given
  }
  const isSame = (name: string): boolean => JSON.stringify(given[name]) === JSON.stringify(group[name] ?? null)
  for (const name of names) {
    if (readOnly.has(name)) throw writeFaults.readOnly(name)
    if (onlyNew.includes(name) && !isSame(name)) throw groupFaults.onlyAtCreation(name)
  }
  // A name that was never set may be set once, to name groups that were created without it.
  // https://learn.microsoft.com/graph/templates/how-to-reference-existing-resources
  if ('uniqueName' in given && group['uniqueName'] !== null && !isSame('uniqueName'))
    throw writeFaults.readOnly('uniqueName')
  for (const name of required) if (name in given && (given[name] ?? '') === '') throw groupFaults.valueMissing(name)
  const values = checked(given)
  const after = { ...group, ...values }
  const next = groupTypeOf(after)
  if (next.isUnified !== type.isUnified) throw invalid('groupTypes')
  if ('mailEnabled' in values && !isSame('mailEnabled')) throw invalid('mailEnabled')
  if (!next.isUnified && after['securityEnabled'] !== true) throw groupFaults.notSecurityEnabled()
  if (type.isAssignableToRole && next.isDynamic) throw invalid('groupTypes')
  // A group that becomes assigned again may keep its rule, as in Microsoft's own script.
  // https://learn.microsoft.com/entra/identity/users/groups-change-type
  if (next.isDynamic || ('membershipRule' in values && !isSame('membershipRule'))) checkRule(after, next.isDynamic)
  if ('visibility' in values && !isSame('visibility')) {
    if ([values['visibility'], group['visibility']].includes('HiddenMembership')) throw groupFaults.hiddenMembership()
    if (type.isAssignableToRole) throw invalid('visibility')
  }
  return values
}

/** A rule belongs to a dynamic group, and a dynamic group has one. */
const checkRule = (values: Fields, isDynamic: boolean): void => {
  const rule = values['membershipRule'] ?? ''
  if (isDynamic && rule === '') throw groupFaults.valueMissing('membershipRule')
  if (!isDynamic && rule !== '') throw invalid('membershipRule')
}

/** Characters of a mail alias: ASCII, without those that the page excludes, and without control characters. */
const alias = /^(?:(?![@()\\[\]";:<>, ])[\x21-\x7e])+$/

const longest: Readonly<Record<string, number>> = { displayName: 256, mailNickname: 64 }

/** Checks values one by one, and spells words as the schema does. */
const checked = (given: Fields): Fields => {
  const values: { [name: string]: unknown } = { ...given }
  const oneOf = (name: string, known: readonly string[]): void => {
    const value = values[name] ?? undefined
    if (value === undefined) return
    const found = known.find(word => word.toLowerCase() === String(value).toLowerCase())
    if (found === undefined) throw invalid(name)
    values[name] = found
  }
  for (const [name, most] of Object.entries(longest)) if (String(values[name] ?? '').length > most) throw invalid(name)
  if ('mailNickname' in values && !alias.test(String(values['mailNickname']))) throw invalid('mailNickname')
  if ('groupTypes' in values) values['groupTypes'] = typesIn(values['groupTypes'])
  // Documented: empty means public.
  if (values['visibility'] === '') values['visibility'] = 'Public'
  oneOf('visibility', visibilities)
  oneOf('membershipRuleProcessingState', states)
  oneOf('theme', themes)
  return values
}

const typesIn = (given: unknown): readonly string[] => {
  const list = Array.isArray(given) ? (given as readonly unknown[]) : []
  const known = [...groupTypes]
  return list.map(each => {
    const found = known.find(type => type.toLowerCase() === String(each).toLowerCase())
    if (found === undefined) throw invalid('groupTypes')
    return found
  })
}
