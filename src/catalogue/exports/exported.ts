import { EntrapipeError } from '../../core/errors.ts'
import { applications } from '../../sources/applications.ts'
import { deletedApplications } from '../../sources/deleted-applications.ts'
import { deletedGroups } from '../../sources/deleted-groups.ts'
import { deletedServicePrincipals } from '../../sources/deleted-service-principals.ts'
import { deletedUsers } from '../../sources/deleted-users.ts'
import { devices } from '../../sources/devices.ts'
import { graph } from '../../sources/graph.ts'
import { groups } from '../../sources/groups.ts'
import { members } from '../../sources/members.ts'
import { servicePrincipals } from '../../sources/service-principals.ts'
import { skus } from '../../sources/skus.ts'
import { users } from '../../sources/users.ts'
import type { Exported } from './exported-kind.ts'
import { exportedPairs } from './exported-pairs.ts'
import type { ExportKind } from './kinds.ts'

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
  ...exportedPairs,
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
