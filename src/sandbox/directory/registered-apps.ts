import { createHash } from 'node:crypto'
import { permissionIds } from '../../data/permission-ids.ts'

/** An app registration of the sandbox's own, which the token endpoint knows, as the directory holds it. */
export interface RegisteredApp {
  /** What tests and people call it. */
  readonly name: string
  readonly displayName: string
  readonly appId: string
  /** Of the application object. */
  readonly applicationId: string
  /** Of its service principal. */
  readonly objectId: string
  /** Application permissions that were consented to: what is in its tokens. */
  readonly roles: readonly string[]
  /** Application permissions that the registration asks for. */
  readonly asksFor: readonly string[]
  /** Why no token is given, however right the secret. */
  readonly refuse?: 'conditionalAccess' | 'consent'
}

/** Least and wider permissions of everything the sandbox serves. @see https://learn.microsoft.com/graph/permissions-reference */
const allRoles: readonly string[] = [
  'AdministrativeUnit.Read.All',
  'Application.Read.All',
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
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
  'User.Invite.All',
  'User.Read.All',
  'User.ReadWrite.All',
]

const readers = ['User.Read.All', 'GroupMember.Read.All']

type Kind = Pick<RegisteredApp, 'name' | 'displayName' | 'refuse'> & {
  readonly roles: (all: readonly string[]) => readonly string[]
  /** Where that is more than was consented to. */
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

/** A GUID that follows from a text. */
export const guidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * The app registrations of a tenant; the first is the main one. Their ids follow from the tenant's.
 *
 * @param roles of the main app. @default all that the sandbox knows
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

/** Beside those of `src/data`. @see https://learn.microsoft.com/graph/permissions-reference#administrativeunitreadall */
const furtherIds: Readonly<Record<string, string>> = {
  'AdministrativeUnit.Read.All': '134fd756-38ce-4afd-ba33-e9623dbe66c2',
}

/** The app role of Microsoft Graph with this name; one that no list has gets an id of the sandbox's own. */
export const graphRoleId = (name: string): string =>
  permissionIds[name]?.application ?? furtherIds[name] ?? guidOf(`appRole/${name}`)

/** Microsoft Graph's app roles: those whose ids are published, and whatever else the apps were given. */
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

/** The delegated permission that every app of a new tenant asks for. */
export const userReadScope = { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', value: 'User.Read' } as const

/** Microsoft Graph's delegated permissions, as far as their ids are published. */
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
