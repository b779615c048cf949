/** A kind of objects that operations change, or that rows name. */
export type ObjectKind =
  'user' | 'group' | 'device' | 'application' | 'servicePrincipal' | 'administrativeUnit' | 'directoryRole'

/**
 * What a row names. A kind: its id, or a name of `objectKinds` · `object`: id, or the name of a user (members may be devices and
 * groups, by id) · `deleted`: id of a deleted object.
 */
export type NameKind = ObjectKind | 'object' | 'deleted'

/** What commands, files and lookups must know of a kind. */
export interface KindFacts {
  /** Path of the collection. Its last segment is also that of a group's list of them. */
  readonly path: string
  /** One object, as people say it. */
  readonly word: string
  /** The noun in names of operations: `delete-service-principal`. */
  readonly noun: string
  /** The word of its commands. @default the noun with an s */
  readonly command?: string
  /** What names an object, as people say it, the usual first. */
  readonly names: readonly string[]
  /** Properties by which a name that is no id is looked up, tried in order. A value of several objects is ambiguous. */
  readonly by: readonly string[]
  /**
   * Captions of columns whose cells are looked up by this property alone: most of them are ids of another sort, which look like the
   * id of the object.
   */
  readonly keyed: Readonly<Record<string, string>>
  /** Other captions of columns that name an object. */
  readonly captions: readonly string[]
  /** The property by which a deleted object is found; none where there is no bin. */
  readonly inBin?: 'userPrincipalName' | 'displayName'
  /** Whether objects can hold a role of the directory, or stand for one that does. */
  readonly holdsRoles?: true
}

const appId = { appId: 'appId', applicationId: 'appId', clientId: 'appId' }

/**
 * The kinds of objects.
 *
 * @see https://learn.microsoft.com/graph/api/resources/directoryobject
 */
export const objectKinds: Readonly<Record<ObjectKind, KindFacts>> = {
  user: {
    path: '/users',
    word: 'user',
    noun: 'user',
    names: ['id', 'user principal name', 'mail'],
    by: ['userPrincipalName', 'mail'],
    keyed: {},
    captions: [
      ...['userPrincipalName', 'upn', 'id', 'objectId', 'userId', 'mail', 'userName', 'email', 'emailAddress'],
    ],
    inBin: 'userPrincipalName',
    holdsRoles: true,
  },
  group: {
    path: '/groups',
    word: 'group',
    noun: 'group',
    names: ['id', 'name'],
    by: ['displayName'],
    keyed: {},
    captions: ['id', 'objectId', 'groupId', 'groupName', 'displayName'],
    inBin: 'displayName',
    holdsRoles: true,
  },
  device: {
    path: '/devices',
    word: 'device',
    noun: 'device',
    names: ['id', 'name'],
    by: ['displayName'],
    keyed: { deviceId: 'deviceId' },
    captions: ['id', 'objectId', 'displayName', 'deviceName'],
  },
  application: {
    path: '/applications',
    word: 'application',
    noun: 'application',
    command: 'apps',
    names: ['id', 'name'],
    by: ['displayName'],
    keyed: appId,
    captions: ['id', 'objectId', 'displayName', 'applicationName', 'appName'],
    inBin: 'displayName',
    holdsRoles: true,
  },
  servicePrincipal: {
    path: '/servicePrincipals',
    word: 'service principal',
    noun: 'service-principal',
    names: ['id', 'name'],
    by: ['displayName'],
    keyed: { ...appId, servicePrincipalName: 'servicePrincipalNames' },
    captions: ['id', 'objectId', 'servicePrincipalId', 'displayName'],
    inBin: 'displayName',
    holdsRoles: true,
  },
  administrativeUnit: {
    path: '/directory/administrativeUnits',
    word: 'administrative unit',
    noun: 'administrative-unit',
    command: 'admin-units',
    names: ['id', 'name'],
    by: ['displayName'],
    keyed: {},
    captions: ['id', 'objectId', 'administrativeUnitId', 'administrativeUnitName', 'displayName'],
    inBin: 'displayName',
  },
  directoryRole: {
    path: '/roleManagement/directory/roleDefinitions',
    word: 'role',
    noun: 'role',
    names: ['id', 'name'],
    by: ['displayName'],
    keyed: { templateId: 'templateId', roleTemplateId: 'templateId' },
    captions: ['id', 'objectId', 'roleId', 'roleDefinitionId', 'roleName', 'displayName'],
  },
}

const all = Object.values(objectKinds)

/** Properties that have several values, so that one of them names the object. */
export const severalValued: ReadonlySet<string> = new Set(['servicePrincipalNames'])

/** Whether objects are found by this property without an advanced query. */
export const isPlainlyFound = (property: string): boolean =>
  all.some(({ by, keyed }) => by.includes(property) || Object.values(keyed).includes(property))

/** One object of a kind, in words; another name as it is. */
export const wordOf = (name: string): string => objectKinds[name as ObjectKind]?.word ?? name

/** The word of the commands about objects of this noun: `apps` for `application`. */
export const commandOf = (noun: string): string => all.find(each => each.noun === noun)?.command ?? `${noun}s`

/** The export that lists deleted objects of a kind: `deleted-applications`. */
export const deletedExport = (kind: ObjectKind): string =>
  `deleted-${objectKinds[kind].path.replace(/^.*\//, '').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Whether deleted objects are exported, and restored, by a command. Administrative units are not. */
export const isRestorable = (kind: ObjectKind): boolean =>
  objectKinds[kind].inBin !== undefined && kind !== 'administrativeUnit'

/** What stands for the name of an object where ids and user principal names stand too. In lower case. */
export const namedAs = (kind: ObjectKind, name: string): string =>
  (kind === 'user' ? name : `${objectKinds[kind].word} named ${name}`).toLowerCase()

/** The kind of the object that a change is about, by the first words of that; undefined for another thing. */
export const kindAbout = (about: string): ObjectKind | undefined =>
  (Object.keys(objectKinds) as ObjectKind[]).find(kind => about.startsWith(`${objectKinds[kind].word} `))
