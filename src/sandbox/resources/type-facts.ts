import type { Kind } from '../directory/types.ts'
import type { RelationName } from './relations.ts'

/** Facts about the collections of a type from Microsoft's pages, in addition to `src/data`. */
interface TypeFacts {
  /** For `@odata.type`, without the hash. */
  readonly type: string
  /** For `@odata.context`. */
  readonly set: string
  /** For error messages. */
  readonly resource: string
  readonly expand: readonly RelationName[]
}

/** @see https://learn.microsoft.com/graph/aad-advanced-queries and the optional query parameters of each "List …" page */
export const typeFacts: Readonly<Record<Kind, TypeFacts>> = {
  user: {
    type: 'microsoft.graph.user',
    set: 'users',
    resource: 'User',
    expand: ['manager', 'directReports', 'memberOf', 'transitiveMemberOf', 'ownedDevices', 'registeredDevices'],
  },
  group: {
    type: 'microsoft.graph.group',
    set: 'groups',
    resource: 'Group',
    expand: ['members', 'owners', 'memberOf', 'transitiveMembers', 'transitiveMemberOf'],
  },
  device: {
    type: 'microsoft.graph.device',
    set: 'devices',
    resource: 'Device',
    expand: ['registeredOwners', 'registeredUsers', 'memberOf', 'transitiveMemberOf'],
  },
  application: {
    type: 'microsoft.graph.application',
    set: 'applications',
    resource: 'Application',
    expand: ['owners'],
  },
  servicePrincipal: {
    type: 'microsoft.graph.servicePrincipal',
    set: 'servicePrincipals',
    resource: 'ServicePrincipal',
    expand: ['owners', 'memberOf', 'transitiveMemberOf'],
  },
  orgContact: {
    type: 'microsoft.graph.orgContact',
    set: 'contacts',
    resource: 'Contact',
    expand: ['memberOf', 'transitiveMemberOf'],
  },
  administrativeUnit: {
    type: 'microsoft.graph.administrativeUnit',
    set: 'directory/administrativeUnits',
    resource: 'AdministrativeUnit',
    expand: ['members'],
  },
  directoryRole: {
    type: 'microsoft.graph.directoryRole',
    set: 'directoryRoles',
    resource: 'DirectoryRole',
    expand: ['members'],
  },
}

/** All kinds of objects. */
export const kinds = Object.keys(typeFacts) as readonly Kind[]

/** The prefix of a type name: the schema's namespace, or its alias, which generated clients use. */
export const namespace = /^(?:microsoft\.)?graph\./i

/** Returns the kind of a cast such as `microsoft.graph.user` or `graph.user`, ignoring case. */
export const kindOfType = (type: string): Kind | undefined => {
  const name = namespace.test(type) ? type.replace(namespace, '').toLowerCase() : undefined
  return kinds.find(kind => typeFacts[kind].type.replace(namespace, '').toLowerCase() === name)
}

/** Kinds with a recycle bin. @see https://learn.microsoft.com/graph/api/directory-deleteditems-list */
export const binned: readonly Kind[] = ['user', 'group', 'application', 'servicePrincipal', 'administrativeUnit']
