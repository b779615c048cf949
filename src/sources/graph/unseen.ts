import type { Context } from '../../core/context.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import { basicUserProperties, defaultProperties } from '../../data/listing.ts'
import {
  readApplications,
  readContacts,
  readDevices,
  readGroups,
  readHidden,
  readLicenses,
  readPeople,
  readUsers,
  type Need,
} from '../../data/needs.ts'
import { holds, type Granted } from '../../tenants/rights.ts'

/** What Graph does not show to a sign-in, as far as its token tells. Sentences begin with `permission: `. */
export interface Sight {
  /**
   * Why selected properties of users are empty although they may have values; undefined if they are shown, or if the token does not tell.
   *
   * @param select the selected properties. @default the ones that Graph returns without `$select`
   */
  ofUsers(select?: readonly string[]): string | undefined
  /** The same, of an object of any type in the list of another, of which Graph may return only type and id. */
  ofEntries(type: string, select?: readonly string[]): string | undefined
  /** Whether members of groups that hide them are shown; undefined if the token does not tell. */
  readonly hiddenMembers: boolean | undefined
}

/** An app may read apps if it may write its own. */
const readApps: Need = { anyOf: [...readApplications.anyOf, 'Application.ReadWrite.OwnedBy'] }

/** What a sign-in needs to see more of an object than its type and id. */
const reading: Readonly<Record<string, Need>> = {
  user: readPeople,
  group: readGroups,
  device: readDevices,
  application: readApps,
  servicePrincipal: readApps,
  orgContact: readContacts,
}

/** Tells what the sign-in of a run may not see. */
export const sightOf = async (ctx: Context): Promise<Sight> => {
  const identity = await ctx.graph.signedInAs?.(ctx.signal)
  const permissions = identity?.permissions
  if (!identity || !permissions)
    return { ofUsers: () => undefined, ofEntries: () => undefined, hiddenMembers: undefined }
  const granted: Granted = { kind: identity.kind, permissions }
  const ofUsers: Sight['ofUsers'] = (select = defaultProperties('user')) => {
    const hidden = namesIn(select).filter(name => isHiddenOfUsers(name, granted))
    if (hidden.length === 0) return undefined
    const more = hidden.length > mostNamed ? ` and ${hidden.length - mostNamed} more` : ''
    return `permission: ${readPeople.anyOf[0]} shows only basic properties of users, so ${hidden.slice(0, mostNamed).join(', ')}${more} ${hidden.length === 1 ? 'is' : 'are'} empty; ${readUsers.anyOf[0]} shows all`
  }
  return {
    ofUsers,
    ofEntries(type, select = defaultProperties(type)) {
      const need = reading[type]
      if (!need || namesIn(select).length === 0) return undefined
      if (!holds(need, granted))
        return `permission: Graph returns only type and id of ${wordOf(type)}s to a sign-in without ${need.anyOf[0]}`
      return type === 'user' ? ofUsers(select) : undefined
    },
    hiddenMembers: holds(readHidden, granted),
  }
}

/** Selected properties, without the type and the id, which are always shown. */
const namesIn = (select: readonly string[]): readonly string[] =>
  [...new Set(select.map(path => path.split('/')[0]!))].filter(name => name !== 'id' && !name.startsWith('@'))

const mostNamed = 4

const wordOf = (type: string): string =>
  Object.hasOwn(objectKinds, type) ? objectKinds[type as ObjectKind].word : 'contact'

const allOfUsers: Need = { anyOf: [...readUsers.anyOf, 'User.ReadUpdate.All'] }
const licenses: ReadonlySet<string> = new Set([
  'assignedLicenses',
  'assignedPlans',
  'licenseAssignmentStates',
  'provisionedPlans',
])

const isHiddenOfUsers = (name: string, granted: Granted): boolean =>
  !basicUserProperties.has(name) &&
  !holds(allOfUsers, granted) &&
  !(licenses.has(name) && holds(readLicenses, granted)) &&
  // Permissions of some properties: which ones they show is not documented in one place.
  !granted.permissions.some(permission => permission.startsWith('User-'))
