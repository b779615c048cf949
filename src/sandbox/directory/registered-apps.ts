import { createHash } from 'node:crypto'
import { permissionIds } from '../../data/permission-ids.ts'

/** An app registration that can sign in at the token endpoint, as the directory stores it. */
export interface RegisteredApp {
  /** Its name for tests and in messages. */
  readonly name: string
  readonly displayName: string
  readonly appId: string
  /** Id of the application object. */
  readonly applicationId: string
  /** Id of its service principal. */
  readonly objectId: string
  /** Application permissions with consent, which its tokens contain. */
  readonly roles: readonly string[]
  /** Application permissions that the registration requests. */
  readonly asksFor: readonly string[]
  /** Why no token is issued, even with a valid secret. */
  readonly refuse?: 'conditionalAccess' | 'consent'
}

/** Least and higher privileged permissions for everything the sandbox serves. @see https://learn.microsoft.com/graph/permissions-reference */
const allRoles: readonly string[] = [
  'AdministrativeUnit.Read.All',
  'AdministrativeUnit.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Application.Read.All',
  'Application.ReadWrite.All',
  'AuditLog.Read.All',
  'Device.Read.All',
  'Device.ReadWrite.All',
  'Directory.Read.All',
  'Domain.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'LicenseAssignment.Read.All',
  'LicenseAssignment.ReadWrite.All',
  'Member.Read.Hidden',
  'Organization.Read.All',
  'OrgContact.Read.All',
  'Policy.ReadWrite.AuthenticationMethod',
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
  'Synchronization.Read.All',
  'SynchronizationData-User.Upload',
  'User-LifeCycleInfo.ReadWrite.All',
  'User-PasswordProfile.ReadWrite.All',
  'User.Invite.All',
  'User.Read.All',
  'User.ReadWrite.All',
  'User.RevokeSessions.All',
  'UserAuthenticationMethod.ReadWrite.All',
]

const readers = ['User.Read.All', 'GroupMember.Read.All']

type Kind = Pick<RegisteredApp, 'name' | 'displayName' | 'refuse'> & {
  readonly roles: (all: readonly string[]) => readonly string[]
  /** Set if this is more than was consented to. */
  readonly asksFor?: readonly string[]
}

const kinds: readonly Kind[] = [
  { name: 'main', displayName: 'entrapipe', roles: all => all },
  { name: 'reader', displayName: 'entrapipe reader', roles: () => readers },
  { name: 'basic', displayName: 'entrapipe basic reader', roles: () => ['User.ReadBasic.All'] },
  { name: 'unconsented', displayName: 'entrapipe without consent', roles: () => [], asksFor: readers },
  {
    name: 'consent',
    displayName: 'entrapipe waiting for consent',
    roles: () => [],
    asksFor: readers,
    refuse: 'consent',
  },
  { name: 'blocked', displayName: 'entrapipe blocked', roles: all => all, refuse: 'conditionalAccess' },
]

/** Derives a GUID from a string. */
export const guidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * The app registrations of a tenant. The first is the main one. Ids are derived from the tenant's id.
 *
 * @param roles roles of the main app @default all roles of the sandbox
 */
export const registeredApps = (tenantId: string, roles: readonly string[] = allRoles): readonly RegisteredApp[] =>
  kinds.map(kind => {
    const granted = kind.roles(roles)
    return {
      name: kind.name,
      displayName: kind.displayName,
      appId: guidOf(`${tenantId}/app/${kind.name}`),
      applicationId: guidOf(`${tenantId}/application/${kind.name}`),
      objectId: guidOf(`${tenantId}/servicePrincipal/${kind.name}`),
      roles: granted,
      asksFor: kind.asksFor ?? granted,
      ...(kind.refuse ? { refuse: kind.refuse } : {}),
    }
  })

/** Permissions that `src/data` lacks. @see https://learn.microsoft.com/graph/permissions-reference#administrativeunitreadall */
const furtherIds: Readonly<Record<string, string>> = {
  'AdministrativeUnit.Read.All': '134fd756-38ce-4afd-ba33-e9623dbe66c2',
}

/** Returns the id of Microsoft Graph's app role with this name. An unknown one gets an id derived from its name. */
export const graphRoleId = (name: string): string =>
  permissionIds[name]?.application ?? furtherIds[name] ?? guidOf(`appRole/${name}`)

/** Microsoft Graph's app roles: those with published ids, and all others that the apps request. */
export const graphAppRoles = (apps: readonly RegisteredApp[]) => {
  const published = Object.entries(permissionIds).flatMap(([name, { application }]) => (application ? [name] : []))
  const names = new Set([...published, ...Object.keys(furtherIds), ...apps.flatMap(({ asksFor }) => asksFor)])
  return [...names].sort().map(name => ({
    allowedMemberTypes: ['Application'],
    description: `Allows the app what the permission ${name} allows, without a signed-in user.`,
    displayName: name,
    id: graphRoleId(name),
    isEnabled: true,
    origin: 'Application',
    value: name,
  }))
}

/** The delegated permission that every new app requests. */
export const userReadScope = { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', value: 'User.Read' } as const

/** Microsoft Graph's delegated permissions with published ids. */
export const graphScopes = () =>
  [
    userReadScope,
    ...Object.entries(permissionIds).flatMap(([value, { delegated }]) => (delegated ? [{ id: delegated, value }] : [])),
  ].map(({ id, value }) => ({
    adminConsentDescription: `Allows the app what the permission ${value} allows, for the signed-in user.`,
    adminConsentDisplayName: value,
    id,
    isEnabled: true,
    type: value === userReadScope.value ? 'User' : 'Admin',
    userConsentDescription: null,
    userConsentDisplayName: null,
    value,
  }))
