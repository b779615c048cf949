import type { Test } from 'tap'
import { operationBed } from './operation-bed.ts'

interface Group {
  readonly id: string
  readonly displayName: string
  readonly groupTypes: readonly string[]
  readonly mailEnabled: boolean
  readonly securityEnabled: boolean
  readonly onPremisesSyncEnabled: boolean | null
  readonly isAssignableToRole: boolean | null
}

/** A sandbox with groups of every type, and people who are in them or not. */
export const linkBed = async (t: Test) => {
  const bed = await operationBed(t)
  const all = await bed.list<Group>(
    '/groups?$select=id,displayName,groupTypes,mailEnabled,securityEnabled,onPremisesSyncEnabled,isAssignableToRole&$top=999',
  )
  const group = (where: (one: Group) => boolean): Group => {
    const found = all.find(where)
    if (!found) throw new Error('Expected the sandbox to have such a group')
    return found
  }
  const has = ({ groupTypes }: Group, type: string): boolean => groupTypes.includes(type)
  const security = group(
    one =>
      one.securityEnabled &&
      !one.mailEnabled &&
      one.groupTypes.length === 0 &&
      one.onPremisesSyncEnabled === null &&
      one.isAssignableToRole === null,
  )
  const groups = {
    security,
    unified: group(one => has(one, 'Unified') && !has(one, 'DynamicMembership')),
    dynamic: group(one => has(one, 'DynamicMembership')),
    synced: group(one => one.onPremisesSyncEnabled === true && !one.mailEnabled),
    distribution: group(one => one.mailEnabled && !has(one, 'Unified') && one.onPremisesSyncEnabled === null),
  }
  const users = (await bed.list('/users?$select=id&$top=999')).map(({ id }) => id)
  const linkedTo = async (id: string, relation = 'members'): Promise<readonly string[]> =>
    (await bed.list(`/groups/${id}/${relation}?$select=id&$top=999`)).map(each => each.id)
  return {
    ...bed,
    groups,
    users,
    linkedTo,
    /** People who are not in the relation of a group. */
    async outside(id: string, relation = 'members'): Promise<readonly string[]> {
      const inside = new Set(await linkedTo(id, relation))
      return users.filter(each => !inside.has(each))
    },
  }
}

/** An id that no object has. */
export const nobody = '11111111-2222-4333-8444-555555555555'
