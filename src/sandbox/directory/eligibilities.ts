import type { GroupNames } from './group-names.ts'
import { guids } from './guids.ts'
import { isoTime } from './iso-time.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { presentSeconds } from './timeline.ts'
import type { Entity, Reference } from './types.ts'
import type { UserWorld } from './user.ts'
import { roleTemplates } from './vocabulary/role-templates.ts'

/** A principal that may activate a role. */
export interface Eligibility {
  readonly principal: Reference
  readonly schedule: Entity
}

interface EligibilityOptions {
  readonly users: Pick<Population, 'size' | 'idOf'> & { readonly world: Pick<UserWorld, 'isGuest'> }
  readonly groups: Pick<Population, 'idOf'>
  readonly names: Pick<GroupNames, 'count' | 'rankAt'>
  readonly key: number
}

/** Roles for which users are eligible, one user each. */
const ofUsers = [
  'Global Administrator',
  'Privileged Role Administrator',
  'User Administrator',
  'Exchange Administrator',
  'Security Administrator',
  'Global Reader',
]

/** Roles for which role-assignable groups are eligible, one group each. */
const ofGroups = ['Privileged Authentication Administrator', 'Helpdesk Administrator']

const day = 86_400

/** The eligible role assignments of a directory: of users, and of groups that can have roles. */
export const eligibilitiesOf = ({ users, groups, names, key }: EligibilityOptions): readonly Eligibility[] => {
  const ids = guids(key ^ 0x1c)
  const memberAfter = (rank: number): number => {
    for (let at = rank; at < rank + users.size; at++) if (!users.world.isGuest(at % users.size)) return at % users.size
    return rank
  }
  const principals: readonly (readonly [Reference, role: string])[] = [
    ...ofUsers.map(
      (role, at) =>
        [{ kind: 'user', id: users.idOf(memberAfter(scatter(at ^ key ^ 0x1d) % users.size)) }, role] as const,
    ),
    ...ofGroups
      .slice(0, names.count('role'))
      .map((role, at) => [{ kind: 'group', id: groups.idOf(names.rankAt('role', at)) }, role] as const),
  ]
  return principals.map(([principal, role], at) => ({
    principal,
    schedule: schedule(ids.of(at), principal.id, role, presentSeconds - (20 + at * 30) * day, at % 2 === 0),
  }))
}

/** @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules */
const schedule = (id: string, principalId: string, role: string, start: number, expires: boolean): Entity => ({
  id,
  principalId,
  roleDefinitionId: roleTemplates.find(({ displayName }) => displayName === role)?.id,
  directoryScopeId: '/',
  appScopeId: null,
  createdUsing: id,
  createdDateTime: isoTime(start),
  modifiedDateTime: null,
  status: 'Provisioned',
  memberType: 'Direct',
  scheduleInfo: {
    startDateTime: isoTime(start),
    recurrence: null,
    expiration: {
      type: expires ? 'afterDateTime' : 'noExpiration',
      endDateTime: expires ? isoTime(start + 365 * 10 * day) : null,
      duration: null,
    },
  },
})
