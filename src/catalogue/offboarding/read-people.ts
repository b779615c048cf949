import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import { lacksPremium } from '../../graph/lacks-premium.ts'
import { readListings, ownerIsGone } from '../../graph/read-listings.ts'
import { refusal } from '../../graph/refusal.ts'
import { groupMastery } from '../../operations/groups/mastered.ts'
import type { HeldGroup, HeldRole, Person, Taking } from './person.ts'
import { withRoleNames } from './role-names.ts'

const userProperties = [
  ...['id', 'userPrincipalName', 'accountEnabled', 'onPremisesSyncEnabled', 'externalUserState'],
  ...['assignedLicenses', 'licenseAssignmentStates'],
].join(',')
const groupProperties = ['id', 'isAssignableToRole', ...groupMastery].join(',')
const roles = '/roleManagement/directory'

type User = Person['user']

/** Reads users by id, 20 in a round trip; undefined for one that does not exist. */
const usersIn = async ({ graph, signal }: Context, ids: readonly string[]): Promise<readonly (User | undefined)[]> => {
  const requests = ids.map(id => ({ method: 'GET' as const, url: `/users/${id}?$select=${userProperties}` }))
  const replies = await graph.batch(requests, signal)
  return replies.map((reply, at) => {
    if (reply.status === 200) return reply.body as User
    if (reply.status === 404) return undefined
    throw refusal(requests[at]!, reply, graph.tenant)
  })
}

/** The roles of people in a list, by principal. */
const rolesIn = async (
  ctx: Context,
  ids: readonly string[],
  list: string,
): Promise<readonly (readonly HeldRole[])[]> => {
  const urls = ids.map(id => `${roles}/${list}?$filter=${encodeURIComponent(`principalId eq '${id}'`)}`)
  return withRoleNames(
    ctx,
    (await readListings<HeldRole>(ctx, urls)).map(found => found ?? []),
  )
}

/** As `rolesIn`. A tenant without the licence for schedules has none. */
const schedulesIn: typeof rolesIn = async (ctx, ids, list) => {
  try {
    return await rolesIn(ctx, ids, list)
  } catch (error) {
    if (!lacksPremium(error)) throw error
    return ids.map(() => [])
  }
}

interface Schedule extends HeldRole {
  /** `Inherited` if a group gives it. */
  readonly memberType?: string | null
  readonly scheduleInfo?: { readonly expiration?: { readonly type?: string | null } | null } | null
}

const grantOf = ({ roleDefinitionId, directoryScopeId }: HeldRole): string =>
  `${roleDefinitionId} ${directoryScopeId}`.toLowerCase()

/** The active roles of a person: those without an end, and those that end or have not begun. */
const split = (
  active: readonly HeldRole[],
  schedules: readonly Schedule[],
): Readonly<Record<'active' | 'timed', readonly HeldRole[]>> => {
  const begun = new Set(active.map(grantOf))
  const timed = schedules.filter(
    ({ memberType, ...schedule }) =>
      (memberType ?? 'Direct') === 'Direct' &&
      ((schedule.scheduleInfo?.expiration?.type ?? 'noExpiration') !== 'noExpiration' || !begun.has(grantOf(schedule))),
  )
  const isTimed = new Set(timed.map(grantOf))
  return { active: active.filter(role => !isTimed.has(grantOf(role))), timed }
}

/** Groups that are owned, by id, with the ids of the users who own them. */
const ownersOf = async (ctx: Context, groups: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  const urls = groups.map(id => `/groups/${id}/owners/microsoft.graph.user?$select=id&$top=999`)
  const owners = await readListings<{ readonly id: string }>(ctx, urls, ownerIsGone)
  return new Map(groups.map((id, at) => [id, (owners[at] ?? []).map(owner => owner.id.toLowerCase())]))
}

/**
 * Reads what people have, a request for each list of each person, 20 in a round trip. Undefined for a user that does not exist.
 *
 * @param isLeaving whether a user is among those who were read before: they do not stay as owners
 * @see https://learn.microsoft.com/graph/api/user-list-memberof
 * @see https://learn.microsoft.com/graph/api/user-list-ownedobjects
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedules
 */
export const readPeople = async (
  ctx: Context,
  ids: readonly string[],
  taking: Taking,
  isLeaving: (users: readonly string[]) => readonly boolean[],
): Promise<readonly (Person | undefined)[]> => {
  const users = await usersIn(ctx, ids)
  const there = users.flatMap(user => user?.id ?? [])
  const listed = async (list: string): Promise<readonly (readonly HeldGroup[])[]> => {
    const urls = there.map(id => `/users/${id}/${list}/microsoft.graph.group?$select=${groupProperties}&$top=999`)
    return (await readListings<HeldGroup>(ctx, urls, ownerIsGone)).map(found => found ?? [])
  }
  const none = there.map(() => [])
  const groups = taking.groups ? await listed('memberOf') : none
  const owned = taking.groups ? await listed('ownedObjects') : none
  const owners = await ownersOf(ctx, [...new Set(owned.flat().map(({ id }) => id))])
  const active = taking.roles ? await rolesIn(ctx, there, 'roleAssignments') : none
  const schedules: typeof active = taking.roles ? await schedulesIn(ctx, there, 'roleAssignmentSchedules') : none
  const eligible = taking.roles ? await schedulesIn(ctx, there, 'roleEligibilitySchedules') : none
  const all = [...new Set([...owners.values()].flat())]
  const leaving = new Set(isLeaving(all).flatMap((leaves, at) => (leaves ? [all[at]!] : [])))
  // Those who come later in the input see that these do not stay.
  let at = 0
  return users.map((user): Person | undefined => {
    if (!user) return undefined
    const own = user.id.toLowerCase()
    leaving.add(own)
    const nth = at++
    return {
      user,
      groups: groups[nth]!,
      owned: owned[nth]!.map(group => ({ group, isLast: owners.get(group.id)!.every(id => leaving.has(id)) })),
      ...split(active[nth]!, schedules[nth]!),
      eligible: eligible[nth]!,
    }
  })
}

/** Whether Active Directory masters a user. */
export const isSynced = (user: Fields): boolean => user['onPremisesSyncEnabled'] === true
