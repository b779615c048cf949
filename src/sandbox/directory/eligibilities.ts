import type { GroupNames } from './group-names.ts'
import { guids } from './guids.ts'
import { isoTime } from './iso-time.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { presentSeconds } from './timeline.ts'
import type { Assignment } from './assignment-types.ts'
import type { Reference } from './types.ts'
import type { UserWorld } from './user.ts'
import { templateOf } from './vocabulary/role-templates.ts'

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

/** A person who made a request. @see https://learn.microsoft.com/graph/api/resources/identityset */
export const byPerson = (id: string) => ({ application: null, device: null, user: { displayName: null, id } })

/** The eligible role assignments of a directory, with their requests: of users, and of groups that can have roles. */
export const eligibilitiesOf = ({ users, groups, names, key }: EligibilityOptions): readonly Assignment[] => {
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
  const administrator = users.idOf(memberAfter(scatter(key ^ 0x1e) % users.size))
  return principals.flatMap(([principal, role], at): readonly Assignment[] => {
    const id = ids.of(at)
    const start = presentSeconds - (20 + at * 30) * day
    const values = {
      createdUsing: id,
      createdDateTime: isoTime(start),
      scheduleInfo: {
        startDateTime: isoTime(start),
        recurrence: null,
        expiration: {
          type: at % 2 === 0 ? 'afterDateTime' : 'noExpiration',
          endDateTime: at % 2 === 0 ? isoTime(start + 365 * 10 * day) : null,
          duration: null,
        },
      },
    }
    const of = { principal, of: templateOf(role), id }
    const asked = {
      action: 'adminAssign',
      targetScheduleId: id,
      justification: null,
      createdBy: byPerson(administrator),
      scheduleInfo: values.scheduleInfo,
      directoryScopeId: '/',
      createdDateTime: values.createdDateTime,
    }
    return [
      { ...of, family: 'eligibleRoles', within: '/', values },
      { ...of, family: 'eligibleRequests', within: id, values: asked },
    ]
  })
}
