/** A permission that an operation requires: any of `anyOf`, the least privileged first. */
export interface Need {
  readonly anyOf: readonly [least: string, ...wider: string[]]
  /** The condition on which it is required, if any: "to read groups whose membership is hidden". */
  readonly when?: string
  /** The only property whose selection requires it. */
  readonly property?: string
  /** A lesser permission that is enough on a condition. */
  readonly less?: { readonly permission: string; readonly when: string }
  /** The delegated permission, if Microsoft documents another one than for applications. */
  readonly delegated?: string
  /** Only to send changes: a dry run does without it. */
  readonly writes?: true
  /** Only to protect holders of privileged roles: `--include-privileged` does without it. */
  readonly protects?: true
}

/** The requests of an operation, and the permissions that they require. */
export interface OperationPermissions {
  /** The words of the command: `export users`, `members add`; or the name of the sink. */
  readonly operation: string
  /** It is a sink of pipelines, and not a command. */
  readonly isSink?: true
  /** The kind of change, for a command that makes one: `create-user`. */
  readonly kind?: string
  readonly requests: readonly string[]
  readonly needs: readonly Need[]
  /** Who needs an Entra role besides, whatever the objects are. @default nobody */
  readonly needsRole?: 'everyone' | 'people'
  /** Requirements besides permissions: an Entra role, a limit. */
  readonly note?: string
  /** Not supported by this version, so the permissions need not be granted yet. */
  readonly planned?: true
}

/** Users with all their properties. */
export const readUsers: Need = { anyOf: ['User.Read.All', 'Directory.Read.All'] }
/** Groups. */
export const readGroups: Need = {
  anyOf: ['Group.ReadBasic.All', 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'],
}
/** Groups with what they assign to their members. @see https://learn.microsoft.com/graph/api/group-get */
export const readGroupLicences: Need = { anyOf: ['Group.Read.All', 'Directory.Read.All'] }
/** Members and owners of groups. */
export const readMembers: Need = {
  anyOf: ['GroupMember.ReadBasic.All', 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'],
}
/** Members of groups that hide them. */
export const readHidden: Need = { anyOf: ['Member.Read.Hidden'], when: 'for groups whose membership is hidden' }
/** Devices. */
export const readDevices: Need = { anyOf: ['Device.Read.All', 'Directory.Read.All'] }
/** Applications and service principals. */
export const readApplications: Need = { anyOf: ['Application.Read.All', 'Directory.Read.All'] }
/** Organizational contacts. */
export const readContacts: Need = { anyOf: ['OrgContact.Read.All', 'Directory.Read.All'] }
/** Licences of the tenant and of its users. */
export const readLicenses: Need = {
  anyOf: ['LicenseAssignment.Read.All', 'Organization.Read.All', 'Directory.Read.All'],
}
/** Users with their basic properties. */
export const readPeople: Need = { anyOf: ['User.ReadBasic.All', 'User.Read.All', 'Directory.Read.All'] }

/** Allows more than any command needs. */
export const everything = 'Directory.ReadWrite.All'

/** Creates and changes groups. */
export const writeGroups: Need = { anyOf: ['Group.ReadWrite.All', everything], writes: true }

/** Changes groups that can have roles. */
export const writeAssignable: Need = {
  anyOf: ['RoleManagement.ReadWrite.Directory'],
  when: 'for role-assignable groups',
  writes: true,
}

/**
 * Who holds a privileged role: assignments, eligible ones, definitions, and the members of groups that hold one.
 *
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules
 */
export const readRoles: readonly [Need, ...Need[]] = [
  { anyOf: ['RoleManagement.Read.Directory', 'RoleManagement.Read.All'], protects: true },
  { ...readGroups, protects: true },
  { ...readMembers, protects: true },
]
/** Who holds a privileged role, where a condition says that it matters. */
export const rolesWhen = (when: string): readonly Need[] => readRoles.map(need => ({ ...need, when }))

/** The preview shows the name of the directory. */
export const readName: Need = {
  anyOf: ['Organization.Read.All', 'Directory.Read.All'],
  when: "to show the tenant's name in the preview",
}

/** Everything of users. */
export const writeUsers = 'User.ReadWrite.All'
/** Creates users. */
export const createUsers: Need = { anyOf: ['User.Create', writeUsers, everything], writes: true }
/** Changes properties of users. */
export const updateUsers: Need = { anyOf: ['User.ReadUpdate.All', writeUsers, everything], writes: true }
/** Makes and deletes passes. @see https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods */
export const writePasses: Need = {
  anyOf: ['UserAuthMethod-TAP.ReadWrite.All', 'UserAuthenticationMethod.ReadWrite.All'],
}
/** Sets managers. @see https://learn.microsoft.com/graph/api/user-post-manager */
export const setManagers: Need = { anyOf: [writeUsers, everything], writes: true }
