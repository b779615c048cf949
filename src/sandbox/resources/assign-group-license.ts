import type { Fields } from '../../core/json.ts'
import type { Licence } from '../directory/licences/types.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { heldGroup } from './group-links.ts'
import { licenceBody, type LicenceBody } from './licence-body.ts'
import { checkOwned, checkPlans } from './licence-checks.ts'
import { licenceFaults } from './licence-faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demandLicenceRole } from './privileged.ts'
import { entityReply } from './replies.ts'
import { written } from './schema.ts'

/**
 * Answers `POST /groups/{id}/assignLicense`. The members are processed later: what fails for them is seen in their states. A product and
 * those it depends on must be in the same group.
 *
 * @see https://learn.microsoft.com/graph/api/group-assignlicense
 */
export const assignGroupLicense: Handler = call => {
  readOptions(call.request, [])
  demandLicenceRole(call, 'group')
  const body = licenceBody(call)
  return {
    holds: [heldGroup(call)],
    apply() {
      const { directory, request } = call
      const { id } = lookUp(call, 'group', call.keys[0]!)
      const groups = directory.collection('group')
      const group = groups.get(id, 'truth')
      if (!group) throw faults.notFound(id)
      const assignedLicenses = changed(call, group, body)
      commit(call, [{ do: 'update', kind: 'group', id, values: { assignedLicenses } as unknown as Fields }])
      const columns = call.schema.columns('group', undefined, request.caller, 'single')
      const reply = entityReply(request.root, 'groups/$entity', written(groups, groups.get(id, 'truth')!, columns))
      const location = `${new URL(request.root).origin}/v2/${directory.tenantId}/directoryObjects/${id}/Microsoft.DirectoryServices.Group`
      return { ...reply, status: 202, headers: { ...reply.headers, location } }
    },
  }
}

/** What the group assigns after the request. @throws GraphFault 400 */
const changed = ({ directory }: Call, group: Entity, { add, remove }: LicenceBody): readonly Licence[] => {
  checkOwned(directory, add)
  if (group['securityEnabled'] !== true && add.length > 0) throw licenceFaults.notSecurityEnabled()
  const before = (group['assignedLicenses'] ?? []) as readonly Licence[]
  for (const skuId of remove)
    if (!before.some(one => one.skuId === skuId))
      throw directory.licences.sku(skuId) ? licenceFaults.notHeldByGroup() : licenceFaults.notOwned(skuId)
  const after = [
    ...before.filter(({ skuId }) => !remove.includes(skuId) && !add.some(one => one.skuId === skuId)),
    ...add,
  ].map(({ skuId, disabledPlans }) => ({ disabledPlans, skuId }))
  checkPlans(after)
  return after
}
