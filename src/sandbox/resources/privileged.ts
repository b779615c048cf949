import type { Reference } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'

const role = {
  authenticationPolicyAdministrator: '0526716b-113d-4c15-b2c8-68e3c22b9f80',
  authenticationAdministrator: 'c4e39bd9-1100-46d3-8c65-fb160da0071f',
  cloudDeviceAdministrator: '7698a772-787b-4ac8-901f-60d6b08affd2',
  directoryWriters: '9360feb5-f418-4baa-8175-e2a00bac4301',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  groupsAdministrator: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  guestInviter: '95e79109-95c0-4d8e-aee3-d01accf2d47b',
  helpdeskAdministrator: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  intuneAdministrator: '3a2c62db-5318-420d-8d74-23affee5d9d5',
  licenseAdministrator: '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  messageCenterReader: '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b',
  passwordAdministrator: '966707d0-3269-4727-9be2-8c3a10f19b9d',
  privilegedAuthenticationAdministrator: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  usageSummaryReportsReader: '75934031-6c7e-415a-99d7-48dbd49e875e',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  windows365Administrator: '11451d60-acb2-45eb-a7d6-43d0f0125c13',
} as const

const readers = [
  role.directoryReaders,
  role.guestInviter,
  role.messageCenterReader,
  role.passwordAdministrator,
  role.reportsReader,
  role.usageSummaryReportsReader,
]

/** Holders of these roles may perform sensitive actions on every user. */
const aboveAll: readonly string[] = [role.globalAdministrator, role.privilegedAuthenticationAdministrator]

/** For holders of a role: the roles whose holders they may act on. */
const below: Readonly<Record<string, readonly string[]>> = {
  [role.authenticationAdministrator]: [...readers, role.authenticationAdministrator],
  [role.userAdministrator]: [...readers, role.groupsAdministrator, role.helpdeskAdministrator, role.userAdministrator],
}

/** Properties whose change is a sensitive action. @see https://learn.microsoft.com/graph/api/resources/users#sensitive-actions */
export const sensitiveProperties: ReadonlySet<string> = new Set([
  'accountEnabled',
  'businessPhones',
  'mobilePhone',
  'onPremisesImmutableId',
  'otherMails',
  'passwordProfile',
  'userPrincipalName',
])

/** Active roles of an object, also through role-assignable groups, by the ids of their templates. A deleted user keeps its roles. */
const rolesOf = ({ directory }: Call, reference: Reference): readonly string[] =>
  directory
    .lastOwners(reference, 'members')
    .flatMap(container => [container, ...directory.transitiveMemberOf(container)])
    .flatMap(({ kind, id }) => {
      const found = kind === 'directoryRole' ? directory.collection('directoryRole').get(id) : undefined
      return found ? [String(found['roleTemplateId'])] : []
    })

const callerRoles = (call: Call): readonly string[] => {
  const { delegated, objectId, foreignRoles } = call.request.caller
  return foreignRoles ?? rolesOf(call, { kind: delegated ? 'user' : 'servicePrincipal', id: objectId })
}

/** Whether a user is a member or an owner of a group that can have roles. */
const isOfRoleGroup = ({ directory }: Call, user: Reference): boolean =>
  [...directory.lastOwners(user, 'members'), ...directory.lastOwners(user, 'owners')].some(
    ({ kind, id }) =>
      kind === 'group' && directory.collection('group').matches(id, group => group['isAssignableToRole'] === true),
  )

/**
 * Requires that the caller may perform a sensitive action on a user: permissions are enough for users without an
 * administrator role, otherwise the caller needs a higher one.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
 */
export const demandOver = (call: Call, id: string): void => {
  const user: Reference = { kind: 'user', id }
  const held = rolesOf(call, user)
  const ofRoleGroup = isOfRoleGroup(call, user)
  if (held.length === 0 && !ofRoleGroup) return
  const own = callerRoles(call)
  if (own.some(one => aboveAll.includes(one))) return
  if (!ofRoleGroup && own.some(one => held.every(other => below[one]?.includes(other)))) return
  throw faults.denied()
}

