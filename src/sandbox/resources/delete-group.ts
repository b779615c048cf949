import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { groupFaults } from './group-faults.ts'
import { heldGroup } from './group-links.ts'
import { groupWrites } from './group-permissions.ts'
import { groupTypeOf } from './group-type.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demand } from './permissions.ts'
import { noContent } from './replies.ts'

/**
 * Answers `DELETE /groups/{id}`. Microsoft 365 groups and security groups of the cloud are kept in the bin for 30 days.
 *
 * @see https://learn.microsoft.com/graph/api/group-delete
 */
export const deleteGroup: Handler = call => {
  readOptions(call.request, [])
  return {
    holds: [heldGroup(call)],
    apply() {
      const group = lookUp(call, 'group', call.keys[0]!)
      checkDeletion(call, group)
      const permanent = !call.knobs.securityGroupBin && !groupTypeOf(group).isUnified
      commit(call, [{ do: 'delete', kind: 'group', id: group.id, ...(permanent ? { permanent } : {}) }])
      return noContent
    },
  }
}

const checkDeletion = (call: Call, group: Entity): void => {
  const type = groupTypeOf(group)
  if (type.isAssignableToRole) demand(call.request.caller, groupWrites.roles)
  if (type.isOfExchange) throw groupFaults.mailEnabled('Delete')
  if (type.isSynced) throw groupFaults.synced()
  if ((group['assignedLicenses'] as readonly unknown[]).length > 0) throw groupFaults.licensed()
}
