import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { Source } from '../../core/parts.ts'
import { appRoleAssignments, appRoleColumns, appRoleFacts } from '../../sources/app-role-assignments.ts'
import type { Entity, Listing } from '../../sources/graph.ts'
import { groupFacts } from '../../sources/graph/groups-asked.ts'
import { groupsOf, groupsOfColumns, groupsOfDefaults, groupsOfFacts } from '../../sources/groups-of.ts'
import type { OwnedKind } from '../../data/owned-kinds.ts'
import { licenseColumns } from '../../licensing/license-columns.ts'
import { licenseFacts, licenses } from '../../sources/licenses.ts'
import type { ListedKind } from '../../sources/listed.ts'
import { managerColumns, managerExpand, managerFacts, managersOfUsers } from '../../sources/managers-of-users.ts'
import { memberDefaults, membershipColumns, memberships } from '../../sources/memberships.ts'
import { ownerColumns, ownerDefaults, owners } from '../../sources/owners.ts'
import { registeredDeviceFacts, registeredOwnerColumns, registeredOwners } from '../../sources/registered-owners.ts'
import { roleAssignmentColumns, roleAssignments } from '../../sources/role-assignments.ts'
import type { ExportParams } from './export-params.ts'
import type { Exported } from './exported-kind.ts'
import { idsSource } from './ids.ts'
import type { RelationKind } from './kinds.ts'

/** The objects that the list of `--ids` names. */
const listedIn = (
  { ids, ...params }: ExportParams,
  kind: ListedKind,
  select: readonly string[],
  expand?: string,
): Source<Entity> | undefined =>
  ids === undefined ? undefined : idsSource(kind, ids, params, { select, ...given({ expand }) })

/** The options that all of these have. */
const asked = ({ select, filter, top }: Listing) => given({ select, filter, top })

const ownedTypes: Readonly<Record<OwnedKind, ListedKind>> = {
  groups: 'group',
  applications: 'application',
  'service-principals': 'servicePrincipal',
}

/** These rows have no other properties. @throws EntrapipeError `PROPERTY_UNKNOWN` */
const withoutSelect = ({ select, ...listing }: Listing, kind: RelationKind, columns: readonly string[]): Listing => {
  if (!select?.length) return listing
  throw new EntrapipeError(
    'PROPERTY_UNKNOWN',
    `'${select[0]}' is not a column of ${kind}, which has ${joined(columns)}.`,
  )
}

/** Exports whose rows are pairs of objects. */
export const exportedPairs: Readonly<Record<RelationKind, Exported>> = {
  memberships: {
    type: 'group',
    source: (listing, params) =>
      memberships({
        ...asked(listing),
        ...given({ group: params.group, groups: listedIn(params, 'group', groupFacts) }),
        transitive: params.transitive ?? false,
      }),
    pairs: () => ({ keys: ['groupId', 'memberId'], first: membershipColumns, then: memberDefaults }),
  },
  owners: {
    type: 'group',
    source: (listing, params) =>
      owners({
        ...asked(listing),
        ...given({ of: params.of, group: params.group }),
        ...given({ objects: listedIn(params, ownedTypes[params.of ?? 'groups'], groupFactsOf(params.of)) }),
      }),
    pairs: ({ of }) => ({ keys: [ownerColumns(of)[0]!, 'ownerId'], first: ownerColumns(of), then: ownerDefaults }),
  },
  'registered-owners': {
    type: 'device',
    source: (listing, params) =>
      registeredOwners({ ...asked(listing), ...given({ devices: listedIn(params, 'device', registeredDeviceFacts) }) }),
    pairs: () => ({ keys: ['deviceObjectId', 'ownerId'], first: registeredOwnerColumns, then: ownerDefaults }),
  },
  'groups-of': {
    type: 'user',
    source: (listing, params) =>
      groupsOf({
        ...asked(listing),
        ...given({ users: listedIn(params, 'user', groupsOfFacts) }),
        transitive: params.transitive ?? false,
      }),
    pairs: () => ({ keys: ['userId', 'groupId'], first: groupsOfColumns, then: groupsOfDefaults }),
  },
  'app-role-assignments': {
    type: 'servicePrincipal',
    source: (listing, params) =>
      appRoleAssignments({
        ...asked(withoutSelect(listing, 'app-role-assignments', appRoleColumns)),
        ...given({ servicePrincipals: listedIn(params, 'servicePrincipal', appRoleFacts) }),
      }),
    pairs: () => ({ keys: ['id'], first: appRoleColumns, then: [] }),
  },
  managers: {
    type: 'user',
    source: (listing, params) =>
      managersOfUsers({
        ...asked(listing),
        ...given({ users: listedIn(params, 'user', [...managerFacts, ...(listing.select ?? [])], managerExpand) }),
      }),
    pairs: () => ({ keys: ['userId', 'managerId'], first: managerColumns, then: [] }),
  },
  licenses: {
    type: 'user',
    source: (listing, params) =>
      licenses({
        ...asked(withoutSelect(listing, 'licenses', licenseColumns)),
        ...given({ users: listedIn(params, 'user', licenseFacts) }),
      }),
    pairs: () => ({ keys: ['userId', 'skuId'], first: licenseColumns, then: [] }),
  },
  'role-assignments': {
    type: 'unifiedRoleAssignment',
    source: listing =>
      roleAssignments(given({ filter: withoutSelect(listing, 'role-assignments', roleAssignmentColumns).filter })),
    pairs: () => ({ keys: ['id'], first: roleAssignmentColumns, then: [] }),
  },
}

/** What is read of each object that has owners. */
const groupFactsOf = (of: OwnedKind = 'groups'): readonly string[] =>
  of === 'groups' ? groupFacts : ['id', 'displayName']