/** Requires a role that can reset passwords. @throws GraphFault 403 */
export const demandPasswordRole = (call: Call): void => {
  const own = callerRoles(call)
  if (!own.some(one => one === role.userAdministrator || aboveAll.includes(one))) throw faults.denied()
}

/**
 * Requires that a person may manage the authentication methods of another one, or with `reads` only see them.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass#create-a-temporary-access-pass
 */
export const demandMethodsRole = (call: Call, id: string, reads: boolean): void => {
  const own = callerRoles(call)
  if (reads && own.includes(role.globalReader)) return
  if (!own.some(one => one === role.authenticationAdministrator || aboveAll.includes(one))) throw faults.denied()
  demandOver(call, id)
}

/** Requires the role with which external users are invited as members. @throws GraphFault 403 @see https://learn.microsoft.com/graph/api/resources/invitation#properties */
export const demandInviterOfMembers = (call: Call): void => {
  if (!callerRoles(call).includes(role.globalAdministrator)) throw faults.denied()
}

/**
 * Requires that the redemption of a user may be reset: people need a role, and apps cannot reset that of a user with roles.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/entra/external-id/reset-redemption-status
 */
export const demandRedemptionRole = (call: Call, id: string): void => {
  const resetters: readonly string[] = [role.helpdeskAdministrator, role.userAdministrator, role.globalAdministrator]
  if (call.request.caller.delegated && !callerRoles(call).some(one => resetters.includes(one))) throw faults.denied()
  if (!call.request.caller.delegated && rolesOf(call, { kind: 'user', id }).length > 0) throw faults.denied()
}

/** Roles that manage licences. */
const licensers: Readonly<Record<'user' | 'group' | 'reprocess', readonly string[]>> = {
  user: [role.directoryWriters, role.licenseAdministrator, role.userAdministrator],
  group: [role.directoryWriters, role.groupsAdministrator, role.licenseAdministrator, role.userAdministrator],
  reprocess: [role.directoryWriters, role.licenseAdministrator, role.userAdministrator],
}

/**
 * Requires that a person may assign licences to users or groups, or reprocess those of users.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/graph/api/user-assignlicense
 */
export const demandLicenceRole = (call: Call, what: keyof typeof licensers): void => {
  if (!call.request.caller.delegated) return
  const own = callerRoles(call)
  if (!own.some(one => licensers[what].includes(one) || one === role.globalAdministrator)) throw faults.denied()
}

/** Requires that a person may change policies of authentication methods, or with `reads` only see them. @throws GraphFault 403 */
export const demandPolicyRole = (call: Call, reads: boolean): void => {
  if (!call.request.caller.delegated) return
  const may: readonly string[] = [role.authenticationPolicyAdministrator, role.globalAdministrator]
  const own = callerRoles(call)
  if (!own.some(one => may.includes(one) || (reads && one === role.globalReader))) throw faults.denied()
}

/** What of a device holders of a role may change. */
const deviceProperties: Readonly<Record<string, (name: string) => boolean>> = {
  [role.globalAdministrator]: () => true,
  [role.intuneAdministrator]: name => name !== 'accountEnabled',
  [role.cloudDeviceAdministrator]: name => name === 'accountEnabled',
  [role.windows365Administrator]: name => name !== 'accountEnabled',
}

/**
 * Requires that a person may change these properties of devices, or delete devices.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/graph/api/device-update
 * @see https://learn.microsoft.com/graph/api/device-delete
 */
export const demandDeviceRole = (call: Call, names: readonly string[] = []): void => {
  const own = callerRoles(call).flatMap(one => deviceProperties[one] ?? [])
  if (own.length === 0 || !names.every(name => own.some(may => may(name)))) throw faults.denied()
}
