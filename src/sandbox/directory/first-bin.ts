import type { Fields } from '../../core/json.ts'
import { faces } from './faces.ts'
import { fewestGroups, groupNames } from './group-names.ts'
import { groups } from './groups.ts'
import { isoTime } from './iso-time.ts'
import { licences } from './licences/generated.ts'
import type { Records } from './memory/records.ts'
import { binnedUpn, heldUpn } from './mutations.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { presentSeconds } from './timeline.ts'
import type { Kind, Reference } from './types.ts'
import type { TenantNames } from './user.ts'
import { users } from './users.ts'

/** Properties that a deleted user loses. */
const freed = new Set(['assignedLicenses', 'assignedPlans', 'licenseAssignmentStates', 'provisionedPlans'])

/** A time in the last 29 days before the directory's present. */
const deletedAt = (rank: number, key: number): string =>
  isoTime(presentSeconds - 60 - (scatter(rank ^ key ^ 0x5b2) % (29 * 86_400)))

interface Binned {
  readonly id: string
  readonly values: Fields
}

/** The initial deleted users. */
const binnedUsers = (
  count: number,
  key: number,
  tenant: TenantNames,
  directoryExtension: string,
  records: Records,
): Binned[] => {
  const leavers = users({
    size: count,
    key: key ^ 0x5b1,
    tenant,
    // Live accounts have no second dot, so every deleted user can be restored.
    suffix: '.ex',
    licences: licences(count, () => ''),
    dynamicCode: () => null,
    directoryExtension,
  })
  const look = faces(leavers, records)
  return Array.from({ length: count }, (_, rank) => {
    const seen = look.probe(rank)
    const patch: { [property: string]: unknown } = {}
    for (const name of Object.keys(leavers.columns)) if (!freed.has(name)) patch[name] = seen[name]
    const id = leavers.idOf(rank)
    const upn = patch['userPrincipalName']
    patch['deletedDateTime'] = deletedAt(rank, key)
    patch['userPrincipalName'] = binnedUpn(id, upn)
    patch[heldUpn] = upn
    return { id, values: patch as Fields }
  })
}

/** The initial deleted groups. They are Microsoft 365 groups without links: all can be restored. */
const binnedGroups = (count: number, key: number, tenant: TenantNames, records: Records): Binned[] => {
  const names = groupNames(Math.max(fewestGroups, count * 4))
  const closed = groups({ key: key ^ 0x6b1, names, tenant, licences: licences(1, () => '') })
  const look = faces(closed as unknown as Population, records)
  return Array.from({ length: Math.min(count, names.count('microsoft365')) }, (_, index) => {
    const rank = names.rankAt('microsoft365', index)
    const seen = look.probe(rank)
    const patch: { [property: string]: unknown } = {}
    for (const name of Object.keys(closed.columns)) patch[name] = seen[name]
    const nickname = `${String(patch['mailNickname'])}-closed`
    return {
      id: closed.idOf(rank),
      values: {
        ...(patch as Fields),
        deletedDateTime: deletedAt(rank, key ^ 0x6b2),
        displayName: `${String(patch['displayName'])} (closed)`,
        mail: `${nickname}@${tenant.domain}`,
        mailNickname: nickname,
        proxyAddresses: [`SMTP:${nickname}@${tenant.domain}`],
      },
    }
  })
}

/** Fills the bins of a new directory, and returns what is in them. */
export const fillBins = (
  fill: (kind: Kind, id: string, values: Fields) => void,
  users: number,
  groups: number,
  key: number,
  tenant: TenantNames,
  directoryExtension: string,
  records: Records,
): readonly Reference[] => {
  const bins = {
    user: binnedUsers(Math.ceil(Math.min(users, 40_000) / 200), key, tenant, directoryExtension, records),
    group: binnedGroups(Math.ceil(Math.min(groups, 1_000) / 50), key, tenant, records),
  }
  return (['user', 'group'] as const).flatMap(kind =>
    bins[kind].map(({ id, values }) => {
      fill(kind, id, values)
      return { kind, id }
    }),
  )
}
