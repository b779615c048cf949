import type { Version } from './faces.ts'
import { faces } from './faces.ts'
import { isoTime } from './iso-time.ts'
import { licences } from './licences.ts'
import { binnedUpn, heldUpn } from './mutations.ts'
import { scatter } from './permutation.ts'
import { presentSeconds } from './timeline.ts'
import { users, type TenantNames } from './users.ts'

/** Properties that a deleted user keeps nothing of. */
const freed = new Set(['assignedLicenses', 'assignedPlans', 'licenseAssignmentStates', 'provisionedPlans'])

/** Users who are in the bin from the first, deleted in the last days before the directory's present. */
export const firstBin = (count: number, key: number, tenant: TenantNames, directoryExtension: string): Version[] => {
  const leavers = users({
    size: count,
    key: key ^ 0x5b1,
    tenant,
    // No live account has a second dot: every one of these can be restored.
    suffix: '.ex',
    licences: licences(count, () => ''),
    dynamicCode: () => null,
    directoryExtension,
  })
  const look = faces(leavers)
  return Array.from({ length: count }, (_, rank) => {
    const seen = look.probe(rank)
    const patch: { [property: string]: unknown } = {}
    for (const name of Object.keys(leavers.columns)) if (!freed.has(name)) patch[name] = seen[name]
    const id = leavers.idOf(rank)
    const upn = patch['userPrincipalName']
    patch['deletedDateTime'] = isoTime(presentSeconds - 60 - (scatter(rank ^ key ^ 0x5b2) % (29 * 86_400)))
    patch['userPrincipalName'] = binnedUpn(id, upn)
    patch[heldUpn] = upn
    return { id, rank: -1, patch }
  })
}
