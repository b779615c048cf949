import type { Fields } from '../../core/json.ts'
import type { Directory, Entity, Mutation } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { groupCreation } from './create-group.ts'
import { groupBody, type GroupBody } from './group-body.ts'
import { groupFaults } from './group-faults.ts'
import { addedLinks, groupToLink, heldGroup } from './group-links.ts'
import { groupWrites } from './group-permissions.ts'
import { groupTypeOf } from './group-type.ts'
import { changedGroup, isOfOutlook } from './group-values.ts'
import { lookUp } from './lookup.ts'
import { demand } from './permissions.ts'
import { noContent } from './replies.ts'

/**
 * Answers `PATCH /groups/{id}`: properties, up to 20 new members and owners, or both, all or nothing. By `uniqueName` and with
 * `Prefer: create-if-missing` a group that does not exist is created.
 *
 * @see https://learn.microsoft.com/graph/api/group-update
 * @see https://learn.microsoft.com/graph/api/group-upsert
 */
export const updateGroup: Handler = call => {
  const body = groupBody(call)
  const key = call.keys[0]!
  demandUpdate(call, body)
  if (isUpsert(call) && !call.directory.collection('group').find('uniqueName', key.value)) {
    demand(call.request.caller, groupWrites.upsert)
    return groupCreation(call, { ...body, values: { ...body.values, uniqueName: key.value } })
  }
  const find = hasLinks(body) ? groupToLink : (from: Call) => lookUp(from, 'group', key)
  return {
    holds: [heldGroup(call)],
    apply() {
      const group = find(call)
      const values = changes(call, group, body.values)
      const links = addedLinks(call, { ...group, ...values }, body.links)
      const becomesDynamic = !groupTypeOf(group).isDynamic && groupTypeOf({ ...group, ...values }).isDynamic
      commit(call, [
        ...(becomesDynamic ? withoutMembers(call, group.id) : []),
        ...(Object.keys(values).length > 0 ? [{ do: 'update', kind: 'group', id: group.id, values } as const] : []),
        ...links,
      ])
      return { ...noContent, status: isOfOutlook(values) ? 200 : 204 }
    },
  }
}

/** Links read at once. */
const linksAtOnce = 10_000

/**
 * Removes all members: documented for a group that becomes dynamic.
 *
 * @see https://learn.microsoft.com/entra/identity/users/groups-change-type
 */
const withoutMembers = ({ directory }: Call, id: string): readonly Mutation[] => {
  const removed: Mutation[] = []
  for (let from: number | undefined = 0; from !== undefined;) {
    const { references, cursor }: ReturnType<Directory['related']> = directory.related(
      'group',
      id,
      'members',
      linksAtOnce,
      from,
      'truth',
    )
    for (const target of references) removed.push({ do: 'unlink', kind: 'group', id, relation: 'members', target })
    from = cursor
  }
  return removed
}

const hasLinks = ({ links }: GroupBody): boolean => links.members.length + links.owners.length > 0

/** Members alone require less than the group's properties and owners. */
const demandUpdate = ({ request: { caller } }: Call, { values, links }: GroupBody): void => {
  const isOfMembers = links.members.length > 0 && links.owners.length === 0 && Object.keys(values).length === 0
  demand(caller, isOfMembers ? groupWrites.members : groupWrites.update)
}

const isUpsert = ({ keys, request }: Call): boolean =>
  keys[0]?.by?.toLowerCase() === 'uniquename' &&
  /(?:^|[,;\s])create-if-missing\b/i.test(request.headers['prefer'] ?? '')

const changes = (call: Call, group: Entity, given: Fields): Fields => {
  if (Object.keys(given).length === 0) return {}
  const { caller } = call.request
  const type = groupTypeOf(group)
  if (type.isAssignableToRole) demand(caller, groupWrites.roles)
  if (type.isOfExchange) throw groupFaults.mailEnabled('Update')
  if (type.isSynced) throw groupFaults.synced()
  const values = changedGroup(given, group, caller)
  const alias = values['mailNickname']
  if (
    type.isUnified &&
    alias !== undefined &&
    ![undefined, group.id].includes(call.mailAliases.holderOf(String(alias)))
  )
    throw groupFaults.aliasTaken()
  return values
}
