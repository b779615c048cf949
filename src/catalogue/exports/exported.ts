import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { applications } from '../../sources/applications.ts'
import { deletedApplications } from '../../sources/deleted-applications.ts'
import { deletedGroups } from '../../sources/deleted-groups.ts'
import { deletedServicePrincipals } from '../../sources/deleted-service-principals.ts'
import { deletedUsers } from '../../sources/deleted-users.ts'
import { devices } from '../../sources/devices.ts'
import { graph, type Entity, type Listing } from '../../sources/graph.ts'
import { groupFacts } from '../../sources/graph/groups-asked.ts'
import { groups } from '../../sources/groups.ts'
import { members } from '../../sources/members.ts'
import { memberDefaults, membershipColumns, memberships } from '../../sources/memberships.ts'
import { servicePrincipals } from '../../sources/service-principals.ts'
import { skus } from '../../sources/skus.ts'
import { users } from '../../sources/users.ts'
import type { ExportParams } from './export-params.ts'
import { idsSource } from './ids.ts'
import type { ExportKind } from './kinds.ts'

/** What an export reads. */
export interface Exported {
  /** Name of the type in Microsoft's schema. */
  readonly type: string
  readonly source: (listing: Listing, params: ExportParams) => Source<Fields>
  /** For rows that are pairs of objects. */
  readonly pairs?: {
    /** Columns that name the two. */
    readonly first: readonly string[]
    /** The properties of the second one that follow if none are selected. */
    readonly then: readonly string[]
  }
}

/** The groups of a list. */
const listedGroups = ({ ids, ...params }: ExportParams): Source<Entity> | undefined =>
  ids === undefined ? undefined : idsSource('group', ids, params, { select: groupFacts })

/** Options of a listing of which a kind with pairs has only these. */
const pairListing = ({ select, filter, top }: Listing) => given({ select, filter, top })

/** What can be exported, by its name. */
export const exported: Readonly<Record<ExportKind, Exported>> = {
  users: { type: 'user', source: listing => users(listing) },
  groups: { type: 'group', source: listing => groups(listing) },
  members: {
    type: 'user',
    source(listing, { group, transitive = false }) {
      if (group === undefined)
        throw new EntrapipeError(
          'USAGE',
          '--group is missing. Name the group by its id or display name: --group "All Company".',
        )
      return members({ ...listing, group, transitive })
    },
  },
  memberships: {
    type: 'group',
    source: (listing, { group, transitive = false, ...params }) =>
      memberships({ ...pairListing(listing), ...given({ group, groups: listedGroups(params) }), transitive }),
    pairs: { first: membershipColumns, then: memberDefaults },
  },
  devices: { type: 'device', source: listing => devices(listing) },
  'deleted-users': { type: 'user', source: listing => deletedUsers(listing) },
  'deleted-groups': { type: 'group', source: listing => deletedGroups(listing) },
  'deleted-applications': { type: 'application', source: listing => deletedApplications(listing) },
  'deleted-service-principals': { type: 'servicePrincipal', source: listing => deletedServicePrincipals(listing) },
  skus: { type: 'subscribedSku', source: listing => skus(listing) },
  applications: { type: 'application', source: listing => applications(listing) },
  'service-principals': { type: 'servicePrincipal', source: listing => servicePrincipals(listing) },
  graph: { type: '', source: (listing, { path = '' }) => graph({ ...listing, path }) },
}
